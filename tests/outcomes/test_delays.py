import numpy as np
import pytest

from govsim.model.plan import DAY, Plan
from govsim.outcomes import Tally, histogram, outcome_tables
from govsim.outcomes.lookup import Records
from govsim.outcomes.survival import kaplan_meier, median, time_until


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
        "replication,policy_set,tier,clock,from_seconds,to_seconds,days_mid,events,censored"
    )
    reply = delays[(delays.clock == "reply") & (delays.tier == "all")]
    assert reply["events"].tolist() == [1, 1, 1, 0, 0]
    assert reply["censored"].tolist() == [0, 0, 0, 1, 1]
    assert reply["days_mid"].tolist() == pytest.approx([2, 3, 4, 8, 27], rel=0.01)
    resolution = delays[(delays.clock == "resolution") & (delays.tier == "0")]
    assert resolution["events"].tolist() == [1, 0, 0]  # closings that were undone have left
    assert resolution["censored"].tolist() == [0, 1, 3]
    assert (delays.from_seconds <= delays.to_seconds).all()
    assert not (delays.tier == "1").any()


def direct(durations: np.ndarray, seen: np.ndarray, at: float) -> float:
    """Kaplan-Meier by its definition, one moment after another."""
    share = 1.0
    for moment in sorted(set(durations[seen])):
        if moment <= at:
            ended = ((durations == moment) & seen).sum()
            share *= 1.0 - ended / (durations >= moment).sum()
    return share


@pytest.mark.parametrize("seed", range(5))
def test_kaplan_meier_is_the_definition(seed: int) -> None:
    random = np.random.default_rng(seed)
    durations, seen = random.integers(1, 30, 200), random.random(200) < 0.6
    times = np.unique(durations)
    events = [((durations == t) & seen).sum() for t in times]
    censored = [((durations == t) & ~seen).sum() for t in times]
    curve = kaplan_meier(times, events, censored)
    for at in (1, 5, 12, 29):
        share = curve.survival[np.searchsorted(times, at, side="right") - 1]
        assert share == pytest.approx(direct(durations, seen, at))


def test_the_example_of_freireich_1963() -> None:
    # Remission in weeks under 6-MP, 21 patients; survival as in Cox and Oakes (1984), table 1.1.
    times = [6, 7, 9, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 34, 35]
    events = [3, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    censored = [1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 2, 1, 1]
    curve = kaplan_meier(times, events, censored)
    at = dict(zip(times, curve.survival, strict=True))
    expected = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {t: round(float(at[t]), 3) for t in expected} == expected
    assert time_until(curve, 0.5) == 23


def test_open_cases_push_the_median_out() -> None:
    assert median([1, 2, 3], [1, 1, 1], [0, 0, 0]) == 2
    assert median([1, 2, 3, 9], [1, 1, 1, 0], [0, 0, 0, 3]) == 3
    assert np.isnan(median([1, 2, 3, 9], [1, 1, 1, 0], [0, 0, 0, 9]))
    assert np.isnan(median([], [], []))
