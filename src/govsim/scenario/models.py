"""The scenario: what a planner wrote, complete with every default, checked and frozen."""

from typing import Any, Self

from pydantic import PrivateAttr

from govsim.scenario import provenance
from govsim.scenario.handling import (
    AfterClosing,
    Closing,
    Deadlines,
    Fatigue,
    Loops,
    Satisfaction,
    Transfers,
    Triage,
    Work,
)
from govsim.scenario.kinds import Day, History, Horizon, Text, Words, word
from govsim.scenario.offices import Calendar, Desk, Tier, TierDefaults
from govsim.scenario.people import (
    Channel,
    ClassDefaults,
    Demand,
    ProblemClass,
    Reporting,
    Segment,
    SurgeDefaults,
    Trust,
)
from govsim.scenario.policies import Policy
from govsim.scenario.reading import Node

DEFAULT_BLOCKS = frozenset({"surge_defaults", "class_defaults", "tier_defaults", "desk_defaults"})


class Scenario(Words):
    """Everything about a city and its offices, in the words of a planner.

    Attributes have the names of the keys of ``defaults.yaml``. Durations are whole seconds (floats
    within distributions), rates are per day, money is in yuan, shares are in [0, 1].
    """

    name: Text = word("shown in reports")
    name_zh: Text = word("the name in Chinese; if empty, the name itself")
    question: Text = word("what the scenario is to find out")
    question_zh: Text = word("the question in Chinese")
    start: Day = word("the first day")
    horizon: Horizon = word("how long is simulated")
    history: History = word("problems born this long before the start are the stock of that day")
    warm_up: History = word("outcomes are measured from this long after the start on")
    run_in: History = word("how long the city has been running when the scenario starts")
    follow_up: History = word("how long is simulated after the end, to see what becomes of cases")
    in_force: tuple[Text, ...] = word("policies that are part of this scenario")
    public_holidays: tuple[Day, ...] = word("dates on which offices are closed")
    working_weekends: tuple[Day, ...] = word("weekend dates worked in exchange")
    calendars: dict[str, Calendar] = word("hours in which somebody is there")
    segments: dict[str, Segment] = word("groups of residents")
    trust: Trust = word("trust of residents in the offices")
    demand: Demand = word("how many problems begin, and when")
    surge_defaults: SurgeDefaults = word("what stands at every surge")
    class_defaults: ClassDefaults = word("what stands at every class")
    classes: dict[str, ProblemClass] = word("classes of problems")
    reporting: Reporting = word("whether, when and how a resident speaks up")
    channels: dict[str, Channel] = word("ways by which grievances come in")
    desk_defaults: Desk = word("what stands at every desk")
    tier_defaults: TierDefaults = word("what stands at every tier")
    tiers: dict[str, Tier] = word("levels of offices, the lowest first")
    triage: Triage = word("who is thought to be in charge")
    transfers: Transfers = word("sending on, back and down")
    work: Work = word("queues and work")
    deadlines: Deadlines = word("how terms run")
    closing: Closing = word("how a case is closed")
    satisfaction: Satisfaction = word("what a resident feels at the end")
    after_closing: AfterClosing = word("what a resident does who is not helped")
    fatigue: Fatigue = word("what long weeks do")
    loops: Loops = word("strength of each feedback loop")
    policies: dict[str, Policy] = word("policies, switched on by --policy or in_force")

    _root: Node = PrivateAttr()
    _chosen: tuple[str, ...] = PrivateAttr(default=())

    def rooted(self, root: Node, chosen: tuple[str, ...]) -> Self:
        """The scenario with the tree it was made from and the policies asked for besides."""
        self._root = root
        self._chosen = chosen
        return self

    @property
    def root(self) -> Node:
        """The resolved tree with the place and the evidence of every value."""
        return self._root

    @property
    def selected_policies(self) -> tuple[str, ...]:
        """Policies in force and those asked for, in this order, each once."""
        return tuple(dict.fromkeys((*self.in_force, *self._chosen)))

    @property
    def tree(self) -> dict[str, Any]:
        """The resolved values as plain mappings, lists, texts and numbers."""
        return {key: provenance.plain(item) for key, item in self._root.entries.items()}

    def origin(self, path: str) -> provenance.Provenance:
        """Where the value at a dotted path stands, and its evidence. Raises KeyError."""
        return provenance.origin(self._root, path)

    def register(self) -> list[provenance.RegisterEntry]:
        """The assumption register: every value with its unit, source, grade, range and place."""
        return provenance.register(self)

    def resolved_yaml(self) -> str:
        """The complete scenario as a file that loads to the same scenario."""
        return provenance.resolved_yaml(self)

    def digest(self) -> str:
        """SHA-256 of all values; neither evidence nor name nor the way they are written counts."""
        return provenance.digest(self)

    def ground(self) -> str:
        """SHA-256 of all values but the policies: what runs to be compared must share."""
        return provenance.ground(self)
