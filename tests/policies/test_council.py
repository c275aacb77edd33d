"""Residents' council: who comes, what is talked over, and what it costs."""

import numpy as np
import pytest

from engines.effects import Run, always, leaves_the_baseline, run, twins_agree
from engines.traces import SMALL_TOWN
from govsim.errors import InputError
from govsim.model.plan import HOUR
from govsim.model.records import (
    OVERTIME,
    TRUE,
    Errand,
    Gathering,
    Kind,
    Origin,
    Outcome,
    Prevention,
)
from govsim.scenario import compile_plan, load

COMMUNITY = 0
ONLY_MEETINGS = ("brings=0", "prevented.dispute=0", "acceptance=1")
NOTHING_SETTLED = ("transfers.error=0", "triage.error=0")


def council(*settings: str, also: tuple[str, ...] = ()) -> Run:
    words = [f"policies.council.{setting}" for setting in settings]
    return run(*words, *also, policies=("council",))


def attendance(r: Run) -> list[float]:
    """Residents who came, on average, at the first meeting, the second, and so on."""
    meetings = r.of(Kind.SESSION, Gathering.COUNCIL)
    times = sorted(set(meetings["time"].tolist()))
    return [float(meetings[meetings["time"] == t]["value"].mean()) for t in times]


def carried_out(r: Run) -> float:
    """Share of the meetings after the first that found the last decisions carried out."""
    flags = r.of(Kind.SESSION, Gathering.COUNCIL)["flags"]
    return float(((flags & TRUE) > 0).sum() / (len(flags) - 3 * 8))


def test_at_intensity_0_or_too_late_nothing_changes() -> None:
    assert leaves_the_baseline("council")


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("brings=0.8", "prevented.dispute=0.9", "decay=0.5", "hours=14:00-16:00", "time_off=1"),
        ("intensity=0.5", "begins=10 d", "ends=60 d", "invited=500", "seats=9", "lasts=10 d"),
    ],
)
def test_both_engines_agree(settings: tuple[str, ...]) -> None:
    words = [f"policies.council.{setting}" for setting in settings]
    twins_agree("horizon=100 d", *words, policies=("council",))


def test_twenty_to_thirty_come_at_first_and_never_more_than_there_are_seats() -> None:
    first, *_ = attendance(council())
    assert 20 <= first <= 30
    assert max(council("seats=10").of(Kind.SESSION, Gathering.COUNCIL)["value"]) == 10


def test_disputes_begin_less_often_and_only_those() -> None:
    with_it, base = council("prevented.dispute=0.5", "decay=0"), run()
    dispute = list(load(SMALL_TOWN).classes).index("dispute")
    prevented = with_it.of(Kind.PREVENTED)
    assert set(prevented["klass"].tolist()) == {dispute}
    assert set(prevented["code"].tolist()) == {Prevention.COUNCIL}
    born = [set(r["problem"][r["kind"] == Kind.BORN].tolist()) for r in (*with_it.each, *base.each)]
    gone = [set(r["problem"][r["kind"] == Kind.PREVENTED].tolist()) for r in with_it.each]
    for k in range(3):
        assert born[k] | gone[k] == born[k + 3]
        assert not born[k] & gone[k]
    disputes = sum((base.of(Kind.BORN, 0)["klass"] == dispute).tolist())
    assert 0.35 < len(prevented) / disputes < 0.6  # none before the first meeting


def test_participation_decays_if_decisions_are_not_carried_out() -> None:
    """Where hardly anything is ever settled, fewer come each month."""
    idle = ("work.effort=200", *NOTHING_SETTLED)
    lazy, busy = council(*ONLY_MEETINGS, also=idle), council(*ONLY_MEETINGS)
    assert carried_out(lazy) < 0.3 * carried_out(busy)
    assert attendance(lazy)[-1] < 0.5 * attendance(lazy)[0]
    assert attendance(busy)[-1] > 1.5 * attendance(lazy)[-1]


def test_those_who_come_trust_less_if_nothing_is_carried_out() -> None:
    idle = ("work.effort=200", *NOTHING_SETTLED)
    cold, kind = (council(*ONLY_MEETINGS, f"trust_loss={x}", also=idle) for x in (0.2, 0))
    assert cold.trust() < kind.trust() - 20
    warm, cool = (council(*ONLY_MEETINGS, f"trust_gain={x}") for x in (0.1, 0))
    assert warm.trust() > cool.trust() + 20


def test_a_council_that_fades_prevents_less() -> None:
    idle = ("work.effort=200", *NOTHING_SETTLED)
    fading, steady = (council("brings=0", f"decay={x}", also=idle) for x in (0.5, 0))
    assert fading.count(Kind.PREVENTED) < 0.7 * steady.count(Kind.PREVENTED)


def test_shared_silent_problems_are_brought_forward_once() -> None:
    with_it = council("brings=0.5", "at_most=3")
    found = with_it.of(Kind.REGISTERED, Origin.FOUND)
    assert len(found) > 150
    assert set(found["channel"].tolist()) == {len(with_it.plan.channels) - 1}
    for records in with_it.each:
        own = records[(records["kind"] == Kind.REGISTERED) & (records["code"] == Origin.FOUND)]
        _, by_meeting = np.unique(own[["time", "home"]], return_counts=True)
        assert by_meeting.max() == 3


def test_a_no_is_accepted_more_often() -> None:
    def accepted(r: Run) -> float:
        closed = r.of(Kind.CLOSED, Outcome.EXPLAINED)
        return float(np.mean((closed["flags"] & TRUE) > 0))

    plain = council("brings=0", "acceptance=1")
    assert accepted(council("brings=0", "acceptance=1.6")) > accepted(plain) + 0.1


def test_the_meetings_hours_are_missing_at_the_desk() -> None:
    idle, busy = (
        council("organising=0 h", *ONLY_MEETINGS),
        council("organising=40 h", *ONLY_MEETINGS),
    )
    assert busy.queue_days(COMMUNITY, always) > 1.1 * idle.queue_days(COMMUNITY, always)


def test_hours_and_money() -> None:
    evening = council("fund_per_year=0 CNY/year")
    meetings = evening.of(Kind.SESSION, Gathering.COUNCIL)
    assert len(meetings) == 3 * 8 * 6  # replications, communities, months
    hours = evening.of(Kind.HOURS, Errand.MEETING)
    late = (hours["flags"] & OVERTIME) > 0
    assert set(hours[late]["value"]) == {2.0 * HOUR} and set(hours[~late]["value"]) == {8.0 * HOUR}
    assert late.sum() == len(meetings)
    assert evening.hours(Errand.TIME_OFF) > 0.8 * len(meetings)  # half of two hours, in time
    day = council("hours=14:00-16:00", "fund_per_year=365 CNY/year")
    late = (day.of(Kind.HOURS, Errand.MEETING)["flags"] & OVERTIME) > 0
    assert late.sum() == 3 * 8  # the third of February is a holiday
    assert day.money() == pytest.approx(3 * 8 * 180)


def test_the_accounts_of_open_grievances_hold() -> None:
    """What a council looks back on is counted by the office: the agents check it every day."""
    twins_agree("horizon=60 d", policies=("council", "night_visits"))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (("prevented={gossip: 1}",), 'there is no class "gossip"'),
        (("reach={giants: 1}",), 'there is no segment "giants"'),
    ],
)
def test_mistakes_get_their_sentence(settings: tuple[str, ...], sentence: str) -> None:
    words = [f"policies.council.{setting}" for setting in settings]
    with pytest.raises(InputError) as error:
        load(SMALL_TOWN, set=words, policies=["council"])
    assert sentence in str(error.value)


def test_a_class_that_is_gone_takes_its_default_with_it() -> None:
    plan = compile_plan(
        load(SMALL_TOWN, set=["classes.dispute=none", "classes.urgent.share=0.57"]), ("council",)
    )
    assert plan.councils[0].prevents == (0.0,) * len(plan.classes)
