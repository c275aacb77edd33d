"""The plan: everything an engine reads, as numbers. The same plan feeds both engines.

A plan is made by ``scenario.compile_plan`` and never changes. Times and durations are integer
seconds; probabilities, strengths and factors are floats; cross references are indices into the
plan's own tuples; ``ABSENT`` (-1) means none.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from govsim.model.records import ABSENT

DAY = 86_400
HOUR = 3_600
NEVER = 1 << 60  # a time after every horizon


class Law(NamedTuple):
    """A probability law, ready to be drawn from: see ``model.laws``."""

    family: int
    a: float = 0.0
    b: float = 0.0
    c: float = 0.0
    table: tuple[float, ...] = ()


class Calendar(NamedTuple):
    """Duty intervals [start, end) from the first day to well past the horizon."""

    name: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]  # duty seconds before each interval


class Tier(NamedTuple):
    name: str
    can_solve: float  # cumulative share of problems this tier or a lower one can solve
    reply_deadline: int  # seconds or working seconds, NEVER if none
    reply_in_working_days: bool
    resolution_deadline: int
    resolution_in_working_days: bool
    touch_work: Law  # seconds
    approval_work: Law  # seconds


class Office(NamedTuple):
    name: str  # "street 3"
    tier: int
    ordinal: int  # its number within the tier, the entity id of its draws
    parent: int
    children: tuple[int, ...]
    residents: int  # of the office itself (lowest tier)
    desks: tuple[int, ...]  # handling desks
    leaders_desk: int
    rules: int  # by which it works from the first day, in the plan's rules


class Desk(NamedTuple):
    name: str
    office: int
    cadres: tuple[int, ...]
    approves: bool  # the leaders' desk


class Cadre(NamedTuple):
    desk: int
    entity: int  # stable id of its draws: the same whatever staff others have
    leader: bool
    calendar: int
    share_of_time: float
    weekly_seconds: int
    pay_per_year: float  # yuan; of the time given to grievances
    joins: int  # seconds; 0 for those who are there from the start
    leaves: int
    ramp_up: int
    first_day_speed: float
    policy: int  # index of the policy that hired it, or ABSENT


class Segment(NamedTuple):
    name: str
    share: float


class ProblemClass(NamedTuple):
    name: str
    share: float
    hardness: float
    severity: Law
    severity_growth: float  # share per second
    self_heal: float  # rate per second
    reply_wait: Law  # seconds
    outside_wait: Law  # seconds
    approval: float
    several_departments: float
    reasonable: bool
    # Terms of its own, wherever the case lies, as at a tier; ABSENT: those of the tier.
    reply_deadline: int = ABSENT
    reply_in_working_days: bool = False
    resolution_deadline: int = ABSENT
    resolution_in_working_days: bool = False


class Channel(NamedTuple):
    name: str
    lands_at: int  # tier
    calendar: int
    weight: float  # 0: residents do not choose it themselves
    intake: int  # seconds of work
    registered: float
    reach: tuple[float, ...]  # factor on the weight, by segment


class Spread(NamedTuple):
    """How a channel that a policy adds comes into use: community by community, and by hearsay."""

    channel: int
    begins: tuple[int, ...]  # by community
    ends: int
    first: float  # share of its weight on the first day
    grows_over: int  # seconds from then until it has its whole weight


class Hotline(NamedTuple):
    """A channel with operators: who calls waits for one of them, or hangs up."""

    policy: int
    channel: int
    desk: int  # where its operators sit
    call: Law  # seconds, from the first word to the ticket
    patience: Law  # seconds that a caller waits
    direct_answers: float  # share of enquiries
    dispatch_error: float
    call_back: int  # seconds


class Surge(NamedTuple):
    first_day: int
    last_day: int  # exclusive
    factor: float  # extra births: (factor - 1) x the ordinary rate
    klass: int  # ABSENT: all classes
    first_community: int
    last_community: int  # exclusive


class Demand(NamedTuple):
    problems_per_day: float  # per resident
    enquiries_per_day: float
    overdispersion: Law
    common_level: Law  # of the whole city's days
    month_factor: tuple[float, ...]  # 12, mean 1
    weekday_factor: tuple[float, ...]  # 7, mean 1
    hour_cumulative: tuple[float, ...]  # 25, from 0 to 1
    day_factor: tuple[float, ...]  # month x weekday, from the first day of history on
    collective_share: float
    collective_size: Law
    collective_limit: int
    surges: tuple[Surge, ...]


class Trust(NamedTuple):
    initial: Law
    gain_when_satisfied: float
    loss_when_dissatisfied: float
    loss_when_ignored: float
    drifts_to: float
    half_life: int


class Reporting(NamedTuple):
    probability: float
    severity_effect: float
    trust_floor: float
    trust_slope: float
    delay: Law
    reconsider_every: int
    reconsider_factor: float
    fellow_factor: float


class Handling(NamedTuple):
    """Triage, transfers and work."""

    direct_dispatch: bool
    triage_error: float
    transfer_error: float
    bounce_work: Law
    bounce_delay: Law
    most_bounces: int
    work_before_passing_up: float
    returned_down: float
    by_deadline: bool
    severity_effect: float
    serious_from: float
    office_slowness: Law
    cadre_slowness: Law
    asks_resident: float
    resident_answers: Law
    check: Law
    effort: float  # factor on the work of every case


class Deadlines(NamedTuple):
    restart_on_transfer: bool
    pause_while_asking: bool
    extension: float
    extension_length: int
    resolution_extension: float
    resolution_extension_length: int
    rush_window: float
    rush_speed: float
    neglect: float


class Closing(NamedTuple):
    paper_base: float
    paper_pressure: float
    paper_overdue: float
    paper_work_left: float
    paper_audit: float
    paper_care: float
    pressure: float
    pressure_from_overdue: float
    audit: float
    care: float
    acceptance: float
    merge_duplicates: float
    confirmation: Law
    recurs: float
    recurs_after: Law
    clean_up_after: int
    clean_up_share: float


class Satisfaction(NamedTuple):
    base: float
    solved: float
    replied_in_time: float
    explained: float
    per_bounce: float
    per_day_late: float
    promise_broken: float
    call_back: float
    bias: float


class Supervision(NamedTuple):
    """Superiors watch some grievances and look into some closings; off unless a policy says so."""

    watched: float = 0.0  # share of grievances
    reminder: float = 0.5  # of the reply term
    last_reminder: float = 0.9
    rush: float = 0.0
    paperwork: int = 0  # seconds for a watched grievance, on either side
    inspected: float = 0.0  # share of closings
    inspected_after: int = DAY
    inspection: int = 0  # seconds of the office above


class Scoring(NamedTuple):
    """Offices are scored and ranked month by month; off unless a policy says so."""

    response: float = 1.0  # weights
    resolution: float = 1.0
    satisfaction: float = 1.0
    resident_weight: float = 0.0
    strength: float = 0.0  # of the pressure on the last of a tier
    effort: float = 0.0
    most_effort: float = 1.0
    report: int = 0  # seconds an office and month
    call: int = 0  # seconds of the office above for a resident called back


class FormalReplies(NamedTuple):
    """A reply goes out in time whatever there is to say; off unless a policy says so."""

    share: float = 0.0
    work: int = 0  # seconds


class Termination(NamedTuple):
    """After the last review a matter is taken up no more; off unless a policy says so."""

    share: float = 0.0
    after: int = 2  # reviews
    file: int = 0  # seconds for a terminated matter
    turning_away: int = 0  # seconds for a contact that is not accepted
    trust_loss: float = 0.0
    crowd: float = 0.0


class Intake(NamedTuple):
    """What a triage desk does before anybody handles a grievance; as it stands here: nothing."""

    work: int = 0  # seconds for each grievance
    merges: float = 0.0  # chance that a duplicate is seen
    turns_away: float = 0.0  # chance that an unreasonable request is seen
    misjudges: float = 0.0  # chance that a reasonable one is taken for unreasonable
    explaining: float = 1.0  # share of the ordinary work, for those turned away
    mild_below: float = 0.0  # severity under which a case waits behind all others
    magic_words: float = 0.0  # share of returning residents who learn to threaten


class Rules(NamedTuple):
    """What an office works by: a policy may change it, for some offices and for some time."""

    handling: Handling
    deadlines: Deadlines
    closing: Closing
    satisfaction: Satisfaction
    supervision: Supervision
    scoring: Scoring
    formal_replies: FormalReplies
    termination: Termination
    intake: Intake = Intake()


class Change(NamedTuple):
    """From then on an office works by other rules."""

    at: int
    office: int
    rules: int


class AfterClosing(NamedTuple):
    contact_again: float
    contact_delay: Law
    reopens: float
    skip_level: float
    review: float
    re_review: float
    review_deadline: int
    threat: float
    patience: Law
    leaders_attract: float


class Fatigue(NamedTuple):
    above: int  # seconds a week
    slower: float  # per hour
    careless: float  # per hour


class Loops(NamedTuple):
    """Strength of each feedback loop: 1 as described, 0 not there at all."""

    trust: float
    participation: float
    credibility: float
    severity_growth: float
    hardening: float
    early_solving: float
    bounce: float
    return_down: float
    approvals: float
    several_departments: float
    asking: float
    paper_closing: float
    pressure: float
    deadline_rush: float
    clean_up: float
    reopening: float
    skip_level: float
    review: float
    squeaky_wheel: float
    giving_up: float
    duplicates: float
    recurrence: float
    fatigue: float
    leaders_attract: float


class Session(NamedTuple):
    """One planned session: when, where, by whom."""

    starts: int
    ends: int
    community: int  # office
    leader: int  # cadre, ABSENT in the household form
    companions: tuple[int, ...]  # cadres
    ordinal: int  # stable number within the policy, for its draws
    chance: float = 1.0  # that one silent problem is noticed, or comes up


class Patrol(NamedTuple):
    """What grid workers see, mend and report on a round."""

    visible: tuple[float, ...]  # by class: share that can be seen from the street
    mends: float  # chance that a small one is mended on the spot
    mild: float  # small: below this severity
    trivial: int  # reports of nothing much, by worker and round
    doors: int  # that a worker knocks at, by round
    worry: float  # share of residents behind them who feel watched
    worry_loss: float  # of their trust


class Council(NamedTuple):
    """What comes of residents' meetings."""

    prevents: tuple[float, ...]  # by class: share of problems that do not begin
    lasts: int  # seconds after a meeting
    invited: int  # residents
    seats: int
    gain: float  # of trust, by those who come, if the last decisions were carried out
    loss: float  # if they were not
    decay: float  # of participation, if they were not
    recovery: float


class Visits(NamedTuple):
    """A policy of sessions: night visits, home visits, patrols, councils, training."""

    policy: int
    form: int  # Gathering
    number: int  # of the patrol or council, ABSENT for visits and training
    channel: int
    sessions: tuple[Session, ...]  # in order of (ends, ordinal)
    turnout: tuple[float, ...]  # by segment: chance that a living latent problem is brought forward
    likeliest: float  # no resident is likelier to bring a problem forward than this
    at_most: int
    on_the_spot: float
    leaders_case_first: bool
    travel: int  # seconds: the way, preparation; of training all of it
    time_off: float


class Planner(NamedTuple):
    """A policy of projects: causes are picked from the ledger, and removed by capital."""

    policy: int
    tier: int  # of the areas
    areas: tuple[int, ...]  # offices
    begins: tuple[int, ...]  # when the policy reaches each of them
    picks: tuple[int, ...]  # when causes are chosen
    topics: int  # at most so many each time
    at_least: int  # grievances
    lag: int  # seconds, from the choice to the finished works
    removes: float  # share of the problems of that class there that do not begin any more
    solves: float  # share of the living ones that end
    per_grievance: float  # yuan
    budget: float  # yuan, for one project at most
    purse: int  # that it comes from; ABSENT if without end
    planning: int  # office hours of the area's office, in seconds


class Purse(NamedTuple):
    """Money of a policy for what it pays by the piece; what is left at a year's end is lost."""

    policy: int
    per_year: float  # yuan a calendar year


class Lane(NamedTuple):
    """A special desk that a policy opens in an office, which takes cases of some classes."""

    policy: int
    office: int
    desk: int
    begins: int
    ends: int
    share: tuple[float, ...]  # by class: of the cases given out in the office
    severity_below: float  # it takes none that are worse
    from_below: bool  # of cases given out in the offices below it as well
    slowness: Law  # of its cadres
    management: int  # seconds a week of the office's own hours
    mediates: bool
    # of a contractor or of volunteers
    effort: float  # factor on the office's work
    hand_over: Law  # there, and back
    # of mediators
    sessions: Law  # how many
    session: Law  # seconds
    gap: Law  # between two sessions
    agrees: float
    breaks: float  # an agreement does not hold
    breaks_after: Law
    written_up: float  # share of failures recorded as solved
    to_law: bool  # a failure is referred to the legal route, else back to the office's desks
    next_instance: int  # the lane above that a failed case goes to, or ABSENT
    subsidy: float  # yuan a case
    purse: int  # that it comes from; ABSENT if without end
    invented: float  # cases, by mediator and week
    invented_work: int  # seconds of each


class Conference(NamedTuple):
    """Departments of an office come together over cases that need several of them."""

    policy: int
    office: int
    desk: int  # its table: cases wait there, nobody works there
    begins: int
    ends: int
    share: float  # of the cases that need several departments
    periodic: bool
    on_demand: bool  # with both: for what is serious or threatens
    meetings: tuple[int, ...]  # when each ends; empty if only on demand
    at_most: int
    length: int  # seconds of a meeting
    preparation: int  # seconds of each department for each case
    arrives: Law  # after a call
    hours_per_call: int  # seconds of each department
    bearable: float  # calls of a department in thirty days
    perfunctory: float  # added probability for each call beyond
    lead: bool  # who leads is agreed on: no wrong dispatch any more


class Inherited(NamedTuple):
    """A grievance that was open before the first day."""

    problem: int  # its id: of no day on which problems are drawn
    registered: int  # seconds, not after the start
    home: int  # the office that registered it
    office: int  # where it lies: the home, or above or below it
    least: int  # tiers below this one were too low for it, for it was passed up; else 0
    klass: int  # ABSENT: drawn
    channel: int
    standing: int  # records.Standing
    replied: bool
    first_due: int  # in the plan's dues: one a class from there on


class Due(NamedTuple):
    """When the terms of an inherited grievance end, which may be long ago; NEVER if it has none."""

    reply: int
    resolution: int


class CostLine(NamedTuple):
    """Money a policy spends: yuan at a time, or yuan a year over a stretch of time."""

    policy: int
    once: float
    per_year: float
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an engine reads. See the module's docstring for units."""

    name: str
    policy_set: str  # "baseline", "night_visits", "night_visits+added_staff"
    policies: tuple[str, ...]
    start: date
    horizon: int
    history_days: int
    warm_up: int  # seconds after the opening that outcomes leave out; engines do not care
    tiers: tuple[Tier, ...]  # lowest first
    offices: tuple[Office, ...]  # tier by tier, lowest first
    desks: tuple[Desk, ...]
    cadres: tuple[Cadre, ...]
    calendars: tuple[Calendar, ...]
    working_days: Calendar  # whole working days, for deadlines counted in them
    segments: tuple[Segment, ...]
    classes: tuple[ProblemClass, ...]
    channels: tuple[Channel, ...]
    demand: Demand
    trust: Trust
    reporting: Reporting
    rules: tuple[Rules, ...]  # the scenario's own first
    changes: tuple[Change, ...]  # in order of (at, office)
    after_closing: AfterClosing
    fatigue: Fatigue
    loops: Loops
    visits: tuple[Visits, ...]
    patrols: tuple[Patrol, ...]
    councils: tuple[Council, ...]
    planners: tuple[Planner, ...]
    costs: tuple[CostLine, ...]
    spreads: tuple[Spread, ...] = ()  # in order of channels
    hotlines: tuple[Hotline, ...] = ()
    lanes: tuple[Lane, ...] = ()  # by office
    conferences: tuple[Conference, ...] = ()  # one at most in each office
    purses: tuple[Purse, ...] = ()  # of policies
    new_years: tuple[int, ...] = ()  # when the first of January begins, in order
    inherited: tuple[Inherited, ...] = ()  # the oldest first
    dues: tuple[Due, ...] = ()
    opens: int = 0  # when the run begins that is told of; before it the city runs in
    follow_up: int = 0  # seconds simulated after the last day, so that clocks may run out

    @property
    def first_day(self) -> date:
        """The first day of the run that is told of; ``start`` is that of the simulation."""
        return self.start + timedelta(seconds=self.opens)

    @property
    def since(self) -> int:
        """From when on outcomes are measured."""
        return self.opens + self.warm_up

    @property
    def until(self) -> int:
        """When the run that is told of ends; the books are closed in the second before."""
        return self.horizon - self.follow_up

    @property
    def residents(self) -> int:
        """All residents of all communities."""
        return sum(office.residents for office in self.offices)

    def path_up(self, office: int) -> tuple[int, ...]:
        """The office and those above it, up to the top."""
        path = []
        while office != ABSENT:
            path.append(office)
            office = self.offices[office].parent
        return tuple(path)
