"""The shipped scenarios give the numbers they gave before."""

import pyarrow as pa
import pytest
from remake import GOLDEN, HERE, LEFT_OUT, SCENARIOS, digest, place, text


@pytest.mark.parametrize("name", GOLDEN)
def test_results_are_as_stored(name: str) -> None:
    stored = place(name).read_text("utf-8")
    found = text(GOLDEN[name])
    assert found.splitlines() == stored.splitlines(), (
        "results changed; on purpose? then: python tests/golden/remake.py, and say RESULTS in "
        "CHANGELOG.md"
    )


def test_every_shipped_scenario_has_its_results() -> None:
    assert {path.stem for path in SCENARIOS.glob("*.yaml")} == {*GOLDEN, *LEFT_OUT}
    assert not LEFT_OUT & set(GOLDEN)
    assert {path.stem for path in HERE.glob("*.txt")} == set(GOLDEN)


def test_the_digest_sees_the_last_bit_and_not_the_order() -> None:
    def of(*values: float) -> str:
        return digest(pa.table({"value": list(values)}))

    assert of(0.1, 0.2) == of(0.2, 0.1)
    assert of(0.1, 0.2) != of(0.1, 0.20000000000000004)
