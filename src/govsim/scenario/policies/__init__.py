"""The policies' words, one file per policy."""

from typing import Annotated, TypeAlias

from pydantic import Field

from govsim.scenario.policies.added_staff import AddedStaff
from govsim.scenario.policies.changed_rules import ChangedRules
from govsim.scenario.policies.joint_conference import JointConference
from govsim.scenario.policies.mediation import Mediation
from govsim.scenario.policies.night_visits import NightVisits
from govsim.scenario.policies.outsourcing import Outsourcing
from govsim.scenario.policies.rollout import Rollout

Policy: TypeAlias = Annotated[
    NightVisits | AddedStaff | JointConference | Mediation | Outsourcing | ChangedRules,
    Field(discriminator="kind"),
]
KINDS: tuple[type[Rollout], ...] = (
    NightVisits,
    AddedStaff,
    JointConference,
    Mediation,
    Outsourcing,
    ChangedRules,
)
KIND_NAMES = tuple(kind.KIND for kind in KINDS)

__all__ = ["KINDS", "KIND_NAMES", "Policy", "Rollout"]
