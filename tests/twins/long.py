"""The long twin test: random scenarios, compared until so many records have agreed.

    scripts/twins [--records 1e8] [--seed 1] [--start 0] [--processes 2]

Example number k under a seed is always the same; every twentieth is a large city with random rules.
What is printed last can be given as ``--start`` to go on from there. Nothing is written, unless the
engines differ: then the scenario, made as simple as it will go, and the first difference.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from govsim.engines import agents, compiled
from twins.choices import Choices, Replayed, numbered
from twins.compare import Differ, assert_same
from twins.scenarios import BLOCKS, CLOSING, LOOPS, Example, as_text, example
from twins.words import block

LARGE_EVERY = 20
BLOCK = 64
SHRINKING = 300  # seconds


class Answer(NamedTuple):
    """What became of one example."""

    number: int
    records: int
    difference: str = ""
    text: str = ""


def large(c: Choices) -> Example:
    """The shipped district, or Nanchang, for some days, under random rules."""
    name, days = c.one((("district", 30), ("nanchang_2011", 6), ("small_town", 180)))
    rules: dict[str, Any] = {key: block(c, options) for key, options in BLOCKS.items()}
    rules["closing"] = block(c, {**CLOSING, "recurs": (0.05, 0.5)})
    loops = {name: c.one((0, 0.5, 3)) for name in c.few(LOOPS, 4)}
    words = {
        "govsim": 1,
        "extends": f"{name}.yaml",
        "horizon": f"{days} d",
        "history": "90 d",
        **rules,
        "loops": loops,
        "in_force": c.few(("night_visits", "added_staff"), 2) if name != "nanchang_2011" else [],
    }
    return Example(as_text(words), c.whole(0, 999), c.whole(0, 999))


def generator_of(number: int) -> Callable[[Choices], Example]:
    """Which kind of example a number is."""
    return large if number % LARGE_EVERY == LARGE_EVERY - 1 else example


def compared(one: Example) -> int:
    """How many records agree; raises Differ."""
    return len(
        assert_same(one.plan(), one.seed, one.replication, agents.simulate, compiled.simulate)
    )


def try_number(seed_and_number: tuple[int, int]) -> Answer:
    """Compare one example; if it fails, by a difference or a crash, make it simpler."""
    seed, number = seed_and_number
    generator = generator_of(number)
    asked: list[int] = []
    choices = numbered(seed, number)

    def noting(n: int) -> int:
        asked.append(choices.below(n))
        return asked[-1]

    one = generator(Choices(noting))
    records, trouble = look_at(one)
    if not trouble:
        return Answer(number, records)
    one, trouble = simplest(generator, asked, one, trouble)
    heading = f"# seed {one.seed}, replication {one.replication}, open {one.backlog}\n"
    return Answer(number, 0, trouble, heading + one.text)


def look_at(one: Example) -> tuple[int, str]:
    """How many records agree, and the first difference, or what was raised."""
    try:
        return compared(one), ""
    except Differ as difference:
        return 0, str(difference)
    except Exception as crash:
        return 0, f"{type(crash).__name__}: {crash}"


def simplest(
    generator: Callable[[Choices], Example], answers: list[int], one: Example, trouble: str
) -> tuple[Example, str]:
    """Something that still fails, with as many answers as possible at their simplest."""
    ends = time.monotonic() + SHRINKING
    for span in (64, 16, 4, 1):
        at = 0
        while at < len(answers) and time.monotonic() < ends:
            fewer = [*answers[:at], *[0] * span, *answers[at + span :]]
            at += span
            if any(answers[at - span : at]):
                replayed = Replayed(fewer)
                simpler = generator(Choices(replayed.below))
                _, found = look_at(simpler)
                if found:
                    answers, one, trouble = replayed.asked, simpler, found
    return one, trouble


# ---------------------------------------------------------------- all of them


def answers_of(seed: int, start: int, processes: int) -> Iterator[Answer]:
    """One after another, in the order of their numbers, without end."""
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for first in count(start, BLOCK):
            yield from pool.imap(try_number, [(seed, first + k) for k in range(BLOCK)])


def go_on(seed: int, start: int, wanted: float, processes: int) -> int:
    """Compare until so many records agree; 1 at the first difference."""
    records, began = 0, time.monotonic()
    for answer in answers_of(seed, start, processes):
        if answer.difference:
            save(seed, answer)
            return 1
        records += answer.records
        spent = time.monotonic() - began
        show(f"{records:,} records agree, {records / spent:,.0f} a second; "
             f"to go on: --seed {seed} --start {answer.number + 1}")  # fmt: skip
        if records >= wanted:
            break
    print()
    return 0


def show(progress: str) -> None:
    """On one line of a terminal, that is written over."""
    print(f"\r{progress}   ", end="", flush=True)


def save(seed: int, answer: Answer) -> None:
    """The scenario and the first difference, beside where this was started."""
    name = f"twins-{seed}-{answer.number}"
    Path(f"{name}.yaml").write_text(answer.text, encoding="utf-8")
    Path(f"{name}.txt").write_text(answer.difference + "\n", encoding="utf-8")
    print(f"\nexample {answer.number} of seed {seed} differs: {name}.yaml, {name}.txt")
    print(answer.difference)


def main() -> int:
    """From the command line."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--records", type=float, default=1e8)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--start", type=int, default=0)
    options.add_argument("--processes", type=int, default=2)
    asked = options.parse_args()
    compiled.make_ready()  # once, before the processes
    return go_on(asked.seed, asked.start, asked.records, asked.processes)


if __name__ == "__main__":
    sys.exit(main())
