"""Every KPI after a warm-up against the same counted once more, from single cases and problems."""

from functools import cache

import numpy as np
import pytest
import recounted
from recounted import Part, framed

from engines.traces import plan_of
from govsim.engines import agents, compiled
from govsim.model.plan import Plan
from govsim.outcomes import KPIS, Outcome, Tally

WORDS = (  # so that everything that is counted happens often
    "horizon=150 d", "closing.recurs=0.3", "closing.clean_up_after=40 d",
    "after_closing.patience.mean=20 d", "tiers.street.resolution_deadline=30 d",
    "tiers.community.resolution_deadline=10 d", "deadlines.resolution_extension=0.5",
)  # fmt: skip
POLICIES = ("night_visits", "grid", "council", "mediation", "scoring")
WARM_UP = "warm_up=61 d"
# From the weekly series, which is whole; and a stock that no single case tells of.
NOT_HERE = {"recovery_days", "recovered_share", "trust"}
IN_BUCKETS = {"rel": 0.01, "abs": 0.01}  # delays are kept in buckets of less than one per cent
BUCKETED = {
    "median_reply_days", "median_resolution_days", "median_open_age", "ninth_decile_open_age",
    "oldest_open", "last_minute_share",
}  # fmt: skip
PARTS = (("city", 0), ("class", 1), ("segment", 1), ("channel", 0), ("office", 3))


@cache
def ran(*words: str) -> tuple[Plan, Outcome, np.ndarray]:
    plan = plan_of(*WORDS, *words, policies=POLICIES)
    tally, chunks = Tally(plan), []

    def drain(chunk: np.ndarray) -> None:
        tally.drain(chunk)
        chunks.append(chunk.copy())

    compiled.simulate(plan, 3, 0, drain)
    return plan, tally.measured(), np.concatenate(chunks)


@cache
def part(warm_up: str, kind: str, number: int) -> Part:
    plan, _, records = ran(warm_up)
    return Part(plan, framed(plan, records), kind, number)


def row_of(outcome: Outcome, kind: str, number: int) -> int:
    return outcome.scopes.kinds.index(kind) + number


@pytest.mark.parametrize("warm_up", [WARM_UP, "warm_up=0 d"])
@pytest.mark.parametrize("name", [name for name in KPIS if name not in NOT_HERE])
def test_it_is_what_single_cases_and_problems_tell(name: str, warm_up: str) -> None:
    kpi, (_, outcome, _) = KPIS[name], ran(warm_up)
    counted = 0
    for kind, number in PARTS:
        row = row_of(outcome, kind, number)
        for side, again in zip(
            ("recorded", "true"), getattr(recounted, name)(part(warm_up, kind, number)), strict=True
        ):
            if side in kpi.sides() and kpi.scopes(side).rows(outcome.scopes)[row]:
                value = getattr(kpi.compute(outcome), side)[row]
                near = IN_BUCKETS if name in BUCKETED else {"rel": 1e-9}
                assert value == pytest.approx(again, nan_ok=True, **near), (side, kind)
                counted += 1
    assert counted > 0


@pytest.mark.parametrize("name", [name for name in KPIS if name not in NOT_HERE])
def test_the_warm_up_is_told_from_none(name: str) -> None:
    """Else the test above could not fail: stocks are the same, nearly all else is not."""
    stocks = {
        "backlog", "latent_problems", "coverage_of_living", "median_open_age",
        "ninth_decile_open_age", "oldest_open",
    }  # fmt: skip
    values = [
        [side[0] for side in KPIS[name].compute(ran(words)[1]) if side is not None]
        for words in (WARM_UP, "warm_up=0 d")
    ]
    if name in stocks:
        assert values[0] == values[1]
    else:
        assert values[0] != values[1]


def test_engines_do_not_know_of_it() -> None:
    """The records are the same, and so is what the other engine's come to."""
    plan, outcome, records = ran(WARM_UP)
    assert np.array_equal(records, ran("warm_up=0 d")[2])
    tally = Tally(plan)
    agents.simulate(plan, 3, 0, tally.drain)
    again = tally.measured()
    for name, counts in outcome.counts.items():
        assert np.array_equal(counts, again.counts[name], equal_nan=True), name
    for name, histogram in outcome.delays.items():
        assert np.array_equal(histogram, again.delays[name]), name
