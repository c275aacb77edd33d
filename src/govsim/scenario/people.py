"""Blocks of a scenario about residents: who they are, what befalls them, how they speak up."""

from typing import Annotated

from govsim.scenario.kinds import (
    Day,
    Duration,
    DurationAboveZero,
    NotNegative,
    Number,
    Rate,
    Share,
    ShareAboveZero,
    TermOrTiers,
    Text,
    Words,
    YesNo,
    between,
    items,
    whole_between,
    word,
)
from govsim.scenario.laws import DurationLaw, NumberLaw, ShareLaw

Factor = Annotated[float, between(0, 1000)]


class Segment(Words):
    """A group of residents."""

    share: Share = word("share of all residents; the shares of all segments add up to 1")


class Trust(Words):
    """Trust of a resident in the offices, from 0 to 1."""

    initial: ShareLaw = word("trust on the first day")
    gain_when_satisfied: Share = word("share of the way to 1")
    loss_when_dissatisfied: Share = word("share of the way to 0")
    loss_when_ignored: Share = word(
        "share of the way to 0, when a reply deadline passes in silence"
    )
    drifts_to: Share = word("where trust drifts when nothing happens")
    half_life: DurationAboveZero = word("of that drift")


class SurgeDefaults(Words):
    """What stands at every surge that does not say otherwise."""

    klass: Text = word("the class of its problems, or all", key="class")
    communities: ShareAboveZero = word("share of the communities it hits, the first ones")


class Surge(SurgeDefaults):
    """A time of more problems than usual: a storm, a demolition, a new rule."""

    start: Day = word("its first day")
    length: DurationAboveZero = word("how long it lasts")
    factor: Annotated[float, between(1, 1000)] = word("problems, against the ordinary rate")


class Demand(Words):
    """How many problems begin, and when."""

    problems: Rate = word("problems that begin, per resident")
    enquiries: Rate = word("questions that are answered at once, per resident")
    common_level: NumberLaw = word(
        "factor on each day's problems of the whole city; mean 1; the next day keeps half of it"
    )
    overdispersion: NumberLaw = word("factor on each day's problems of a community; mean 1")
    season: Annotated[tuple[NotNegative, ...], items(12, 12)] = word(
        "weights of the months, January to December"
    )
    weekdays: Annotated[tuple[NotNegative, ...], items(7, 7)] = word(
        "weights of the days, Monday to Sunday"
    )
    hours: Annotated[tuple[NotNegative, ...], items(24, 24)] = word(
        "weights of the hours, from 0 to 23"
    )
    collective_share: Share = word("share of problems that hit more than one resident")
    collective_size: NumberLaw = word("how many residents those hit")
    collective_limit: Annotated[int, whole_between(2, 1_000_000)] = word("at most so many")
    surges: dict[str, Surge] = word("times of more problems than usual")


class ClassDefaults(Words):
    """What stands at every class that does not say otherwise."""

    several_departments: Share = word("share that needs several departments")
    reasonable: YesNo = word("no: it can be explained or refused, never solved")
    reply_deadline: TermOrTiers = word(
        "to the first reply, wherever the case lies; tier: the term of the tier"
    )
    resolution_deadline: TermOrTiers = word(
        "to the end, wherever the case lies; tier: the term of the tier"
    )


class ProblemClass(ClassDefaults):
    """A class of problems."""

    share: Share = word("share of all problems; the shares of all classes add up to 1")
    hardness: Annotated[float, between(0, 1000)] = word(
        "odds of needing a higher tier, against the tier's own figure"
    )
    severity: ShareLaw = word("how bad it is when it begins")
    severity_growth: Rate = word("how much worse it gets while it is not solved")
    self_heal: Rate = word("how often such a problem passes by itself")
    reply_wait: DurationLaw = word("wait for other parties before the first reply")
    outside_wait: DurationLaw = word("wait for other parties, money or season before the solution")
    approval: Share = word("share that a leader must approve")


class Reporting(Words):
    """Whether, when and how a resident speaks up."""

    probability: Share = word("of reporting, at the first decision, at middle severity and trust")
    severity_effect: Number = word("probability x (1 + effect x (severity - 0.5))")
    trust_floor: NotNegative = word("probability x (floor + slope x trust)")
    trust_slope: NotNegative = word("see trust_floor")
    delay: DurationLaw = word("from the beginning of the problem to the first word")
    reconsider_every: DurationAboveZero = word("a silent resident thinks again so often")
    reconsider_factor: Factor = word("on the first decision's probability")
    fellow_factor: Factor = word(
        "on the probability, for each other resident hit by a collective problem"
    )


class Channel(Words):
    """A way by which a grievance comes in."""

    lands_at: Text = word("a tier's name, or: lowest, second, highest")
    hours: Text = word("the calendar it is open by")
    weight: Factor = word("how often it is chosen; 0: only through a policy")
    intake: Duration = word("work of writing a grievance down")
    registered: Share = word("share of grievances that get into the ledger")
    reach: dict[str, Factor] = word("factor on the weight, by segment; 1 if left out")
