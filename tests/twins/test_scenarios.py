"""The random scenarios are worth comparing: they are valid, and reach whatever there is."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from engines.traces import plan_of
from govsim.engines.agents import simulate
from govsim.scenario import compile_plan, load
from longer import many
from plans import FROM_NOTHING
from twins.choices import Choices, Replayed, numbered
from twins.compare import trace
from twins.scenarios import example

HERE = Path(__file__).parent
EXAMPLES = many(400, 4000)

# What an ordinary number of examples may miss, and what no valid scenario can reach.
RARE = {
    "REOPENED GONE",
    "REOPENED DUPLICATE",
    "REOPENED CLEARED_OUT",
    "REOPENED REFERRED",
    "RETURNED_DOWN not FIRST",
    "INSPECTED CLEARED_OUT",
    "INSPECTED DUPLICATE",
    "INSPECTED REFERRED",
    "TURNED_AWAY FELLOW",
    "TURNED_AWAY FOUND",
    "TURNED_AWAY REVIEW",
    "TURNED_AWAY RE_REVIEW",
    "TURNED_AWAY SKIP_LEVEL",
}
# A fellow speaks up, or somebody calls, about a matter that was terminated; see mutants.py.
RARE_LINES = {
    ("resident", "if not self.city.termination.turns_away(problem, mem"),
    ("termination", "if hotline is not None and not hotline.takes_call(pr"),
    ("termination", "self.city.record.problem(Kind.NOT_RECORDED, problem,"),
    ("termination", "return True"),
}
OWN = "policies in Python; see tests/experiments/test_own_policies.py"
BEYOND_REACH = {
    "if checks:": "always on here; off in test_twins.py",
    "if watch is not None:": "always there here; left out in test_twins.py",
    "if not holds:": "an invariant is broken",
    "day, second = divmod(city.clock.now, 86_400)": "an invariant is broken",
    'raise InvariantBroken(f"day {day}, second {second}: {what}")': "an invariant is broken",
    "if not case.open or not lies_there or (case.queued and case.in_work):": "so it is, too",
    '_require(False, f"case {number} is closed, lies nowhere, or is in two places", city)': "same",
    "if not problem.lives or problem.open_grievances:": "an invariant is broken",
    '_require(False, f"problem {problem.id} is silent but ended or in hand", city)': "same",
    "if len(self.rows) >= CHUNK:": "more records than a small scenario has; see test_twins.py",
    "self.flush()": "same",
    "if self.rows:": "nothing at all happens",
    "raise NotImplementedError": "only the other kind of special desk is asked",
    "if searches:": "whoever runs us has switched the search for garbage off",
    "for policy in own:": OWN,
    "city.clock.process(_when_the_run_opens(city, policy))": OWN,
    "if city.plan.opens:": OWN,
    "yield city.clock.timeout(city.plan.opens)": OWN,
    "yield from policy(city)": OWN,
    "return [entry[-1] for entry in sorted(self.queue) if self._still_waits(entry)]": "same",
    "for until, beginnings in self.births.of_days(0, days):": "the run ends before its days do",
}


def python(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A python of its own, which finds the tests and whatever govsim this one has."""
    paths = [str(HERE.parent), *sys.path]
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))} | variables,
    )  # fmt: skip


@pytest.mark.slow
def test_every_record_flag_and_branch_of_the_reference_engine_is_reached() -> None:
    done = python("-m", "twins.reach", "--json", "--examples", str(EXAMPLES))
    found = json.loads(done.stdout)
    few = EXAMPLES < 1000
    assert set(found["never"]) <= (RARE if few else set())
    surprises = {
        place: text
        for place, text in found["missing"].items()
        if text not in BEYOND_REACH and not (few and (place.split(".")[0], text[:52]) in RARE_LINES)
    }
    assert surprises == {}


def test_a_number_always_gives_the_same_example_and_another_a_different_one() -> None:
    assert example(numbered(1, 5)) == example(numbered(1, 5))
    texts = {example(numbered(seed, number)).text for seed in (1, 2) for number in range(20)}
    assert len(texts) == 40


def test_answers_can_be_replayed_and_nothing_is_the_simplest() -> None:
    asked: list[int] = []
    below = numbered(1, 7).below

    def noting(n: int) -> int:
        asked.append(below(n))
        return asked[-1]

    whole = example(Choices(noting))
    replayed = Replayed(asked)
    assert example(Choices(replayed.below)) == whole
    assert replayed.asked == asked
    simplest = example(Choices(Replayed([]).below))
    assert len(simplest.text) < len(whole.text)
    assert len(simplest.plan().tiers) == 1


@pytest.mark.parametrize("number", range(many(25, 300)))
def test_a_random_scenario_is_valid_and_keeps_the_invariants(number: int) -> None:
    one = example(numbered(3, number))
    records, days = trace(simulate, one.plan(), one.seed, one.replication)
    assert len(days) == -(-one.plan().horizon // 86_400)
    assert len(records) < 200_000
    assert np.all(np.diff(records["time"]) >= 0)


def test_time_never_goes_back_when_clocks_stand_while_asking() -> None:
    """A deadline that has passed already is not put off to a moment before now."""
    asking = ("work.asks_resident=1", "deadlines.pause_while_asking=yes", "horizon=90 d")
    records, _ = trace(simulate, plan_of(*asking), 1, 0)
    assert np.all(np.diff(records["time"]) >= 0)


def test_the_tie_scenario_makes_thousands_meet_in_one_second() -> None:
    plan = compile_plan(load(HERE / "ties.yaml", set=FROM_NOTHING))
    records, _ = trace(simulate, plan, 1, 0)
    seconds = Counter(records["time"].tolist())
    alone = sum(count == 1 for count in seconds.values())
    assert len(records) > 20_000
    assert alone < 0.1 * len(records)
    assert max(seconds.values()) > 100
