"""Made-up streams of records about a small city, for everything that counts them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_records import COMMUNITY, about, about_problem, one

from govsim.engines.agents import simulate
from govsim.model.plan import DAY, HOUR, Channel, Plan, Segment
from govsim.model.records import (
    AGAIN,
    ENDED,
    FIRST,
    HAS_DEADLINE,
    HAS_REPLY_DEADLINE,
    KNOWN,
    NO_INDEX,
    ON_TIME,
    OVERDUE_REPLY,
    OVERDUE_RESOLUTION,
    OVERTIME,
    RECORD,
    RECORDED_ENDED,
    RECORDED_SATISFIED,
    REPLIED_BEFORE,
    SUBSTANTIVE,
    SURVEYED,
    TRUE,
    UNFINISHED,
    Activity,
    Birth,
    Errand,
    Kind,
    Origin,
    Outcome,
    Wait,
)
from govsim.outcomes.lookup import Records
from govsim.scenario import compile_plan, load
from plans import ONE, constant, network, plain_class

STREET = 2  # the office above the two communities of the plan below
UNTIL = 28 * DAY  # four weeks, and then whoever came is followed for 60 days
HORIZON = 88 * DAY
ASKED = SURVEYED | RECORDED_SATISFIED | RECORDED_ENDED
SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture
def plan() -> Plan:
    """Two communities of 1,000 residents below one street; four weeks; a leader at the street."""
    made = network(HORIZON // DAY, 1.0, [(2, 1, ONE, 0.5), (1, 2, ONE, 1.0)])
    *staff, last = made.cadres
    staff = [cadre._replace(pay_per_year=100_000.0, share_of_time=0.5) for cadre in staff]
    leader = last._replace(leader=True, pay_per_year=300_000.0, share_of_time=0.1)
    return replace(
        made,
        follow_up=HORIZON - UNTIL,
        cadres=(*staff, leader),
        classes=(plain_class(name="urgent", share=0.5), plain_class(name="hard", share=0.5)),
        segments=(Segment("general", 0.75), Segment("elderly", 0.25)),
        channels=(Channel("counter", 0, 0, 1.0, 0, 1.0, (1.0, 1.0)),),
        trust=made.trust._replace(initial=constant(0.5)),
    )


def a_months_story() -> list[Records]:
    """Six cases whose fates are counted by hand in the tests. All come on the second day.

    1 solved in time; 2 closed on paper, reopened, and open to the end; 3 passed up, refused, late,
    explained on day 70; 4 given up unanswered, untouched; 5 an enquiry; 6 replied, closed on paper
    on day 40. Two problems stay latent, one heals. The books are closed at the end of day 28.
    """
    solved, paper, up, gone, question, waits = (about(n) for n in range(1, 7))
    up["klass"], up["segment"] = 1, 1
    at_street = {**up, "office": STREET}
    late = OVERDUE_REPLY | OVERDUE_RESOLUTION | TERMS
    old = about_problem(7, -30 * DAY)
    problems = {n: about_problem(n) for n in (1, 2, 3, 4, 6, 8, 9)}
    registered = [one(Kind.REGISTERED, DAY, **case) for case in (solved, paper, up, gone, waits)]
    books = {"value": 27.0 * DAY - 1}
    return [
        one(Kind.BORN, 0, code=Birth.INITIAL, **old),
        *(one(Kind.BORN, 0, code=Birth.NEW, **problem) for problem in problems.values()),
        one(Kind.HEALED, 2 * DAY, **problems[9]),
        one(Kind.NOT_RECORDED, DAY, code=Origin.FIRST, **problems[8]),
        *(one(Kind.BECAME_KNOWN, DAY, **problems[n]) for n in (1, 2, 3, 4, 6)),
        *registered,
        one(Kind.REGISTERED, DAY, code=Origin.ENQUIRY, **question),
        one(Kind.WORKED, DAY + 600, code=Activity.ENQUIRY, cadre=0, value=600.0, **question),
        one(Kind.CLOSED, DAY + 600, code=Outcome.ANSWERED, flags=TRUE, **question),
        *_solved(solved),
        *_on_paper(paper),
        *_passed_up(up, at_street),
        *_given_up(gone),
        *_waits(waits),
        one(Kind.SESSION, 10 * DAY, office=COMMUNITY, home=COMMUNITY, cadre=3, value=0.0),
        one(Kind.HOURS, 10 * DAY, cadre=3, code=Errand.VISIT, flags=OVERTIME, value=2.0 * HOUR),
        one(Kind.HOURS, 11 * DAY, cadre=0, office=0, code=Errand.TIME_OFF, value=2.0 * HOUR),
        one(Kind.MONEY, 12 * DAY, code=0, value=1234.5),
        one(Kind.TRUST, 13 * DAY, home=0, office=0, resident=1, segment=0, value=0.1),
        one(Kind.TRUST, 13 * DAY, home=0, office=0, resident=1, segment=0, value=-0.3),
        one(Kind.OPEN, UNTIL - 1, flags=REPLIED_BEFORE | AGAIN | TERMS, **books, **paper),
        one(Kind.OPEN, UNTIL - 1, flags=late, **books, **at_street),
        one(Kind.OPEN, UNTIL - 1, flags=REPLIED_BEFORE | TERMS, **books, **waits),
    ]


TERMS = HAS_REPLY_DEADLINE | HAS_DEADLINE
FOLLOWED = HORIZON - DAY  # how long a case of the second day is seen


def _solved(case: dict[str, object]) -> list[Records]:
    on_time = HAS_DEADLINE | ON_TIME | SUBSTANTIVE
    in_term = HAS_DEADLINE | ON_TIME | TRUE
    work = {"enabled": DAY, "started": 2 * DAY, "cadre": 0, "value": 2.0 * HOUR}
    wait = {"enabled": 2 * DAY + 4 * HOUR, "started": 2 * DAY + 4 * HOUR}
    return [
        one(Kind.WORKED, 2 * DAY + 4 * HOUR, code=Activity.HANDLE, **work, **case),
        one(Kind.WAITED, 4 * DAY, code=Wait.OUTSIDE, **wait, **case),
        one(Kind.REPLIED, 4 * DAY, flags=on_time, value=3.0 * DAY, **case),
        one(Kind.SOLVED, 4 * DAY, flags=KNOWN, **about_problem(1)),
        one(Kind.CLOSED, 4 * DAY, code=Outcome.SOLVED, flags=in_term, value=3.0 * DAY, **case),
        one(Kind.FELT, 6 * DAY, flags=TRUE | ENDED | ASKED, **case),
    ]


def _on_paper(case: dict[str, object]) -> list[Records]:
    """Believed at first, and then no more."""
    on_time = HAS_DEADLINE | ON_TIME
    closed = {"code": Outcome.ON_PAPER, "value": 4.0 * DAY}
    explained = {"code": Outcome.EXPLAINED, "value": 15.0 * DAY}
    queue = {"enabled": 20 * DAY, "started": 20 * DAY, "code": Wait.QUEUE}
    stands = {"flags": REPLIED_BEFORE | AGAIN | TERMS, "value": float(FOLLOWED)}
    return [
        one(Kind.REPLIED, 5 * DAY, flags=on_time, value=4.0 * DAY, **case),
        one(Kind.CLOSED, 5 * DAY, flags=on_time, **closed, **case),
        one(Kind.FELT, 7 * DAY, flags=TRUE, **case),
        one(Kind.REOPENED, 15 * DAY, flags=FIRST, **closed, **case),
        one(Kind.CLOSED, 16 * DAY, flags=AGAIN | HAS_DEADLINE, **explained, **case),
        one(Kind.FELT, 18 * DAY, flags=AGAIN, **case),
        one(Kind.REOPENED, 20 * DAY, **explained, **case),
        one(Kind.WAITED, HORIZON, flags=UNFINISHED, **queue, **case),
        one(Kind.UNSETTLED, HORIZON, **stands, **case),
    ]


def _passed_up(case: dict[str, object], above: dict[str, object]) -> list[Records]:
    """Its time in the other offices' hands is longer than the clock runs."""
    work = {"enabled": DAY, "started": 3 * DAY, "cadre": 0, "value": float(HOUR)}
    refusal = {"enabled": 4 * DAY, "started": 5 * DAY, "cadre": 2, "value": 0.5 * HOUR}
    approval = {"enabled": 8 * DAY, "started": 9 * DAY, "cadre": 3, "value": 0.25 * HOUR}
    wait = {"enabled": 9 * DAY + HOUR, "started": 9 * DAY + HOUR, "code": Wait.OUTSIDE}
    missed, age = HAS_DEADLINE | OVERDUE_REPLY, 69.0 * DAY
    closed = {"code": Outcome.EXPLAINED, "flags": HAS_DEADLINE, "value": age}
    return [
        one(Kind.WORKED, 3 * DAY + HOUR, code=Activity.PASS_UP, **work, **case),
        one(Kind.ESCALATED, 3 * DAY + HOUR, flags=FIRST, **{**above, "value": COMMUNITY}),
        one(Kind.WORKED, 5 * DAY + HOUR, code=Activity.REFUSE, flags=OVERTIME, **refusal, **above),
        one(Kind.BOUNCED, 5 * DAY + HOUR, flags=FIRST, **above),
        one(Kind.OVERDUE, 6 * DAY, flags=FIRST, **above),
        one(Kind.WORKED, 9 * DAY + HOUR, code=Activity.APPROVE, **approval, **above),
        one(Kind.WAITED, 70 * DAY, **wait, **above),
        one(Kind.REPLIED, 70 * DAY, flags=missed, value=age, **above),
        one(Kind.CLOSED, 70 * DAY, **closed, **above),
    ]


def _given_up(case: dict[str, object]) -> list[Records]:
    queue = {"enabled": DAY, "started": DAY, "code": Wait.QUEUE, "flags": UNFINISHED}
    return [
        one(Kind.OVERDUE, 6 * DAY, flags=FIRST, **case),
        one(Kind.WAITED, 9 * DAY, **queue, **case),
        one(Kind.WITHDRAWN, 9 * DAY, flags=OVERDUE_REPLY | TERMS, value=8.0 * DAY, **case),
    ]


def _waits(case: dict[str, object]) -> list[Records]:
    """Until after the run has ended, and in vain; the call-back sheet says otherwise."""
    work = {"enabled": 3 * DAY, "started": 39 * DAY, "cadre": 0, "value": float(HOUR)}
    closed = {"code": Outcome.ON_PAPER, "flags": HAS_DEADLINE, "value": 39.0 * DAY}
    return [
        one(Kind.REPLIED, 3 * DAY, flags=HAS_DEADLINE | ON_TIME, value=2.0 * DAY, **case),
        one(Kind.WORKED, 40 * DAY, code=Activity.HANDLE, **work, **case),
        one(Kind.CLOSED, 40 * DAY, **closed, **case),
        one(Kind.FELT, 45 * DAY, flags=SURVEYED | RECORDED_SATISFIED, **case),
    ]


@pytest.fixture
def story() -> Records:
    """The month's records in order of time."""
    rows = np.concatenate(a_months_story())
    return rows[np.argsort(rows["time"], kind="stable")]


@pytest.fixture(scope="session")
def small_town() -> tuple[Plan, Records]:
    """A real plan with night visits, and what the reference engine records of it.

    Its run is measured from day 5 to day 48, and its longest terms are those of ``test_sums``.
    """
    words = [
        "run_in=0 d", "horizon=48 d", "warm_up=5 d", "follow_up=40 d",
        "tiers.county.reply_deadline=55 d", "tiers.county.resolution_deadline=80 d",
    ]  # fmt: skip
    plan = compile_plan(load(SCENARIOS / "small_town.yaml", set=words), ["night_visits"])
    chunks: list[Records] = []
    simulate(plan, 1, 0, chunks.append, checks=False)
    return plan, np.concatenate(chunks)


@pytest.fixture
def noise() -> Callable[[int, int], Records]:
    """Random records that need not make sense: good enough to compare two ways of adding up."""

    def make(rows: int, seed: int) -> Records:
        random = np.random.default_rng(seed)
        records = np.zeros(rows, RECORD)
        records["time"] = np.sort(random.integers(0, HORIZON, rows))
        records["started"] = records["time"] - random.integers(0, DAY, rows)
        records["enabled"] = records["started"] - random.integers(0, DAY, rows)
        records["began"] = records["enabled"] - random.integers(0, 60 * DAY, rows)
        for name, top in (("office", 3), ("home", 3), ("cadre", 4)):
            records[name] = random.integers(-1, top, rows)
        records["kind"] = random.choice([int(kind) for kind in Kind], rows)
        records["code"] = random.integers(0, 3, rows)
        records["klass"], records["segment"] = random.integers(0, 2, (2, rows))
        records["channel"] = random.choice([0, NO_INDEX], rows)
        records["flags"] = random.integers(0, 1 << 13, rows)
        records["case"] = random.integers(0, 50, rows)
        records["value"] = np.minimum(np.exp(random.normal(0.0, 8.0, rows)), 1e9)
        moved = np.isin(records["kind"], (Kind.ESCALATED, Kind.RETURNED_DOWN))
        records["value"][moved] = random.integers(0, 3, moved.sum())
        return records

    return make
