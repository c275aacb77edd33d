import numpy as np
import pytest

from govsim.model.plan import DAY, Plan
from govsim.outcomes import Tally, histogram, outcome_tables
from govsim.outcomes.lookup import Records
from govsim.outcomes.survival import done_by, incidence, known, time_until


def test_buckets_cover_every_second_once() -> None:
    first, last = histogram.bounds(np.arange(20 * histogram.SUB))
    assert first[0] == 0
    assert (first[1:] == last[:-1] + 1).all()
    assert (last - first + 1 <= np.maximum(first / histogram.SUB, 1)).all()


def test_each_duration_falls_between_its_bounds() -> None:
    edges = [2**k + d for k in range(1, 40) for d in (-1, 0, 1)]
    seconds = np.array(
        [0, 1, 5 * DAY, *edges, *np.random.default_rng(1).integers(0, 2**39, 10_000)]
    )
    buckets = np.array([histogram.bucket(length) for length in seconds.tolist()])
    first, last = histogram.bounds(buckets)
    assert ((first <= seconds) & (seconds <= last)).all()
    assert buckets.max() < histogram.SIZE


def test_the_story_in_buckets(plan: Plan, story: Records) -> None:
    tally = Tally(plan)
    tally.drain(story)
    delays = outcome_tables(tally.finish(), 0).delays.to_pandas()
    assert ",".join(delays.columns) == (
        "replication,policy_set,tier,clock,from_seconds,to_seconds,days_mid,"
        "events,given_up,censored"
    )
    reply = delays[(delays.clock == "reply") & (delays.tier == "all")]
    assert reply["days_mid"].tolist() == pytest.approx([2, 3, 4, 8, 69], rel=0.01)
    assert reply["events"].tolist() == [1, 1, 1, 0, 1]
    assert reply["given_up"].tolist() == [0, 0, 0, 1, 0]
    assert reply["censored"].tolist() == [0, 0, 0, 0, 0]
    resolution = delays[(delays.clock == "resolution") & (delays.tier == "0")]
    assert resolution["days_mid"].tolist() == pytest.approx([3, 8, 39, 69, 87], rel=0.01)
    assert resolution["events"].tolist() == [1, 0, 1, 1, 0]  # closings that were undone have left
    assert resolution["given_up"].tolist() == [0, 1, 0, 0, 0]
    assert resolution["censored"].tolist() == [0, 0, 0, 0, 1]
    age = delays[(delays.clock == "age") & (delays.tier == "0")]  # on the last day of the run
    assert age["days_mid"].tolist() == pytest.approx([27], rel=0.01)
    assert age["censored"].tolist() == [3]
    assert (delays.from_seconds <= delays.to_seconds).all()
    assert not (delays.tier == "1").any()


# ---------------------------------------------------------------- Aalen and Johansen


def test_a_worked_example_with_giving_up() -> None:
    """Ten cases. Done at 1, 2, 2, 5, 8; given up at 2, 4, 8; out of sight at 3 and 6.

    At 1: done 1/10; 9/10 wait. At 2, of nine two are done and one gives up: done 1/10 + 9/10 x 2/9
    = 3/10; 9/10 x 6/9 = 6/10 wait. Five are seen after 3. At 4 one gives up: 6/10 x 4/5 = 48/100
    wait. At 5 one of four: done 3/10 + 48/100 / 4 = 42/100; 36/100 wait. Two are seen after 6. At 8
    one of them is done, the other gives up: done 42/100 + 36/100 / 2 = 60/100; nobody waits.
    """
    curve = incidence(
        times=[1, 2, 3, 4, 5, 6, 8],
        events=[1, 2, 0, 0, 1, 0, 1],
        given_up=[0, 1, 0, 1, 0, 0, 1],
        censored=[0, 0, 1, 0, 0, 1, 0],
    )
    assert curve.at_risk.tolist() == [10, 9, 6, 5, 4, 3, 2]
    assert curve.done.tolist() == pytest.approx([0.1, 0.3, 0.3, 0.3, 0.42, 0.42, 0.6])
    assert curve.waiting.tolist() == pytest.approx([0.9, 0.6, 0.6, 0.48, 0.36, 0.36, 0.0])
    assert time_until(curve, 0.5) == 8
    assert time_until(curve, 0.42) == 5
    assert np.isnan(time_until(curve, 0.61))  # the others gave up
    assert done_by(curve, 4) == pytest.approx(0.3)
    assert done_by(curve, 100) == pytest.approx(0.6)  # all have ended: it stays so


def direct(durations: np.ndarray, fates: np.ndarray, at: float) -> float:
    """By the definition: for each moment of doing, the share that has got there, times the part of
    those still seen that are done then.
    """
    done = 0.0
    for moment in sorted(set(durations[(fates == "done") & (durations <= at)])):
        got_there = 1.0
        for before in sorted(set(durations[durations < moment])):
            ended = ((durations == before) & (fates != "out of sight")).sum()
            got_there *= 1.0 - ended / (durations >= before).sum()
        now = ((durations == moment) & (fates == "done")).sum()
        done += got_there * now / (durations >= moment).sum()
    return done


@pytest.mark.parametrize("seed", range(5))
def test_aalen_and_johansen_is_the_definition(seed: int) -> None:
    random = np.random.default_rng(seed)
    durations = random.integers(1, 30, 200)
    fates = random.choice(["done", "given up", "out of sight"], 200, p=[0.5, 0.2, 0.3])
    times = np.unique(durations)
    counts = [
        [((durations == t) & (fates == fate)).sum() for t in times]
        for fate in ("done", "given up", "out of sight")
    ]
    curve = incidence(times, *counts)
    for at in (1, 5, 12, 29):
        done = curve.done[np.searchsorted(times, at, side="right") - 1]
        assert done == pytest.approx(direct(durations, fates, at))
    assert (np.diff(curve.done) >= 0.0).all()
    assert (curve.done + curve.waiting <= 1.0 + 1e-12).all()


def test_giving_up_is_neither_waiting_on_nor_being_done() -> None:
    times, done, left, nobody = [1, 2, 3, 9], [1, 1, 0, 1], [0, 0, 2, 0], [0] * 4
    as_given_up = incidence(times, done, left, nobody)
    as_out_of_sight = incidence(times, done, nobody, left)
    assert as_given_up.done[-1] == pytest.approx(3 / 5)
    assert as_out_of_sight.done[-1] == pytest.approx(1.0)  # as if they were done like the others


@pytest.mark.parametrize("seed", range(3))
def test_where_nobody_gives_up_it_is_kaplan_and_meier(seed: int) -> None:
    random = np.random.default_rng(seed)
    events, censored = random.integers(0, 4, (2, 30))
    curve = incidence(np.arange(30), events, np.zeros(30), censored)
    at_risk = np.array([(events + censored)[i:].sum() for i in range(30)])
    survival = np.cumprod(1.0 - events / np.maximum(at_risk, 1))
    assert (1.0 - curve.done) == pytest.approx(survival)
    assert curve.waiting == pytest.approx(survival)


def test_the_example_of_freireich_1963() -> None:
    # Remission in weeks under 6-MP, 21 patients; survival as in Cox and Oakes (1984), table 1.1.
    times = [6, 7, 9, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 34, 35]
    events = [3, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    censored = [1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 2, 1, 1]
    curve = incidence(times, events, [0] * len(times), censored)
    at = dict(zip(times, 1.0 - curve.done, strict=True))
    expected = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {t: round(float(at[t]), 3) for t in expected} == expected
    assert time_until(curve, 0.5) == 23


def test_open_cases_push_the_median_out() -> None:
    def median(times: list[int], events: list[int], censored: list[int]) -> float:
        return time_until(incidence(times, events, [0] * len(times), censored), 0.5)

    assert median([1, 2, 3], [1, 1, 1], [0, 0, 0]) == 2
    assert median([1, 2, 3, 9], [1, 1, 1, 0], [0, 0, 0, 3]) == 3
    assert np.isnan(median([1, 2, 3, 9], [1, 1, 1, 0], [0, 0, 0, 9]))
    assert np.isnan(median([], [], []))


def test_what_was_seen_and_what_was_not() -> None:
    curve = incidence([1, 2, 3], [1, 1, 0], [0, 0, 0], [0, 0, 2])
    assert done_by(curve, 2) == 0.5
    assert done_by(curve, 0.5) != done_by(curve, 0.5)  # before the first: NaN
    assert np.isnan(done_by(curve, 4))  # nobody was seen for so long
    assert known(curve).tolist() == [True, True, True]
    assert not known(incidence([1, 2], [0, 0], [0, 0], [0, 0])).any()
