"""The policies' words, one file per policy."""

from govsim.scenario.policies.added_staff import AddedStaff
from govsim.scenario.policies.night_visits import NightVisits

KINDS: tuple[type[AddedStaff] | type[NightVisits], ...] = (NightVisits, AddedStaff)
KIND_NAMES = tuple(kind.KIND for kind in KINDS)

__all__ = ["KINDS", "KIND_NAMES", "AddedStaff", "NightVisits"]
