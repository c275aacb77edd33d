"""Random scenarios: small, valid, and rich in everything that an engine has to do.

Written as a planner would, so that the loader reads them too. Sizes are such that the agents need
less than half a second. Hours and waits come from short lists of round numbers, so that events
meet in one second now and then; ``ties.yaml`` makes them meet all the time.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import yaml
from hypothesis import strategies as st

from govsim.model.plan import DAY, Loops, Plan
from govsim.model.records import ABSENT, Standing
from govsim.scenario import compile_plan, load
from govsim.scenario.backlog import Backlog, Group
from govsim.scenario.taking_over import take_over
from twins.choices import Choices, by_hypothesis
from twins.words import KEEP, Options, block, days, durations, factors, levels, shares, waits

Words = dict[str, Any]

SCENARIOS = Path(__file__).parents[2] / "scenarios"  # no engine is imported here: see reach.py

SEEDS = (1, 0, 7, 2**31, 2**63 - 1)
REPLICATIONS = (0, 1, 2, 1_000_000, 2**63 - 1)


class Taken(NamedTuple):
    """Open grievances that a replication begins with, before it is known what offices there are."""

    community: int
    registered_by: int  # tiers above the community
    lies_at: int  # tiers above that, or below
    age: int  # seconds
    klass: int
    standing: int
    replied: bool
    cases: int


class Example(NamedTuple):
    """One comparison: a scenario file's text, whose replication it is, and what is open."""

    text: str
    seed: int
    replication: int
    backlog: tuple[Taken, ...] = ()

    def plan(self) -> Plan:
        """By way of a file, as a planner's."""
        return plan_of_text(self.text, self.backlog)


def plan_of_text(text: str, backlog: Sequence[Taken] = ()) -> Plan:
    """The plan of a scenario file with this text, lying among the shipped ones."""
    with TemporaryDirectory() as folder:
        for shipped in SCENARIOS.glob("*.yaml") if "extends:" in text else ():
            copy(shipped, folder)
        file = Path(folder) / "random.yaml"
        file.write_text(text, encoding="utf-8")
        scenario = load(file)
        if backlog:  # as a forecast: what is open is said, and not run in
            scenario = scenario.model_copy(update={"run_in": 0})
        plan = compile_plan(scenario)
        groups = tuple(_group(plan, taken) for taken in backlog)
        return take_over(plan, Backlog.of(groups), scenario) if groups else plan


def _group(plan: Plan, taken: Taken) -> Group:
    """The same in an office and a class that there are."""
    communities = [n for n, office in enumerate(plan.offices) if office.residents > 0]
    path = plan.path_up(communities[taken.community % len(communities)])
    home = min(taken.registered_by, len(path) - 1)
    office = min(max(home + taken.lies_at, 0), len(path) - 1)
    klass = taken.klass if taken.klass < len(plan.classes) else ABSENT
    return Group(
        path[office], path[home], -taken.age, klass, Standing(taken.standing), taken.replied,
        taken.cases,
    )  # fmt: skip


def example(c: Choices) -> Example:
    """A random comparison."""
    seed, replication = c.one(SEEDS), c.one(REPLICATIONS)
    text = as_text(scenario(c))
    return Example(text, seed, replication, _backlog(c))


AGES = (0, 1, DAY, 5 * DAY, 12 * DAY + 3_600, 90 * DAY, 400 * DAY)


def _backlog(c: Choices) -> tuple[Taken, ...]:
    """What is open on the first day: in two thirds of the examples nothing."""
    if not c.maybe(33):
        return ()
    return tuple(
        Taken(
            c.whole(0, 7), c.whole(0, 2), c.one((0, 1, 2, -1)), c.one(AGES), c.whole(0, 4),
            c.whole(0, 2), c.maybe(30), c.whole(1, 8),
        )
        for _ in range(c.whole(1, 6))
    )  # fmt: skip


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Random comparisons that shrink."""
    return example(by_hypothesis(draw))


class _Spelled(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """The loader wants every value written out."""
        return True


def as_text(words: Words) -> str:
    """The scenario file."""
    return yaml.dump(words, Dumper=_Spelled, sort_keys=False, allow_unicode=True, width=100)


def scenario(c: Choices) -> Words:
    """A random scenario in the planner's words."""
    time = _time(c)
    calendars = _calendars(c)
    segments = _segments(c)
    classes = _classes(c)
    tiers = _tiers(c, list(calendars))
    policies = _policies(c, tiers, segments, time, list(classes), list(calendars))
    ends = any(policy["kind"] in REVIEWED for policy in policies.values())
    words = {
        "govsim": 1,
        "name": "random",
        **_dates(c, time),
        "calendars": calendars,
        "segments": {**_none("general", "elderly", "migrant", "relocated"), **segments},
        "classes": {**_none("urgent", "worry", "hard", "dispute", "unreasonable"), **classes},
        "channels": _channels(c, list(calendars), list(segments)),
        "tiers": tiers,
        "demand": _demand(c, time, tiers, list(classes)),
        **{
            name: {**words, **(ENDS.get(name, {}) if ends else {})}
            for name, words in _rules(c).items()
        },
        "policies": {**(_none("night_visits", "added_staff") if c.maybe(50) else {}), **policies},
        "in_force": list(policies),
    }
    _added(c, words)
    return words


MORE_TIME: Options = {
    "resolution_extension": (KEEP, 0.5, 1),
    "resolution_extension_length": (KEEP, "0 d", "2 d"),
}
BUDGETS: dict[str, Options] = {
    "mediation": {"yearly_budget": (KEEP, "1000 CNY/year", "100 CNY/year")},
    "proactive": {"yearly_budget": (KEEP, "50000 CNY/year", "0 CNY/year")},
}


def _added(c: Choices, words: Words) -> None:
    """What came later is chosen last: examples of before stay what they were, but for this."""
    words["deadlines"].update(block(c, MORE_TIME))
    for policy in words["policies"].values():
        if policy != "none" and policy["kind"] in BUDGETS:
            policy.update(block(c, BUDGETS[policy["kind"]]))
    words["run_in"] = c.one(("0 d", "7 d"))
    words["follow_up"] = c.one(("0 d", "2 d", "9 d"))


def _none(*names: str) -> Words:
    return dict.fromkeys(names, "none")


# ---------------------------------------------------------------- time


class Time(NamedTuple):
    start: date
    days: int
    hours: int  # of the day after the last whole one
    history: int


def _time(c: Choices) -> Time:
    start = c.one((date(2011, 1, 3), date(2012, 2, 25), date(2010, 12, 20), date(2011, 7, 17)))
    days = c.whole(20, 90) if c.maybe(85) else c.whole(1, 20)
    hours = c.one((0, 0, 0, 9))
    return Time(start, days, hours, c.one((0, 30, 100, 365)))


def _dates(c: Choices, time: Time) -> Words:
    days = [time.start + timedelta(day) for day in range(min(time.days, 40))]
    holidays = c.few(days, 4)
    weekends = [day for day in days if day.weekday() > 4 and day not in holidays]
    return {
        "start": str(time.start),
        "horizon": f"{24 * time.days + time.hours} h",
        "history": f"{time.history} d",
        "public_holidays": [str(day) for day in holidays],
        "working_weekends": [str(day) for day in c.few(weekends, 3)],
    }


DAYS = ("Mon-Sun", "Mon-Fri", "Mon-Sat", "Tue, Thu", "Sat-Sun")
HOURS = (
    ["08:00-12:00", "13:00-17:00"],
    ["00:00-24:00"],
    ["09:00-10:00"],
    ["00:00-06:00", "22:00-24:00"],
    ["08:30-11:45", "12:15-17:30", "19:00-21:00"],
)


def _calendars(c: Choices) -> Words:
    """The two that come with the defaults, and up to two more."""
    own = {}
    for name in ("shifts", "counter")[: c.whole(0, 2)]:
        own[name] = {
            "days": c.one(DAYS),
            "hours": c.one(HOURS),
            "public_holidays": c.one(("closed", "open")),
        }
    return {"office_hours": {}, "always": {}, **own}


# ---------------------------------------------------------------- people

SHARES: dict[int, Sequence[Sequence[float]]] = {
    1: ((1,),),
    2: ((0.5, 0.5), (0.9, 0.1), (1, 0)),
    3: ((0.5, 0.25, 0.25), (0.1, 0.2, 0.7)),
    4: ((0.25, 0.25, 0.25, 0.25), (0.4, 0.3, 0.2, 0.1)),
}


def _segments(c: Choices) -> Words:
    count = c.whole(1, 3)
    names = ("everybody", "old", "new")[:count]
    return {name: {"share": share} for name, share in zip(names, c.one(SHARES[count]), strict=True)}


CLASS: Options = {
    "hardness": (1, 0, 0.5, 5),
    "severity": (shares(0.3), shares(0.5, 0.1), {"distribution": "constant", "value": 1}),
    "severity_growth": ("0 /month", "0.05 /month", "1 /month"),
    "self_heal": ("0.3 /month", "0 /month", "3 /month"),
    "reply_wait": (waits(48), waits(0, 12, 100, 480)),
    "outside_wait": (waits(24), waits(0, 12, 240)),
    "approval": (0, 0.5, 1),
    "several_departments": (0.5, 0, 1),
    "reasonable": (True, True, True, False),
    "reply_deadline": (KEEP, KEEP, "2 h", "none", "3 working days"),
    "resolution_deadline": (KEEP, KEEP, "24 h", "none", "2 working days"),
}


def _classes(c: Choices) -> Words:
    count = c.whole(1, 4)
    names = ("water", "noise", "land", "quarrel")[:count]
    return {
        name: {"share": share, **block(c, CLASS)}
        for name, share in zip(names, c.one(SHARES[count]), strict=True)
    }


def _channels(c: Choices, calendars: list[str], segments: list[str]) -> Words:
    """The first one always has a weight; the defaults' own two go unless they are wanted."""
    channels: Words = {} if c.maybe(15) else _none("walk_in", "online")
    for number, name in enumerate(("desk", "letter", "line")[: c.whole(1, 3)]):
        channels[name] = {
            "lands_at": c.one(("lowest", "second", "highest")),
            "hours": c.one(calendars),
            "weight": 1 if number == 0 else c.one((0.5, 0, 2)),
            "intake": c.one(("15 min", "0 s", "1 h")),
            "registered": c.one((1, 0.9, 0.5)),
            "reach": {segment: c.one((1, 0, 0.5, 3)) for segment in c.few(segments, 3)},
        }
    return channels


DEMAND: Options = {
    "season": (KEEP, [1] * 12, [1, 0, 2, 1, 1, 1, 1, 0, 1, 1, 1, 3]),
    "weekdays": (KEEP, [1] * 7, [1, 1, 1, 1, 1, 0, 0], [0, 0, 5, 0, 0, 1, 0]),
    "hours": (KEEP, [1] * 24, [0] * 9 + [1] + [0] * 14, [1, 0, 0] * 8),
    "common_level": (KEEP, levels),
    "overdispersion": (KEEP, days),
    "collective_share": (0.15, 0, 0.6),
    "collective_size": (KEEP, factors(4, 1, 12)),
    "collective_limit": (400, 2, 9),
}


MOST_A_DAY = 30  # on the busiest day of a surge some hundred times as many


def _demand(c: Choices, time: Time, tiers: Words, classes: list[str]) -> Words:
    """So many problems from history to horizon, whatever the number of residents."""
    days = time.days + time.history
    resident_days = _residents(tiers) * days
    problems = min(c.one((200, 20, 600)), MOST_A_DAY * days) / resident_days
    enquiries = min(c.one((0, 100, 400)), MOST_A_DAY * days) / resident_days
    return {
        "problems": f"{problems:.6g} /d",
        "enquiries": f"{enquiries:.6g} /d",
        **block(c, DEMAND),
        "surges": {f"surge{k}": _surge(c, time, classes) for k in range(c.whole(0, 2))},
    }


def _surge(c: Choices, time: Time, classes: list[str]) -> Words:
    first = -c.whole(0, min(time.history, 9)) if c.maybe(30) else c.whole(0, time.days - 1)
    return {
        "class": c.one(("all", *classes)),
        "communities": c.one(("100 %", "40 %")),
        "start": str(time.start + timedelta(first)),
        "length": f"{c.one((24, 48, 36, 240))} h",
        "factor": c.one((5, 1, 8)),
    }


# ---------------------------------------------------------------- offices

TIER: Options = {
    "reply_deadline": ("5 d", "none", "12 h", "3 working days", "1 working day", "15 d"),
    "resolution_deadline": (KEEP, "none", "3 d", "5 working days", "20 d"),
    "touch_work": (durations(2), durations(0.5, 8), durations(0, 1, 24)),
}
DESK: Options = {
    "copies": (1, 1, 2, 3),
    "cadres": (1, 2, 3),
    "share_of_time": (1, 0.5, 0.13),
    "weekly_hours": (KEEP, "60 h/week"),
}
LEADERS: Options = {
    "count": (1, 2, 3),
    "share_of_time": (KEEP, 1, 0.5),
    "weekly_hours": (KEEP, "40 h/week"),
    "approval": (KEEP, durations(1, 0, 6)),
}
NAMES = ("village", "town", "county", "city")


def _tiers(c: Choices, calendars: list[str]) -> Words:
    """From one to four tiers, never more offices above than below."""
    tiers: Words = {}
    most = 6
    ladder = c.one(((0.5, 0.8, 0.9), (0, 0, 0), (0.3, 0.3, 1), (0.7, 1, 1)))
    for number, name in enumerate(NAMES[4 - c.whole(1, 4) :]):
        most = c.whole(1, most)
        tiers[name] = _tier(c, calendars, most, lowest=number == 0)
        tiers[name]["can_solve"] = (*ladder, 1)[number]
    tiers[name]["can_solve"] = 1
    return tiers


def _tier(c: Choices, calendars: list[str], offices: int, *, lowest: bool) -> Words:
    tier = block(c, TIER)
    tier["desks"] = _desks(c, calendars)
    if c.maybe(60):
        tier["leaders"] = {"hours": c.one(calendars), **block(c, LEADERS)}
    people = {"residents": c.one((200, 1, 30, 5000))} if lowest else {}
    if offices == 1 or c.maybe(70):
        return {**tier, **people, "offices": offices}
    groups = {"here": {"offices": offices - 1, **people}, "there": {"offices": 1, **people}}
    if c.maybe(50):
        groups["there"]["desks"] = {"front": {"cadres": c.whole(1, 4)}}
    if lowest:
        groups["there"]["residents"] = 77
    return {**tier, "groups": groups}


def _desks(c: Choices, calendars: list[str]) -> Words:
    """One desk has a cadre; of the others some are empty rooms."""
    desks: Words = {}
    for name in ("front", "back", "attic")[: c.whole(1, 3)]:
        desks[name] = {"hours": c.one(calendars), **block(c, DESK)}
    if len(desks) > 1 and c.maybe(10):
        desks[c.one(("back", "front"))]["cadres"] = 0
    return desks


def _groups(tiers: Words) -> list[Words]:
    lowest = next(iter(tiers.values()))
    return list(lowest["groups"].values()) if "groups" in lowest else [lowest]


def _residents(tiers: Words) -> int:
    return sum(group["offices"] * group["residents"] for group in _groups(tiers))


# ---------------------------------------------------------------- rules

BLOCKS: dict[str, Options] = {
    "trust": {
        "initial": (KEEP, shares(0.5, 0.1)),
        "gain_when_satisfied": (KEEP, 0, 0.3),
        "loss_when_dissatisfied": (KEEP, 0, 0.5),
        "loss_when_ignored": (KEEP, 0, 0.3),
        "drifts_to": (KEEP, 0, 0.9),
        "half_life": (KEEP, "1 d", "30 d"),
    },
    "reporting": {
        "probability": (0.9, 0.3, 1, 0.05),
        "severity_effect": (KEEP, 0, 2, -1),
        "trust_floor": (KEEP, 1, 0),
        "trust_slope": (KEEP, 0, 2),
        "delay": (KEEP, waits(0, 12, 72)),
        "reconsider_every": (KEEP, "1 d", "7 d", "10 h"),
        "reconsider_factor": (KEEP, 0, 1),
        "fellow_factor": (KEEP, 0, 1),
    },
    "triage": {"dispatch": ("step_by_step", "direct"), "error": (KEEP, 0, 0.5, 1)},
    "transfers": {
        "error": (KEEP, 0, 0.5, 1),
        "bounce_work": (KEEP, durations(0.5, 3)),
        "bounce_delay": (KEEP, waits(0, 12, 72)),
        "most_bounces": (KEEP, 0, 1, 30),
        "work_before_passing_up": (KEEP, 0, 1),
        "returned_down": (KEEP, 0, 1),
    },
    "work": {
        "queue_order": ("arrival", "deadline"),
        "severity_effect": (KEEP, 0, 2),
        "serious_from": (KEEP, 0, 0.5, 1),
        "office_slowness": (KEEP, factors(1, 3)),
        "cadre_slowness": (KEEP, factors(1)),
        "asks_resident": (KEEP, 0, 1),
        "resident_answers": (KEEP, waits(0, 24, 96)),
        "check": (KEEP, durations(0, 1)),
    },
    "deadlines": {
        "restart_on_transfer": (False, True),
        "pause_while_asking": (False, True),
        "extension": (KEEP, 0, 0.5, 1),
        "extension_length": (KEEP, "0 d", "1 d"),
        "rush_window": (KEEP, 0, 1),
        "rush_speed": (KEEP, 0, 3),
        "neglect": (KEEP, 0, 6),
    },
    "satisfaction": {
        "base": (KEEP, -3, 3),
        "call_back": (KEEP, 0, 1),
        "bias": (KEEP, 0, 1),
    },
    "fatigue": {"above": (KEEP, "30 h/week"), "slower": (KEEP, 0.05), "careless": (KEEP, 0.05)},
}
AFTER_CLOSING: Options = {
    "contact_again": (KEEP, 0, 1),
    "contact_delay": (KEEP, waits(12, 72)),
    "reopens": (KEEP, 0, 1),
    "skip_level": (KEEP, 0, 0.7),
    "review": (KEEP, 0, 1),
    "re_review": (KEEP, 1),
    "review_deadline": (KEEP, "1 d", "0 d"),
    "threat": (KEEP, 0, 1),
    "patience": (KEEP, waits(24, 240), waits(0, 3)),
    "leaders_attract": (KEEP, 5),
}
CLOSING: Options = {
    "paper_base": (KEEP, -20, 0, 4),
    "paper_overdue": (KEEP, 3),
    "pressure": (KEEP, 0, 1),
    "audit": (KEEP, 1),
    "acceptance": (KEEP, 0, 1),
    "merge_duplicates": (KEEP, 0, 1),
    "clean_up_after": (KEEP, "0 d", "10 d", "25 d"),
    "clean_up_share": (KEEP, 0.6, 1),
}
AT_ONCE = {"distribution": "constant", "value": "0 d"}


def _rules(c: Choices) -> dict[str, Words]:
    return {
        **{name: block(c, options) for name, options in BLOCKS.items()},
        "closing": _closing(c),
        "after_closing": block(c, AFTER_CLOSING),
        "loops": _loops(c),
    }


def _closing(c: Choices) -> Words:
    """With everything that may come back for ever there is some wait, or a chance that it stays."""
    recurrence = c.one(
        (
            {},
            {"recurs": 0.5, "recurs_after": waits(0, 24, 72)(c)},
            {"recurs": 1, "recurs_after": waits(24, 72)(c)},
        )
    )
    confirmation = c.one((KEEP, waits(12, 48), AT_ONCE))
    return {**block(c, {**CLOSING, "confirmation": (confirmation,)}), **recurrence}


LOOPS = Loops._fields


def _loops(c: Choices) -> Words:
    if c.maybe(10):
        return dict.fromkeys(LOOPS, c.one((0, 0.5, 3)))
    return {name: c.one((0, 0.5, 3)) for name in c.few(LOOPS, 8)}


# ---------------------------------------------------------------- policies


# Departments meet in few random scenarios, whatever is asked for: most offices have one desk.
KINDS = (
    *("night_visits", "added_staff", "oversight", "oversight", "oversight", "hotline", "triage"),
    *("conference", "conference", "mediation", "outsourcing", "field", "field", "field"),
)


NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def _policies(
    c: Choices, tiers: Words, segments: Words, time: Time, classes: list[str], calendars: list[str]
) -> Words:
    """Up to eight, stacked in any order."""
    policies: Words = {}
    for name in NUMBERS[: c.one((0, 1, 2, 3, 5, 8))]:
        spread = _rollout(c, time)
        kind = c.one(KINDS)
        if kind == "night_visits":
            words = _night_visits(c, tiers, segments)
        elif kind == "added_staff":
            words = _added_staff(c, tiers)
        elif kind == "oversight":
            words = _oversight(c, tiers)
        elif kind == "field":
            words = _in_the_field(c, tiers, segments, classes)
        elif kind == "hotline":
            words = _hotline(c, tiers, segments, calendars)
        elif kind == "triage":
            words = {"kind": "triage", **block(c, TRIAGE)}
        elif kind == "conference":
            words = _conference(c, tiers)
        elif kind == "mediation":
            words = _mediation(c, tiers, classes, calendars)
        else:
            words = _outsourcing(c, tiers, classes, calendars)
        policies[name] = {**spread, **words}
    return policies


def _rollout(c: Choices, time: Time) -> Words:
    begins = c.one((0, 0, time.days // 4, time.days // 2))
    ends = c.one(("never", f"{begins + time.days // 3} d"))
    return {
        "intensity": c.one((1, 1, 0.5, 0)),
        "begins": f"{begins} d",
        "ends": ends,
        "rollout": c.one(("at_once", "random", "in_order")),
        "rollout_over": f"{c.one((0, time.days // 2))} d",
    }


VISITS: Options = {
    "every": ("week", "week", "month"),
    "weekday": ("Wed", "Mon", "Sat"),
    "hours": ("19:30-21:30", "09:00-11:00", "20:00-24:00", "16:00-18:00"),
    "companions": (KEEP, 0, 1, 5),
    "travel": (KEEP, "0 s"),
    "notice": (KEEP, "0 d"),
    "turnout": (0.2, KEEP, 1),
    "at_most": (KEEP, 1, 0, 100),
    "households": (KEEP, 3),
    "intake": (KEEP, "0 s"),
    "on_the_spot": (KEEP, 0, 1),
    "leaders_case_first": (True, False),
    "time_off": (KEEP, 0, 1),
    "cost_per_year": (KEEP, "0 CNY/year"),
}


def _night_visits(c: Choices, tiers: Words, segments: Words) -> Words:
    led = [name for name, tier in tiers.items() if "leaders" in tier]
    form = c.one(("fixed_point", "household")) if led else "household"
    return {
        "kind": "night_visits",
        "form": form,
        "leaders_from": c.one(("most_leaders", *led)) if led else "most_leaders",
        "reach": {segment: c.one((1, 0, 2)) for segment in c.few(list(segments), 2)},
        **block(c, VISITS),
    }


SUPERVISION: Options = {
    "watched": (0.5, KEEP, 1),
    "rush": (KEEP, 0, 3),
    "paperwork": (KEEP, "0 s"),
    "inspected": (1, KEEP, 0.5, 0),
    "inspected_after": ("3 d", "1 s", "1 d", KEEP),
    "inspection": (KEEP, "0 s"),
    "sham_penalty": (KEEP, 0),
    "late_penalty": (KEEP, 0, 2),
}
SCORING: Options = {
    "response": (KEEP, 0),
    "satisfaction": (KEEP, 0),
    "resident_weight": (KEEP, 0.5, 1),
    "strength": (KEEP, 2, 0),
    "effort": (KEEP, 1),
    "most_effort": (KEEP, 1, 2),
    "call_back": (KEEP, 0, 1),
    "report": (KEEP, "0 s"),
}
MANDATORY_REPLY: Options = {"share": (KEEP, 0.5, 1), "work": (KEEP, "0 s")}
TERMINATION: Options = {
    "share": (KEEP, 0.5),
    "file": (KEEP, "0 s"),
    "turning_away": (KEEP, "0 s"),
    "trust_loss": (KEEP, 0, 1),
    "crowd": (KEEP, 0, 1),
}


REVIEWED = ("termination", "supervision")
SOON = {"distribution": "exponential", "mean": "1 d"}
ENDS: dict[str, Words] = {  # where a ladder of reviews is likely to be climbed to its end
    "satisfaction": {"base": -3},
    "closing": {"paper_base": 0, "confirmation": SOON},
    "after_closing": {"review": 1, "re_review": 1, "contact_again": 1, "contact_delay": SOON},
    "loops": {"paper_closing": 1, "reopening": 1, "review": 1, "skip_level": 0.5},
}
EARLY: Words = {"intensity": 1, "begins": "0 d", "ends": "never", "rollout_over": "0 d"}


def _oversight(c: Choices, tiers: Words) -> Words:
    """What superiors do, where there are superiors, somebody to be ranked with, and terms."""
    several = [name for name in tiers if _offices_of(tiers[name]) > 1]
    termed = [name for name in tiers if tiers[name]["reply_deadline"] != "none"]
    kinds: list[tuple[str, Options, list[str]]] = []
    if len(tiers) > 1:
        kinds.append(("supervision", SUPERVISION, list(tiers)[:-1]))
    if several:
        kinds.append(("scoring", SCORING, several))
    if termed:
        kinds.append(("mandatory_reply", MANDATORY_REPLY, termed))
    if len(tiers) > 1:
        after = c.one(("review", "re_review")) if len(tiers) > 2 else "review"
        kinds.append(("termination", {**TERMINATION, "after": (after,)}, list(tiers)))
    if not kinds:
        return {"kind": "changed_rules", "changes": {"closing": {"audit": 1}}}
    kind, options, fitting = c.one(kinds)
    early = EARLY if kind in REVIEWED and c.maybe(60) else {}
    return {"kind": kind, "tiers": [c.one(("all", "all", *fitting))], **block(c, options), **early}


def _offices_of(tier: Words) -> int:
    groups = tier.get("groups", {"all": tier})
    return sum(group["offices"] for group in groups.values())


HOTLINE: Options = {
    "weight": (1, KEEP, 0, 5),
    "known_at_first": (1, KEEP, 0),
    "known_after": ("20 d", KEEP, "0 d"),
    "registered": (KEEP, 0.5),
    "dispatch_error": (KEEP, 0, 1),
    "intake": (KEEP, "0 min", "1 h"),
    "call": (durations(0.1, 1), durations(0, 8)),
    "patience": (durations(0.05, 1), waits(0, 12)),
    "direct_answers": (KEEP, 0, 1),
    "called_back": (KEEP, 0, 0.5),
    "call_back": (KEEP, "0 min", "3 h"),
    "residents_per_seat": (KEEP, 100, 1000),
    "set_up": (KEEP, "0 CNY"),
}
TRIAGE: Options = {
    "tiers": (["all"], ["lowest"], ["second", "highest"]),
    "work": (KEEP, "0 min", "2 h"),
    "error": (KEEP, 0, 1),
    "merges": (KEEP, 0, 1),
    "turns_away": (KEEP, 0, 1),
    "misjudges": (0.5, KEEP, 0, 1),
    "explaining": (KEEP, 0, 1),
    "mild_below": (KEEP, 0, 1),
    "magic_words": (KEEP, 0, 1),
    "upkeep": (KEEP, "0 CNY/year"),
}


def _hotline(c: Choices, tiers: Words, segments: Words, calendars: list[str]) -> Words:
    return {
        "kind": "hotline",
        "hours": c.one(("always", *calendars)),
        "lands_at": c.one(("second", "lowest", "highest", *tiers)),
        "reach": {segment: c.one((1, 0, 2)) for segment in c.few(list(segments), 2)},
        **block(c, HOTLINE),
    }


STAFF: Options = {
    "cadres": (1, 2, 5, 0),
    "ramp_up": (KEEP, "0 d", "10 d"),
    "first_day_speed": (KEEP, 0.1, 1),
    "pay": (KEEP,),
    "set_up": (KEEP, "0 CNY"),
}


def _added_staff(c: Choices, tiers: Words) -> Words:
    """At a tier without empty desks: nobody could show the newcomers how the others work."""
    seated = [
        name
        for name, tier in tiers.items()
        if all(desk["cadres"] > 0 for desk in tier["desks"].values())
    ]
    if not seated:
        return {"kind": "added_staff", "tier": "lowest", "cadres": 0}
    return {"kind": "added_staff", "tier": c.one(seated), **block(c, STAFF)}


# ---------------------------------------------------------------- grid, council, projects, training

GRID: Options = {
    "households": (10, KEEP, 1, 1000),
    "workers": (1, 2, 3),
    "outside": (KEEP, "2 h/week", "40 h/week"),
    "hours": (KEEP, "08:00-12:00", "23:00-24:00"),
    "notices": (KEEP, 0, 1, 0.9),
    "visible_otherwise": (KEEP, 0, 1),
    "mends": (KEEP, 0, 1),
    "mild": (KEEP, 0, 1),
    "errors_left": (KEEP, 0, 1),
    "quota": (0, 1, 3),
    "report_takes": (KEEP, "0 s", "10 min"),
    "trivial_work": (KEEP, "0 s", "2 h"),
    "doors": (KEEP, 0, 30),
    "worry": (KEEP, 0, 1),
    "worry_loss": (KEEP, 0, 1),
}
COUNCIL: Options = {
    "weekday": ("Thu", "Mon", "Sat"),
    "hours": (KEEP, "09:00-10:00", "14:00-16:00", "20:00-24:00"),
    "organising": (KEEP, "0 h", "30 h"),
    "time_off": (KEEP, 0, 1),
    "invited": (KEEP, 0, 3, 500),
    "seats": (KEEP, 0, 2),
    "attends": (1, KEEP, 0),
    "brings": (0.5, KEEP, 0, 1),
    "at_most": (KEEP, 0, 1, 100),
    "lasts": (KEEP, "0 d", "10 d"),
    "acceptance": (KEEP, 0, 3),
    "trust_gain": (KEEP, 0, 1),
    "trust_loss": (KEEP, 0.5, 0, 1),
    "decay": (KEEP, 0, 1),
    "recovery": (KEEP, 0, 1),
}
PROACTIVE: Options = {
    "every": ("7 d", KEEP, "1 d", "10 h"),
    "topics": (1, 3, 0, 20),
    "at_least": (1, KEEP, 10),
    "lag": ("7 d", "0 s", KEEP),
    "removes": (0.5, 0, 1),
    "solves": (0.5, 0, 1),
    "people": (KEEP, 0),
    "budget": (KEEP, "0 CNY", "20000 CNY"),
    "planning": (KEEP, "0 h", "1 h"),
}
TRAINING: Options = {
    "list_out_after": (KEEP, "0 d", "1 d"),
    "errors_left": (0.5, 0, 1),
    "hours_lost": (KEEP, "0 h", "1 h", "60 h"),
    "groups": (KEEP, 1, 5),
    "groups_apart": ("7 d", "0 d"),
    "learns_after": ("7 d", "0 d"),
    "work_saved": (KEEP, 0, 1),
    "moved": (0.5, KEEP, 0, 1),
    "ramp_up": (KEEP, "0 d", "10 d"),
    "first_day_speed": (KEEP, 0.1, 1),
}


def _in_the_field(c: Choices, tiers: Words, segments: Words, classes: list[str]) -> Words:
    kind = c.one(("grid", "council", "proactive", "training"))
    if kind == "grid":
        visible = {klass: c.one((1, 0, 0.5)) for klass in c.few(classes, 3)}
        return {"kind": kind, "visible": visible, **block(c, GRID)}
    if kind == "council":
        prevented = {klass: c.one((0.5, 0, 1)) for klass in c.few(classes, 3)}
        reach = {segment: c.one((1, 0, 2)) for segment in c.few(list(segments), 2)}
        early = EARLY if c.maybe(50) else {}  # it looks back from the second month on
        return {"kind": kind, "prevented": prevented, "reach": reach, **block(c, COUNCIL), **early}
    if kind == "proactive":
        return {"kind": kind, "area": c.one(list(tiers)), **block(c, PROACTIVE)}
    return {"kind": kind, **_downwards(c, list(tiers)), **block(c, TRAINING)}


def _downwards(c: Choices, tiers: list[str]) -> Words:
    """From one tier to another one below it."""
    if len(tiers) == 1:
        return {"staff_from": "lowest", "staff_to": "lowest"}
    upper = c.whole(1, len(tiers) - 1)
    return {"staff_from": tiers[upper], "staff_to": tiers[c.whole(0, upper - 1)]}


CONFERENCE: Options = {
    "form": ("both", "periodic", "on_demand"),
    "every": ("21 d", "1 d", "7 d"),
    "weekday": ("Mon", "Tue", "Sun"),
    "hours": ("09:00-11:00", "14:30-17:00", "23:00-24:00"),
    "at_most": (2, 0, 0, 100),
    "preparation": (KEEP, "0 s"),
    "arrives": (waits(240, 0, 720), KEEP),
    "hours_per_call": (KEEP, "0 s"),
    "bearable": (0, KEEP, 1),
    "perfunctory": (KEEP, 1, 0.3),
    "lead": (True, False),
}


def _conference(c: Choices, tiers: Words) -> Words:
    """Where there are two desks that could meet."""
    many = [
        name
        for name, tier in tiers.items()
        if sum(desk["copies"] for desk in tier["desks"].values()) > 1
    ]
    if not many:
        return {"kind": "added_staff", "tier": "lowest", "cadres": 0}
    words = {"kind": "joint_conference", "tier": c.one(("all", *many))}
    return {**words, **block(c, CONFERENCE)}


MEDIATION: Options = {
    "instances": (3, 1, 2),
    "from_below": (True, False),
    "mediators": (2, 1, 0),
    "share_of_time": (1, KEEP, 0.2),
    "pay": (KEEP, "60000 CNY/year"),
    "sessions": (KEEP, factors(1, 3)),
    "session": (KEEP, durations(0.5, 8)),
    "gap": (waits(0, 24, 72), KEEP),
    "success": (0.5, 0, 0, 1),
    "breaks": (0.5, 0, 1),
    "breaks_after": (waits(24, 72), KEEP),
    "written_up": (0.3, 0, 1),
    "on_failure": ("own_desk", "legal_route", "legal_route"),
    "subsidy": (KEEP, "0 CNY"),
    "invented": (2, KEEP, 30),
    "invented_work": (KEEP, "0 s"),
}


def _mediation(c: Choices, tiers: Words, classes: list[str], calendars: list[str]) -> Words:
    return {
        "kind": "mediation",
        "tier": c.one(("lowest", "second", *tiers)),
        "classes": [c.one(classes), *c.few(classes, 2)],
        "hours": c.one(("always", *calendars)),
        **block(c, MEDIATION),
    }


OUTSOURCING: Options = {
    "form": ("contractor", "time_bank", "both"),
    "from_below": (True, False),
    "share": (1, 0.5, 0),
    "severity_below": (1, 0.5, 0.1),
    "staff": (2, 1, 0, 5),
    "share_of_time": (1, KEEP, 0.1),
    "volunteers": (3, 1, 0),
    "volunteers_time": (KEEP, 1),
    "volunteers_differ": (KEEP, 0, 1),
    "slowness": (factors(1, 3), KEEP),
    "effort": (1, 0, 2.5),
    "hand_over": (waits(0, 12, 72), KEEP),
    "price": (KEEP, "0 CNY/year"),
    "management": (KEEP, "0 s", "20 h"),
}


def _outsourcing(c: Choices, tiers: Words, classes: list[str], calendars: list[str]) -> Words:
    return {
        "kind": "outsourcing",
        "tier": c.one(("lowest", "second", *tiers)),
        "classes": [c.one(classes), *c.few(classes, 2)],
        "hours": c.one(("always", *calendars)),
        "volunteers_hours": c.one(("evenings", *calendars)),
        **block(c, OUTSOURCING),
    }
