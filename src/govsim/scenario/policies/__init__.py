"""The policies' words, one file per policy."""

from typing import Annotated, TypeAlias

from pydantic import Field

from govsim.scenario.policies.added_staff import AddedStaff
from govsim.scenario.policies.changed_rules import ChangedRules
from govsim.scenario.policies.hotline import Hotline
from govsim.scenario.policies.night_visits import NightVisits
from govsim.scenario.policies.rollout import Rollout
from govsim.scenario.policies.triage import TriageDesk

Policy: TypeAlias = Annotated[
    NightVisits | AddedStaff | ChangedRules | Hotline | TriageDesk,
    Field(discriminator="kind"),
]
KINDS: tuple[type[Rollout], ...] = (NightVisits, AddedStaff, ChangedRules, Hotline, TriageDesk)
KIND_NAMES = tuple(kind.KIND for kind in KINDS)

__all__ = ["KINDS", "KIND_NAMES", "Policy", "Rollout"]
