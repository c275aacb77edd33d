"""Grid management: what workers see, mend and report, and whom that burdens."""

import numpy as np
import pytest

from engines.effects import Run, always, leaves_the_baseline, run, twins_agree
from engines.traces import SMALL_TOWN
from govsim.errors import InputError
from govsim.model.plan import DAY, HOUR
from govsim.model.records import (
    ABSENT,
    Activity,
    Birth,
    Errand,
    Gathering,
    Kind,
    Origin,
    Outcome,
)
from govsim.scenario import compile_plan, load
from plans import FROM_NOTHING

COMMUNITY = 0


def grid(*settings: str) -> Run:
    words = [f"policies.grid.{setting}" for setting in settings]
    return run(*words, policies=("grid",))


def test_at_intensity_0_or_too_late_nothing_changes() -> None:
    assert leaves_the_baseline("grid")


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("quota=5", "worry=0.5", "intensity=0.5", "begins=10 d", "ends=50 d"),
        ("notices=1", "mends=1", "mild=1", "visible_otherwise=1", "workers=2", "rollout=in_order",
         "rollout_over=30 d"),
    ],
)  # fmt: skip
def test_both_engines_agree(settings: tuple[str, ...]) -> None:
    words = [f"policies.grid.{setting}" for setting in settings]
    twins_agree("horizon=70 d", *words, policies=("grid",))


def test_what_the_staff_finds_floods_the_same_handlers() -> None:
    with_it, base = grid(), run()
    found = with_it.count(Kind.REGISTERED, Origin.FOUND)
    assert 0.2 < found / len(with_it.registered()) < 0.5  # Boston 23 %, Lianyungang 44 %
    assert len(with_it.registered()) > 1.3 * len(base.registered())
    for tier in range(3):
        assert with_it.queue_days(tier, always) > 1.2 * base.queue_days(tier, always)


def test_what_cannot_be_seen_is_crowded_out() -> None:
    """Cases of quarrels, most of which no patrol sees, wait longer than without patrols."""
    with_it, base = grid("visible.dispute=0"), run()
    dispute = list(load(SMALL_TOWN).classes).index("dispute")
    assert dispute not in with_it.of(Kind.REGISTERED, Origin.FOUND)["klass"]

    def quarrels(r: np.ndarray) -> np.ndarray:
        return np.asarray(r["klass"] == dispute)

    for tier in (0, 2):
        assert with_it.queue_days(tier, quarrels) > 1.1 * base.queue_days(tier, quarrels)


def test_small_things_are_mended_on_the_spot_and_are_no_cases() -> None:
    with_it = grid("errors_left=1")
    assert with_it.count(Kind.SOLVED, Outcome.FIXED) > 60
    for records in with_it.each:
        born = records[records["kind"] == Kind.BORN]
        severity = dict(zip(born["problem"].tolist(), born["value"].tolist(), strict=True))
        mended = (records["kind"] == Kind.SOLVED) & (records["code"] == Outcome.FIXED)
        assert all(severity[p] < 0.4 for p in records[mended]["problem"].tolist())
    assert grid("mends=0").count(Kind.SOLVED, Outcome.FIXED) == 0
    solved = [r.count(Kind.SOLVED) for r in (with_it, run())]
    assert solved[0] > 1.2 * solved[1]


def test_a_quota_brings_trivial_reports_work_and_fewer_hours_outside() -> None:
    without, owed = grid(), grid("quota=10")
    rounds = owed.of(Kind.SESSION, Gathering.PATROL)
    workers = len(owed.plan.visits[0].sessions[0].companions)
    trivial = owed.count(Kind.REGISTERED, Origin.ENQUIRY) - without.count(
        Kind.REGISTERED, Origin.ENQUIRY
    )
    assert trivial == 10 * workers * len(rounds)
    work = [r.of(Kind.WORKED, Activity.ENQUIRY)["value"].sum() for r in (owed, without)]
    assert work[0] - work[1] > 0.9 * trivial * 15 * 60
    assert owed.queue_days(COMMUNITY, always) > 1.5 * without.queue_days(COMMUNITY, always)
    noticed = [r.of(Kind.SESSION, Gathering.PATROL)["value"].sum() for r in (owed, without)]
    assert noticed[0] < 0.9 * noticed[1]  # a quarter of the hours goes into forms


def test_some_feel_watched_and_trust_less() -> None:
    calm, watched = grid("worry=0"), grid("worry=0.3")
    assert watched.trust() < calm.trust() - 50


def test_a_clear_territory_lowers_wrong_dispatches() -> None:
    kept, fewer = grid("errors_left=1"), grid("errors_left=0.3")
    assert fewer.count(Kind.BOUNCED) < 0.8 * kept.count(Kind.BOUNCED)


def test_hours_and_money() -> None:
    with_it = grid("system_per_year=0 CNY/year", "set_up=500 CNY", "intensity=0.5")
    plan = with_it.plan
    hired = [c for c in plan.cadres if c.policy != ABSENT]
    grids = 3  # 2,500 residents in 300 households each
    assert len(hired) == 8 * grids // 2
    assert {c.pay_per_year for c in hired} == {40_000.0}
    assert with_it.money() == 3 * 500 * len(hired)
    hours = with_it.of(Kind.HOURS, Errand.PATROL)
    assert set(hours["value"]) == {20.0 * HOUR}
    rounds = sum(len(s.companions) for s in plan.visits[0].sessions)
    assert len(hours) == 3 * rounds
    assert set(hours["cadre"].tolist()) == {plan.cadres.index(c) for c in hired}


def test_no_case_ever_lies_at_the_workers_desk() -> None:
    with_it = grid("quota=3")
    workers = {k for d in with_it.plan.desks if d.name == "grid" for k in d.cadres}
    assert workers
    assert not workers & set(with_it.of(Kind.WORKED)["cadre"].tolist())


def test_births_are_as_without_patrols() -> None:
    born = [r.of(Kind.BORN, Birth.NEW)["problem"].tolist() for r in (grid(), run())]
    assert born[0] == born[1]


def test_rounds_end_on_working_days_one_community_after_the_other() -> None:
    plan = compile_plan(load(SMALL_TOWN, set=FROM_NOTHING), ("grid",))
    for session in plan.visits[0].sessions:
        weekday = (plan.start.weekday() + session.starts // DAY) % 7
        assert weekday == session.community % 5


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (("visible={potholes: 1}",), 'there is no class "potholes"'),
        (("quota=50", "report_takes=30 min"), "no time outside"),
    ],
)
def test_mistakes_get_their_sentence(settings: tuple[str, ...], sentence: str) -> None:
    words = [f"policies.grid.{setting}" for setting in settings]
    with pytest.raises(InputError) as error:
        load(SMALL_TOWN, set=words, policies=["grid"])
    assert sentence in str(error.value)
