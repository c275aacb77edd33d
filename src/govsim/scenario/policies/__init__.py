"""The policies' words, one file per policy."""

from typing import Annotated, TypeAlias

from pydantic import Field

from govsim.scenario.policies.added_staff import AddedStaff
from govsim.scenario.policies.changed_rules import ChangedRules
from govsim.scenario.policies.council import Council
from govsim.scenario.policies.grid import Grid
from govsim.scenario.policies.hotline import Hotline
from govsim.scenario.policies.joint_conference import JointConference
from govsim.scenario.policies.mandatory_reply import MandatoryReply
from govsim.scenario.policies.mediation import Mediation
from govsim.scenario.policies.night_visits import NightVisits
from govsim.scenario.policies.outsourcing import Outsourcing
from govsim.scenario.policies.proactive import Proactive
from govsim.scenario.policies.rollout import Rollout
from govsim.scenario.policies.scoring import Scoring
from govsim.scenario.policies.supervision import Supervision
from govsim.scenario.policies.termination import Termination
from govsim.scenario.policies.training import Training
from govsim.scenario.policies.triage import TriageDesk

Policy: TypeAlias = Annotated[
    NightVisits
    | AddedStaff
    | Grid
    | Hotline
    | TriageDesk
    | Supervision
    | JointConference
    | Mediation
    | Council
    | Outsourcing
    | Scoring
    | MandatoryReply
    | Termination
    | Proactive
    | Training
    | ChangedRules,
    Field(discriminator="kind"),
]
KINDS: tuple[type[Rollout], ...] = (
    NightVisits,
    AddedStaff,
    Grid,
    Hotline,
    TriageDesk,
    Supervision,
    JointConference,
    Mediation,
    Council,
    Outsourcing,
    Scoring,
    MandatoryReply,
    Termination,
    Proactive,
    Training,
    ChangedRules,
)
KIND_NAMES = tuple(kind.KIND for kind in KINDS)

__all__ = ["KINDS", "KIND_NAMES", "Policy", "Rollout"]
