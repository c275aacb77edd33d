"""Every switch of a scenario runs, keeps the accounts, and does what it says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.traces import baseline, plan_of, same, trace
from govsim.model.plan import DAY
from govsim.model.records import (
    ABSENT,
    FIRST,
    HAS_DEADLINE,
    ON_TIME,
    Errand,
    Kind,
    Origin,
    Term,
)
from govsim.outcomes import Tally, check
from longer import SEED, many

HALF = "horizon=90 d"

SWITCHES = {
    "direct": ("triage.dispatch=direct",),
    "deadline order": ("work.queue_order=deadline",),
    "restart": ("deadlines.restart_on_transfer=yes",),
    "pause": ("deadlines.pause_while_asking=yes",),
    "more time for the matter": ("deadlines.resolution_extension=0.7",),
    "working days": ("tiers.community.reply_deadline=5 working days",),
    "terms by class": ("classes.urgent.reply_deadline=2 h", "classes.hard.resolution_deadline=1 d"),
    "no terms": ("tiers.community.reply_deadline=none", "tiers.community.resolution_deadline=none"),
    "storm": (
        "demand.surges={storm: {start: 2011-02-01, length: 5 d, factor: 20, class: urgent}}",
    ),
    "no history": ("history=0 d",),
    "bad memory": ("trust.half_life=1 d", "after_closing.patience.mean=5 d"),
    "nobody writes": ("channels.walk_in.registered=0", "channels.online.registered=0"),
    "everything bounces": ("triage.error=1", "transfers.error=1"),
    "overload": ("demand.problems=2 /year",),
    "no staff time": ("tiers.community.desks.front.share_of_time=0.01",),
    "paper": ("closing.paper_base=5",),
    "instant": ("closing.confirmation={distribution: constant, value: 0 d}",),
}


def accounts(plan_settings: tuple[str, ...], policies: tuple[str, ...] = ()) -> np.ndarray:
    """Run a variant, let the tally balance its books, and give the trace."""
    plan = plan_of(*plan_settings, policies=policies)
    records = trace(plan)
    tally = Tally(plan)
    tally.drain(records)
    check(tally.finish())
    return records


@pytest.mark.parametrize("switch", sorted(SWITCHES))
def test_a_switch_keeps_the_accounts_and_changes_the_trace(switch: str) -> None:
    records = accounts((HALF, *SWITCHES[switch]))
    assert not same(records, trace(plan_of(HALF)))


def test_a_class_may_have_terms_of_its_own() -> None:
    terms = ("classes.urgent.reply_deadline=2 h", "classes.worry.reply_deadline=none")
    records = accounts((HALF, *terms))
    missed = records[(records["kind"] == Kind.OVERDUE)]
    replied = records[(records["kind"] == Kind.REPLIED)]
    registered = records[records["kind"] == Kind.REGISTERED]
    since = dict(zip(registered["case"].tolist(), registered["time"].tolist(), strict=True))
    worry = replied["klass"] == 1
    late = missed[missed["klass"] == 0]
    first = late["time"] - np.array([since[case] for case in late["case"].tolist()])
    assert first.min() == 2 * 3600
    assert not (missed["klass"] == 1).any()
    assert (replied["flags"][worry] & HAS_DEADLINE == 0).all()


def test_direct_dispatch_goes_straight_to_the_tier() -> None:
    records = accounts((HALF, "triage.dispatch=direct", "triage.error=0"))
    moved = records[records["kind"] == Kind.ESCALATED]
    at_once = moved["time"] == moved["began"]
    assert np.count_nonzero(at_once) > np.count_nonzero(~at_once)
    assert (moved["flags"][at_once] == FIRST).all()


def test_pausing_the_clocks_makes_more_replies_punctual() -> None:
    def punctual(records: np.ndarray) -> float:
        replied = records[records["kind"] == Kind.REPLIED]
        return float(np.mean((replied["flags"] & ON_TIME) > 0))

    asking = ("work.asks_resident=1", "deadlines.rush_speed=0")
    running = accounts((HALF, *asking))
    paused = accounts((HALF, *asking, "deadlines.pause_while_asking=yes"))
    assert punctual(paused) > punctual(running)


EXTENDED = (
    "tiers.community.resolution_deadline=10 d",
    "tiers.street.resolution_deadline=10 d",
    "deadlines.resolution_extension_length=4 d",
    "after_closing.contact_again=0",
)


def test_more_time_for_the_matter_moves_the_end_of_its_term() -> None:
    records = accounts((HALF, *EXTENDED, "deadlines.resolution_extension=1"))
    granted = records[(records["kind"] == Kind.EXTENDED) & (records["code"] == Term.RESOLUTION)]
    first = dict(zip(granted["case"].tolist(), granted["time"].tolist(), strict=True))
    assert len(first) == len(granted) > 50  # once at most
    reviews = np.isin(records["code"], (Origin.REVIEW, Origin.RE_REVIEW))
    reviews = set(records["case"][(records["kind"] == Kind.REGISTERED) & reviews].tolist())
    assert reviews and not reviews & set(first)
    late = records[(records["kind"] == Kind.LATE) & ~np.isin(records["case"], list(reviews))]
    assert len(late) > 20
    for case, time in late[["case", "time"]].tolist():
        assert time == first[case] + 4 * DAY


def test_who_is_given_more_time_does_not_hang_on_how_much() -> None:
    half = "deadlines.resolution_extension=0.5"
    shorter, longer = (
        accounts((HALF, *EXTENDED, half, f"deadlines.resolution_extension_length={length}"))
        for length in ("0 d", "1 h")
    )
    before = 25 * DAY  # until then hardly anything else differs
    cases = [
        set(r["case"][(r["kind"] == Kind.EXTENDED) & (r["code"] == 1) & (r["time"] < before)])
        for r in (shorter, longer)
    ]
    assert len(cases[0]) > 5
    assert len(cases[0] ^ cases[1]) <= 0.2 * len(cases[0])


def test_a_storm_brings_its_problems_and_no_others() -> None:
    storm = "demand.surges={storm: {start: 2011-02-01, length: 5 d, factor: 20, class: urgent}}"
    records, calm = accounts((HALF, storm)), trace(plan_of(HALF))
    extra = set(records["problem"][records["kind"] == Kind.BORN])
    extra -= set(calm["problem"][calm["kind"] == Kind.BORN])
    born = records[(records["kind"] == Kind.BORN) & np.isin(records["problem"], list(extra))]
    assert len(born) > 50
    assert set(born["klass"]) == {0}
    assert born["time"].min() >= 31 * DAY
    assert born["time"].max() < 36 * DAY


@pytest.mark.parametrize(
    "changes",
    [
        ("form=household",),
        ("every=month",),
        ("rollout=random", "rollout_over=120 d"),
        ("rollout=in_order", "rollout_over=120 d", "begins=10 d", "ends=100 d"),
        ("intensity=0.5",),
        ("notice=0 d",),
        ("leaders_from=street", "on_the_spot=1"),
        ("time_off=1", "companions=4"),
        ("hours=09:00-11:00",),
    ],
    ids=lambda changes: " ".join(changes),
)
def test_every_form_of_visits_keeps_the_accounts(changes: tuple[str, ...]) -> None:
    chosen = tuple(f"policies.night_visits.{change}" for change in changes)
    records = accounts(("horizon=150 d", *chosen), ("night_visits",))
    found = records[(records["kind"] == Kind.REGISTERED) & (records["code"] == Origin.FOUND)]
    assert len(found) > 0
    sessions = records[records["kind"] == Kind.SESSION]
    assert sessions["value"].sum() == len(found)


def test_monthly_visits_are_rarer_than_weekly_ones_and_households_need_no_leader() -> None:
    def sessions(change: str) -> np.ndarray:
        plan = plan_of(HALF, f"policies.night_visits.{change}", policies=("night_visits",))
        records = trace(plan)
        return records[records["kind"] == Kind.SESSION]

    assert len(sessions("every=month")) * 3 < len(sessions("every=week"))
    assert set(sessions("form=household")["cadre"]) == {ABSENT}


def test_evenings_are_partly_taken_back_in_office_hours() -> None:
    plan = plan_of(HALF, policies=("night_visits",))
    records = trace(plan)
    hours = records[records["kind"] == Kind.HOURS]
    evenings = hours["value"][hours["code"] != Errand.TIME_OFF].sum()
    taken_back = hours["value"][hours["code"] == Errand.TIME_OFF].sum()
    assert 0.4 * evenings < taken_back <= 0.5 * evenings


def test_newcomers_begin_slowly_and_stay_until_the_policy_ends() -> None:
    plan = plan_of("policies.added_staff.ends=60 d", policies=("added_staff",))
    records = trace(plan)
    new = [number for number, cadre in enumerate(plan.cadres) if cadre.policy != ABSENT]
    work = records[(records["kind"] == Kind.WORKED) & np.isin(records["cadre"], new)]
    assert len(work) > 0
    assert work["started"].max() < 60 * DAY


def test_half_the_intensity_holds_about_half_the_sessions_and_only_those() -> None:
    full = plan_of(policies=("night_visits",)).visits[0].sessions
    half = plan_of("policies.night_visits.intensity=0.5", policies=("night_visits",)).visits[0]
    planned = {session.ordinal for session in full}
    held = {session.ordinal for session in half.sessions}
    assert held < planned
    assert 0.3 < len(held) / len(planned) < 0.7


MIXED = [
    *("trust", "participation", "bounce", "paper_closing", "approvals", "giving_up", "asking"),
    *("severity_growth", "deadline_rush", "clean_up", "duplicates", "reopening", "skip_level"),
]
LOOPS = st.dictionaries(st.sampled_from(MIXED), st.sampled_from([0, 0.5, 1, 3]), max_size=4)


@settings(max_examples=many(12, 600), deadline=None, derandomize=SEED == 0)
@given(
    loops=LOOPS,
    switches=st.lists(st.sampled_from(sorted(SWITCHES)), max_size=2, unique=True),
    policies=st.lists(st.sampled_from(["night_visits", "added_staff"]), unique=True),
    horizon=st.integers(20, 60),
)
def test_any_mixture_keeps_the_accounts(
    loops: dict[str, float], switches: list[str], policies: list[str], horizon: int
) -> None:
    chosen = [f"loops.{name}={strength}" for name, strength in loops.items()]
    for switch in switches:
        chosen += SWITCHES[switch]
    accounts((f"horizon={horizon} d", *chosen), tuple(policies))


def test_the_baseline_is_what_the_other_tests_compare_with() -> None:
    assert len(baseline()) > 10_000
