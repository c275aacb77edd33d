"""What holds for every policy: it runs by its name alone, explains itself, and keeps the books."""

import numpy as np
import pytest

from engines.traces import plan_of, trace
from govsim.language import LANGUAGES, speaking
from govsim.model.records import Kind
from govsim.outcomes import Tally, check
from govsim.report.policy import policy_text
from govsim.scenario.explaining import explain
from govsim.scenario.policies import KIND_NAMES, KINDS

POLICIES = tuple(name for name in KIND_NAMES if name != "changed_rules")
IMPATIENT = (
    "closing.paper_base=5",
    "policies.supervision.inspected=1",
    "policies.supervision.inspected_after=1 d",
    "after_closing.patience.mean=3 d",
    "after_closing.contact_again=1",
    "demand.problems=1 /year",
)


def balanced(*settings: str, policies: tuple[str, ...]) -> np.ndarray:
    plan = plan_of(*settings, policies=policies)
    records = trace(plan)
    tally = Tally(plan)
    tally.drain(records)
    check(tally.finish())
    return records


@pytest.mark.parametrize("name", POLICIES)
def test_a_year_of_it_keeps_the_books(name: str) -> None:
    balanced("horizon=365 d", policies=(name,))


def test_all_together_keep_the_books() -> None:
    balanced("horizon=365 d", policies=POLICIES)
    balanced("horizon=365 d", "demand.problems=2 /year", policies=POLICIES[::-1])


def test_a_file_that_its_resident_withdrew_is_not_opened_again() -> None:
    """Superiors may have had it opened while the resident already meant to come back."""
    records = balanced("horizon=365 d", *IMPATIENT, policies=("supervision",))
    ends = records[np.isin(records["kind"], (Kind.CLOSED, Kind.WITHDRAWN, Kind.REOPENED))]
    last: dict[int, int] = {}
    withdrawn = 0
    for case, kind in zip(ends["case"].tolist(), ends["kind"].tolist(), strict=True):
        if kind == Kind.REOPENED:
            assert last[case] == Kind.CLOSED
        withdrawn += kind == Kind.WITHDRAWN and last.get(case) == Kind.REOPENED
        last[case] = kind
    assert withdrawn > 10


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.KIND)
def test_it_explains_itself(kind: type, lang: str) -> None:
    with speaking(lang):
        text = policy_text(kind.KIND)
        policy = explain(kind.KIND)
    assert policy.title in text
    assert all(f"{word.key} = " in text for word in policy.words)
    assert len(policy.side_effects) >= (0 if kind.KIND == "changed_rules" else 2)
