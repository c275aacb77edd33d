"""From a backlog to the grievances that a plan begins with."""

from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate

from govsim.model.calendars import finish
from govsim.model.plan import DAY, NEVER, Calendar, Due, Inherited, Plan
from govsim.model.randomness import inherited_id
from govsim.model.records import ABSENT
from govsim.scenario.backlog import Backlog, Group, communities_of, lower_of
from govsim.scenario.compile import working_days
from govsim.scenario.models import Scenario

GOLDEN = 0.6180339887498949  # its multiples, less their whole parts, are spread evenly


def take_over(plan: Plan, backlog: Backlog, scenario: Scenario) -> Plan:
    """The same plan with these grievances open when it begins.

    What was registered above the lowest tier is spread over the communities below in proportion
    to their residents, the same way in every replication.
    """
    taking = _TakingOver(plan, scenario, backlog)
    groups = sorted(backlog.groups, key=lambda group: group.registered)
    inherited = tuple(taking.grievance(group) for group in groups for _ in range(group.cases))
    return replace(plan, inherited=inherited, dues=tuple(taking.dues))


class _TakingOver:
    """Gives each grievance its community, its number there, and its terms."""

    def __init__(self, plan: Plan, scenario: Scenario, backlog: Backlog) -> None:
        self.plan = plan
        oldest = min(group.registered for group in backlog.groups)
        self.days = working_days(scenario, oldest // DAY)
        self.dues: list[Due] = []
        self._known: dict[tuple[int, int], int] = {}  # first due, by tier and moment
        self._places: dict[int, Places] = {}
        self._in_community: dict[int, int] = {}
        self._channel = [_usual_channel(plan, tier) for tier in range(len(plan.tiers))]

    def grievance(self, group: Group) -> Inherited:
        """The next one of a group."""
        plan, home = self.plan, group.home
        lower = lower_of(plan, group.office, home)
        assert lower is not None
        if lower not in self._places:
            self._places[lower] = Places(plan, lower)
        community = self._places[lower].next()
        number = self._in_community.get(community, 0)
        self._in_community[community] = number + 1
        tier = plan.offices[home].tier
        return Inherited(
            problem=inherited_id(community, number),
            registered=group.registered,
            home=home,
            office=group.office,
            least=plan.offices[group.office].tier if lower != group.office else 0,
            klass=group.klass,
            channel=self._channel[tier],
            standing=int(group.standing),
            replied=group.replied,
            first_due=self._first_due(tier, group.registered),
        )

    def _first_due(self, tier: int, registered: int) -> int:
        """Where the terms of that moment stand, one a class."""
        key = (tier, registered)
        if key not in self._known:
            self._known[key] = len(self.dues)
            self.dues += [
                self._due(tier, klass, registered) for klass in range(len(self.plan.classes))
            ]
        return self._known[key]

    def _due(self, tier: int, klass: int, registered: int) -> Due:
        of_tier, own = self.plan.tiers[tier], self.plan.classes[klass]
        reply, resolution = (
            (of_tier.reply_deadline, of_tier.reply_in_working_days),
            (of_tier.resolution_deadline, of_tier.resolution_in_working_days),
        )
        if own.reply_deadline != ABSENT:
            reply = own.reply_deadline, own.reply_in_working_days
        if own.resolution_deadline != ABSENT:
            resolution = own.resolution_deadline, own.resolution_in_working_days
        return Due(_ends(self.days, registered, *reply), _ends(self.days, registered, *resolution))


def _ends(days: Calendar, registered: int, term: int, working: bool) -> int:
    """When a term ends that began with the registration."""
    if term == NEVER:
        return NEVER
    if not working:
        return registered + term
    return finish(days.starts, days.ends, days.before, registered, term)


class Places:
    """The communities under an office, one after another, each as often as it has residents."""

    def __init__(self, plan: Plan, office: int) -> None:
        self._communities = communities_of(plan, office)
        self._ends = list(accumulate(plan.offices[c].residents for c in self._communities))
        self._count = 0

    def next(self) -> int:
        """The community of the next grievance."""
        self._count += 1
        point = (self._count * GOLDEN) % 1.0 * self._ends[-1]
        return self._communities[bisect_right(self._ends, point)]


def _usual_channel(plan: Plan, tier: int) -> int:
    """The channel by which most come in at a tier; of all, where none comes in."""
    numbers = range(len(plan.channels))
    landing = [n for n in numbers if plan.channels[n].lands_at == tier] or list(numbers)
    return max(landing, key=lambda n: plan.channels[n].weight)
