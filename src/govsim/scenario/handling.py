"""Blocks of a scenario about what offices do with a grievance, from triage to closing."""

from typing import Annotated

from govsim.scenario.kinds import (
    Duration,
    NotNegative,
    Number,
    Share,
    WeeklyHours,
    Words,
    YesNo,
    between,
    one_of,
    whole_between,
    word,
)
from govsim.scenario.laws import DurationLaw, NumberLaw

Strength = Annotated[float, between(0, 10)]


class Triage(Words):
    """Who is thought to be in charge."""

    dispatch: Annotated[str, one_of("step_by_step", "direct")] = word(
        "direct: straight to the tier that triage thinks right"
    )
    error: Share = word("wrong dispatches")


class Transfers(Words):
    """Sending on, back and down."""

    error: Share = word("wrong dispatches at a transfer")
    bounce_work: DurationLaw = word("work of refusing a grievance")
    bounce_delay: DurationLaw = word("days lost by a bounce")
    most_bounces: Annotated[int, whole_between(0, 1000)] = word(
        "then the office of last resort must keep it"
    )
    work_before_passing_up: Share = word("share of touch work spent before a case is passed up")
    returned_down: Share = word("share of passed-up cases that come back down")


class Work(Words):
    """Queues and work."""

    queue_order: Annotated[str, one_of("arrival", "deadline")] = word(
        "deadline: the nearest reply deadline first"
    )
    severity_effect: Annotated[float, between(0, 2)] = word(
        "touch work x (1 + effect x (severity - 0.5))"
    )
    serious_from: Share = word("severity from which a case goes first")
    office_slowness: NumberLaw = word("factor on waits, by office")
    cadre_slowness: NumberLaw = word("factor on touch work, by cadre")
    asks_resident: Share = word("share of cases in which the resident is asked for more")
    resident_answers: DurationLaw = word("until the resident brings it")
    check: DurationLaw = word("work of finding that there is nothing left to do")
    effort: NotNegative = word("factor on the work of every case; 1 as the laws say")


class Deadlines(Words):
    """How terms run."""

    restart_on_transfer: YesNo = word("the clocks start again at the next office")
    pause_while_asking: YesNo = word("the clocks stand while the resident is asked")
    extension: Share = word("share of cases whose reply term is extended when it runs out")
    extension_length: Duration = word("by so much")
    resolution_extension: Share = word("the same of the resolution term; of no review")
    resolution_extension_length: Duration = word("by so much")
    rush_window: Share = word("the last part of the term, in which work is rushed")
    rush_speed: NotNegative = word("preparing the reply goes (1 + this) times as fast in it")
    neglect: NotNegative = word("past the term, preparing takes (1 + this) times as long")


class Closing(Words):
    """How a case is closed: really, by explanation, or on paper."""

    paper_base: Number = word("log-odds of closing on paper")
    paper_pressure: Number = word("per unit of pressure")
    paper_overdue: Number = word("per share of the resolution term used up")
    paper_work_left: Number = word("per rank of the wait that still lies ahead")
    paper_audit: Number = word("per unit of audit, downwards")
    paper_care: Number = word("per unit of care, downwards")
    pressure: NotNegative = word("from scoring and superiors")
    pressure_from_overdue: NotNegative = word("added when every open case is overdue")
    audit: NotNegative = word("share of closings checked x penalty")
    care: NotNegative = word("what the cadres care about")
    acceptance: Share = word("an explanation is accepted, at middle trust")
    merge_duplicates: Share = word("other open grievances about a solved problem are closed too")
    confirmation: DurationLaw = word("from the solution to the closing")
    recurs: Share = word("a real solution does not hold")
    recurs_after: DurationLaw = word("until then")
    clean_up_after: Duration = word("cases older than this are closed in bulk")
    clean_up_share: Share = word("at each month's end")


class Satisfaction(Words):
    """What a resident feels at the end, as log-odds."""

    base: Number = word("log-odds of being satisfied with nothing done")
    solved: Number = word("the problem is solved")
    replied_in_time: Number = word("a reply came in time")
    explained: Number = word("it was explained respectfully")
    per_bounce: Number = word("for each bounce")
    per_day_late: Number = word("for each day beyond the resolution deadline")
    promise_broken: Number = word("a reply promised what was not done")
    call_back: Share = word("share of closed cases that are called back")
    bias: Share = word("dissatisfied residents recorded as satisfied")


class AfterClosing(Words):
    """What a resident does who is not helped."""

    contact_again: Share = word("when the problem still lives")
    contact_delay: DurationLaw = word("until then")
    reopens: Share = word("of those contacts")
    skip_level: Share = word("goes over the office's head, x (1.5 - trust)")
    review: Share = word("asks for a review")
    re_review: Share = word("of the reviewed, asks once more")
    review_deadline: Duration = word("of a review, and of a re-review")
    threat: Share = word("of repeated contacts: threatens to go higher")
    patience: DurationLaw = word("waiting in a queue before giving up")
    leaders_attract: NotNegative = word(
        "who has met a leader goes over the office's head this much more often"
    )


class Fatigue(Words):
    """What long weeks do."""

    above: WeeklyHours = word("mean of four weeks")
    slower: Share = word("per hour above")
    careless: Share = word("added probability of closing on paper, per hour above")


class Loops(Words):
    """Strength of each feedback loop: 1 as described, 0 not there at all."""

    trust: Strength = word("experience moves trust")
    participation: Strength = word("trust moves reporting")
    credibility: Strength = word("low trust makes explanations fail")
    severity_growth: Strength = word("unsolved problems grow")
    hardening: Strength = word("grown problems need a higher tier")
    early_solving: Strength = word("mild problems take less work")
    bounce: Strength = word("wrong dispatches at triage and transfer")
    return_down: Strength = word("passed-up cases come back down")
    approvals: Strength = word("leaders' signatures")
    several_departments: Strength = word("joint work")
    asking: Strength = word("the resident is asked for more")
    paper_closing: Strength = word("closing on paper")
    pressure: Strength = word("overdue cases raise pressure to close on paper")
    deadline_rush: Strength = word("work is rushed before a deadline")
    clean_up: Strength = word("old cases are closed in bulk")
    reopening: Strength = word("residents come back when the problem lives")
    skip_level: Strength = word("residents go over the office's head")
    review: Strength = word("residents ask for a review")
    squeaky_wheel: Strength = word("threats get priority")
    giving_up: Strength = word("residents give up waiting")
    duplicates: Strength = word("fellows report the same collective problem")
    recurrence: Strength = word("solved problems come back")
    fatigue: Strength = word("long weeks make slow and careless")
    leaders_attract: Strength = word("leaders draw residents to themselves")
