"""From the planner's words to numbers: one function, ``compile_plan``."""

from collections.abc import Sequence
from datetime import date, timedelta

from govsim.model.plan import (
    DAY,
    NEVER,
    AfterClosing,
    Calendar,
    Channel,
    Closing,
    Deadlines,
    Demand,
    Fatigue,
    FormalReplies,
    Handling,
    Loops,
    Plan,
    ProblemClass,
    Reporting,
    Rules,
    Satisfaction,
    Scoring,
    Segment,
    Supervision,
    Surge,
    Termination,
    Tier,
    Trust,
)
from govsim.model.records import ABSENT
from govsim.scenario import offices as words
from govsim.scenario import people
from govsim.scenario.draft import Draft
from govsim.scenario.lawful import rounded, to_law
from govsim.scenario.models import Scenario
from govsim.scenario.naming import tier_number
from govsim.scenario.quantities import AS_AT_TIER, Deadline

BEYOND = 800  # days of calendar after the horizon, for work that is still going on
WEEK = 7


def compile_plan(scenario: Scenario, policies: Sequence[str] | None = None) -> Plan:
    """The plan of a scenario with some of its policies in force (None: those it has selected)."""
    chosen = tuple(scenario.selected_policies if policies is None else policies)
    simulated = lived_through(scenario)
    draft = Draft(simulated, chosen)
    for index, name in enumerate(chosen):
        simulated.policies[name].change(draft, index, name)
    return _freeze(simulated, draft, chosen)


def lived_through(scenario: Scenario) -> Scenario:
    """The scenario from the first day that is simulated: the city has been running by its start.

    So have the policies that are part of it, and the staff it has from the start; what begins on a
    day begins on that day.
    """
    before = scenario.run_in
    policies = {
        name: policy
        if name in scenario.in_force and policy.begins == 0
        else policy.model_copy(
            update={"begins": policy.begins + before, "ends": _put_off(policy.ends, before)}
        )
        for name, policy in scenario.policies.items()
    }
    return scenario.model_copy(
        update={
            "start": scenario.start - timedelta(seconds=before),
            "horizon": before + scenario.horizon + scenario.follow_up,
            "policies": policies,
            "tiers": {name: _later(tier, before) for name, tier in scenario.tiers.items()},
        }
    )


def _put_off(moment: int, seconds: int) -> int:
    return moment if moment == NEVER else moment + seconds


def _later(tier: words.Tier, seconds: int) -> words.Tier:
    """Whoever comes or goes in the course of time does so later."""
    staffing = tier.staffing
    if staffing.begins == 0 and staffing.over == 0:
        return tier
    moved = staffing.model_copy(update={"begins": staffing.begins + seconds})
    return tier.model_copy(update={"staffing": moved})


def _freeze(scenario: Scenario, draft: Draft, chosen: tuple[str, ...]) -> Plan:
    loops = scenario.loops
    rules, first_rules, changes = draft.rules(_rules(scenario))
    return Plan(
        name=scenario.name,
        policy_set="+".join(chosen) if chosen else "baseline",
        policies=chosen,
        start=scenario.start,
        horizon=scenario.horizon,
        history_days=scenario.history // DAY,
        warm_up=scenario.warm_up,
        tiers=tuple(_tier(name, tier) for name, tier in scenario.tiers.items()),
        offices=draft.offices(first_rules),
        desks=draft.desks(),
        cadres=tuple(draft.cadres),
        calendars=calendars(scenario),
        working_days=working_days(scenario),
        segments=tuple(Segment(name, s.share) for name, s in scenario.segments.items()),
        classes=tuple(_class(name, spec) for name, spec in scenario.classes.items()),
        channels=_channels(scenario) + tuple(draft.extra_channels),
        demand=_demand(scenario),
        trust=_trust(scenario),
        reporting=_reporting(scenario),
        rules=rules,
        changes=tuple(changes),
        after_closing=_after_closing(scenario),
        fatigue=Fatigue(scenario.fatigue.above, scenario.fatigue.slower, scenario.fatigue.careless),
        loops=Loops(*(getattr(loops, name) for name in Loops._fields)),
        visits=tuple(draft.visits),
        patrols=tuple(draft.patrols),
        councils=tuple(draft.councils),
        planners=tuple(draft.planners),
        costs=tuple(draft.costs),
        spreads=tuple(draft.spreads),
        hotlines=tuple(draft.hotlines),
        lanes=draft.lanes(),
        conferences=tuple(sorted(draft.conferences, key=lambda table: table.office)),
        purses=tuple(draft.purses),
        new_years=_new_years(scenario),
        opens=scenario.run_in,
        follow_up=scenario.follow_up,
    )


def _new_years(scenario: Scenario) -> tuple[int, ...]:
    """When purses are full again: the first of January of every year after the first day."""
    first = scenario.start.year + 1
    begins = [(date(year, 1, 1) - scenario.start).days * DAY for year in range(first, first + 21)]
    return tuple(moment for moment in begins if moment < scenario.horizon)


# ---------------------------------------------------------------- calendars


def calendars(scenario: Scenario) -> tuple[Calendar, ...]:
    """Every named calendar, from the first day to well past the horizon."""
    return tuple(
        _calendar(
            name,
            scenario,
            spec.days,
            [(interval.start, interval.end) for interval in spec.hours],
            open_on_holidays=spec.public_holidays == "open",
        )
        for name, spec in scenario.calendars.items()
    )


def working_days(scenario: Scenario, first_day: int = 0) -> Calendar:
    """Whole working days, Monday to Friday but for holidays and make-up days.

    ``first_day`` may be negative: terms of what was registered before the start.
    """
    whole = [(0, DAY)]
    return _calendar(
        "working days", scenario, range(5), whole, open_on_holidays=False, first_day=first_day
    )


def _calendar(
    name: str,
    scenario: Scenario,
    weekdays: Sequence[int],
    hours: Sequence[tuple[int, int]],
    *,
    open_on_holidays: bool,
    first_day: int = 0,
) -> Calendar:
    starts: list[int] = []
    ends: list[int] = []
    for day in range(first_day, scenario.horizon // DAY + 1 + BEYOND):
        if _is_open(scenario, scenario.start + timedelta(day), weekdays, open_on_holidays):
            for opens, closes in hours:
                if ends and ends[-1] == day * DAY + opens:
                    ends[-1] = day * DAY + closes
                else:
                    starts.append(day * DAY + opens)
                    ends.append(day * DAY + closes)
    before = [0]
    for begin, end in zip(starts, ends, strict=True):
        before.append(before[-1] + end - begin)
    return Calendar(name, tuple(starts), tuple(ends), tuple(before[:-1]))


def _is_open(
    scenario: Scenario, day: date, weekdays: Sequence[int], open_on_holidays: bool
) -> bool:
    if open_on_holidays:
        return day.weekday() in weekdays
    if day in scenario.public_holidays:
        return False
    if day in scenario.working_weekends:
        return True
    return day.weekday() in weekdays


# ---------------------------------------------------------------- offices, classes, channels


def _tier(name: str, spec: words.Tier) -> Tier:
    return Tier(
        name=name,
        can_solve=spec.can_solve,
        reply_deadline=spec.reply_deadline.seconds,
        reply_in_working_days=spec.reply_deadline.working_days,
        resolution_deadline=spec.resolution_deadline.seconds,
        resolution_in_working_days=spec.resolution_deadline.working_days,
        touch_work=to_law(spec.touch_work),
        approval_work=to_law(spec.leaders.approval),
    )


def _class(name: str, spec: people.ProblemClass) -> ProblemClass:
    return ProblemClass(
        name=name,
        share=spec.share,
        hardness=spec.hardness,
        severity=to_law(spec.severity),
        severity_growth=spec.severity_growth / DAY,
        self_heal=spec.self_heal / DAY,
        reply_wait=to_law(spec.reply_wait),
        outside_wait=to_law(spec.outside_wait),
        approval=spec.approval,
        several_departments=spec.several_departments,
        reasonable=spec.reasonable,
        reply_deadline=_own_term(spec.reply_deadline),
        reply_in_working_days=spec.reply_deadline.working_days,
        resolution_deadline=_own_term(spec.resolution_deadline),
        resolution_in_working_days=spec.resolution_deadline.working_days,
    )


def _own_term(term: Deadline) -> int:
    return ABSENT if term.seconds == AS_AT_TIER else term.seconds


def _channels(scenario: Scenario) -> tuple[Channel, ...]:
    names = list(scenario.calendars)
    return tuple(
        Channel(
            name=name,
            lands_at=tier_number(scenario, spec.lands_at),
            calendar=names.index(spec.hours),
            weight=spec.weight,
            intake=spec.intake,
            registered=spec.registered,
            reach=tuple(spec.reach.get(segment, 1.0) for segment in scenario.segments),
        )
        for name, spec in scenario.channels.items()
    )


# ---------------------------------------------------------------- demand


def _demand(scenario: Scenario) -> Demand:
    facts = scenario.demand
    return Demand(
        problems_per_day=facts.problems,
        enquiries_per_day=facts.enquiries,
        overdispersion=to_law(facts.overdispersion),
        common_level=to_law(facts.common_level),
        month_factor=_mean_one(facts.season),
        weekday_factor=_mean_one(facts.weekdays),
        hour_cumulative=_cumulative(facts.hours),
        day_factor=_day_factors(scenario),
        collective_share=facts.collective_share,
        collective_size=to_law(facts.collective_size),
        collective_limit=facts.collective_limit,
        surges=tuple(_surges(scenario)),
    )


def _mean_one(weights: Sequence[float]) -> tuple[float, ...]:
    mean = sum(weights) / len(weights)
    return tuple(rounded(weight / mean) for weight in weights)


def _cumulative(weights: Sequence[float]) -> tuple[float, ...]:
    total = 0.0
    sums = [0.0]
    for weight in weights:
        total += weight
        sums.append(total)
    return tuple(rounded(partial / total) for partial in sums)


def _day_factors(scenario: Scenario) -> tuple[float, ...]:
    months = _mean_one(scenario.demand.season)
    weekdays = _mean_one(scenario.demand.weekdays)
    first = -(scenario.history // DAY)
    days = [scenario.start + timedelta(day) for day in range(first, scenario.horizon // DAY + 1)]
    return tuple(months[day.month - 1] * weekdays[day.weekday()] for day in days)


def _surges(scenario: Scenario) -> list[Surge]:
    communities = next(iter(scenario.tiers.values())).office_count
    classes = list(scenario.classes)
    surges = []
    for spec in scenario.demand.surges.values():
        first = (spec.start - scenario.start).days
        surges.append(
            Surge(
                first_day=first,
                last_day=first + max(spec.length // DAY, 1),
                factor=spec.factor,
                klass=ABSENT if spec.klass == "all" else classes.index(spec.klass),
                first_community=0,
                last_community=int(spec.communities * communities + 0.5),
            )
        )
    return surges


# ---------------------------------------------------------------- people and rules


def _trust(scenario: Scenario) -> Trust:
    facts = scenario.trust
    return Trust(
        initial=to_law(facts.initial),
        gain_when_satisfied=facts.gain_when_satisfied,
        loss_when_dissatisfied=facts.loss_when_dissatisfied,
        loss_when_ignored=facts.loss_when_ignored,
        drifts_to=facts.drifts_to,
        half_life=facts.half_life,
    )


def _reporting(scenario: Scenario) -> Reporting:
    facts = scenario.reporting
    return Reporting(
        probability=facts.probability,
        severity_effect=facts.severity_effect,
        trust_floor=facts.trust_floor,
        trust_slope=facts.trust_slope,
        delay=to_law(facts.delay),
        reconsider_every=facts.reconsider_every,
        reconsider_factor=facts.reconsider_factor,
        fellow_factor=facts.fellow_factor,
    )


def _rules(scenario: Scenario) -> Rules:
    """What every office works by without a policy."""
    return Rules(
        handling=_handling(scenario),
        deadlines=Deadlines(*(getattr(scenario.deadlines, name) for name in Deadlines._fields)),
        closing=_closing(scenario),
        satisfaction=Satisfaction(
            *(getattr(scenario.satisfaction, name) for name in Satisfaction._fields)
        ),
        supervision=Supervision(),
        scoring=Scoring(),
        formal_replies=FormalReplies(),
        termination=Termination(),
    )


def _handling(scenario: Scenario) -> Handling:
    triage, transfers, work = scenario.triage, scenario.transfers, scenario.work
    return Handling(
        direct_dispatch=triage.dispatch == "direct",
        triage_error=triage.error,
        transfer_error=transfers.error,
        bounce_work=to_law(transfers.bounce_work),
        bounce_delay=to_law(transfers.bounce_delay),
        most_bounces=transfers.most_bounces,
        work_before_passing_up=transfers.work_before_passing_up,
        returned_down=transfers.returned_down,
        by_deadline=work.queue_order == "deadline",
        severity_effect=work.severity_effect,
        serious_from=work.serious_from,
        office_slowness=to_law(work.office_slowness),
        cadre_slowness=to_law(work.cadre_slowness),
        asks_resident=work.asks_resident,
        resident_answers=to_law(work.resident_answers),
        check=to_law(work.check),
        effort=work.effort,
    )


def _closing(scenario: Scenario) -> Closing:
    facts = scenario.closing
    laws = {"confirmation", "recurs_after"}
    numbers = {name: getattr(facts, name) for name in Closing._fields if name not in laws}
    return Closing(
        confirmation=to_law(facts.confirmation), recurs_after=to_law(facts.recurs_after), **numbers
    )


def _after_closing(scenario: Scenario) -> AfterClosing:
    facts = scenario.after_closing
    laws = {"contact_delay", "patience"}
    numbers = {name: getattr(facts, name) for name in AfterClosing._fields if name not in laws}
    return AfterClosing(
        contact_delay=to_law(facts.contact_delay), patience=to_law(facts.patience), **numbers
    )
