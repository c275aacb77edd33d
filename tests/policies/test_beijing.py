"""Beijing's hotline at one fiftieth: the volumes follow the published path."""

from pathlib import Path

import numpy as np
import pytest

from govsim.engines import compiled
from govsim.model.plan import DAY
from govsim.model.records import Kind, Origin
from govsim.scenario import compile_plan, load
from policies.front_door import Records, living

BEIJING = Path(__file__).parents[2] / "scenarios" / "beijing_12345.yaml"
PUBLISHED = {2019: 6.96e6, 2020: 11.04e6}  # contacts in a year
FIFTY = 50


@pytest.mark.slow
def test_the_first_two_years_of_beijings_hotline() -> None:
    plan = compile_plan(load(BEIJING, set=["horizon=730 d"]))
    line = plan.hotlines[0].channel
    contacts, questions = np.zeros(2), np.zeros(2)
    alive: list[float] = []

    def drain(records: Records) -> None:
        calls = (records["kind"] == Kind.REGISTERED) & (records["channel"] == line)
        calls &= np.isin(
            records["code"], (Origin.FIRST, Origin.FELLOW, Origin.REPEAT, Origin.ENQUIRY)
        )
        asked = calls & (records["code"] == Origin.ENQUIRY)
        contacts[:] += np.bincount(records["time"][calls] // (365 * DAY), minlength=2)[:2]
        questions[:] += np.bincount(records["time"][asked] // (365 * DAY), minlength=2)[:2]
        alive.append(living(records))

    compiled.simulate(plan, 1, 0, drain, checks=False)
    for year, published in enumerate(PUBLISHED.values()):
        assert contacts[year] * FIFTY == pytest.approx(published, rel=0.12)
    assert 1.5 < contacts[1] / contacts[0] < 2.0  # the siphon: volume x 1.5 to 2 a year at first
    assert questions.sum() / contacts.sum() == pytest.approx(0.585, abs=0.06)
