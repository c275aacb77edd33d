"""The twin test has been seen to fail: for every fault put into the engine, and only then."""

from pathlib import Path

import pytest

from longer import many
from twins.engines import compiled_or_skip
from twins.mutants import (
    OF_THE_AGENTS,
    OF_THE_COMPILED,
    Mutant,
    Verdict,
    WrongList,
    mutated,
    try_out,
)
from twins.policy_mutants import OF_THE_POLICIES

OF_THE_ENGINE = (*OF_THE_COMPILED, *OF_THE_POLICIES)
# Each costs a compilation, a minute: the ordinary suite tries some all over the engine.
TRIED = OF_THE_ENGINE[:: many(len(OF_THE_ENGINE) // 12, 1)]
TRIED_AGENTS = OF_THE_AGENTS[:: many(2, 1)]
EVERY = (*OF_THE_AGENTS, *OF_THE_ENGINE)


@pytest.mark.parametrize("mutant", EVERY, ids=lambda mutant: mutant.name)
def test_every_edit_can_be_made_in_one_place(mutant: Mutant) -> None:
    assert mutated(mutant)


def test_an_edit_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(WrongList, match="found 0 times"):
        mutated(OF_THE_AGENTS[0]._replace(old="no such text"))
    with pytest.raises(WrongList, match="found"):
        mutated(OF_THE_AGENTS[0]._replace(old="self"))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["agents", "compiled"])
def test_the_engine_as_it_is_is_not_caught(engine: str, tmp_path: Path) -> None:
    if engine == "compiled":
        compiled_or_skip()
    assert try_out(None, engine, tmp_path) == Verdict.SURVIVED, (tmp_path / "said.txt").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("mutant", TRIED_AGENTS, ids=lambda mutant: mutant.name)
def test_a_fault_in_the_agents_is_caught(mutant: Mutant, tmp_path: Path) -> None:
    assert try_out(mutant, "agents", tmp_path) == Verdict.CAUGHT


@pytest.mark.slow
@pytest.mark.parametrize("mutant", TRIED, ids=lambda mutant: mutant.name)
def test_a_fault_in_the_compiled_engine_is_caught(mutant: Mutant, tmp_path: Path) -> None:
    compiled_or_skip()
    assert try_out(mutant, "compiled", tmp_path) != Verdict.SURVIVED
