"""Beijing's hotline at one fiftieth: volumes and recorded rates follow the published path."""

import json
from pathlib import Path

import numpy as np
import pytest

from govsim.engines import compiled
from govsim.model.plan import DAY
from govsim.model.records import RECORDED_ENDED, RECORDED_SATISFIED, SURVEYED, Kind, Origin
from govsim.scenario import compile_plan, load
from plans import FROM_NOTHING
from policies.front_door import Records, living

BEIJING = Path(__file__).parents[2] / "scenarios" / "beijing_12345.yaml"
PUBLISHED = {2019: 6.96e6, 2020: 11.04e6}  # contacts in a year
FIFTY = 50
FITTED = BEIJING.parents[1] / "experiments" / "fit_beijing.json"


def test_the_scenario_stands_as_it_was_fitted() -> None:
    fitted: dict[str, float] = json.loads(FITTED.read_text("utf-8"))["between"]
    scenario = load(BEIJING)
    for path, value in fitted.items():
        words = scenario
        for name in path.split("."):
            words = words[name] if isinstance(words, dict) else getattr(words, name)
        per_day = 365 if path.startswith("demand.") else 1
        assert words * per_day == pytest.approx(value, rel=1e-9), path


@pytest.mark.slow
def test_the_first_quarter_is_recorded_as_january_2019_was() -> None:
    plan = compile_plan(load(BEIJING, set=[*FROM_NOTHING, "horizon=90 d"]))
    asked = np.zeros(3)

    def drain(records: Records) -> None:
        flags = records["flags"][records["kind"] == Kind.FELT]
        flags = flags[flags & SURVEYED > 0]
        asked[:] += (
            len(flags),
            *(np.count_nonzero(flags & flag) for flag in (RECORDED_ENDED, RECORDED_SATISFIED)),
        )

    compiled.simulate(plan, 1, 0, drain, checks=False)
    assert asked[1] / asked[0] == pytest.approx(0.531, abs=0.02)
    assert asked[2] / asked[0] == pytest.approx(0.646, abs=0.02)


@pytest.mark.slow
def test_the_first_two_years_of_beijings_hotline() -> None:
    plan = compile_plan(load(BEIJING, set=[*FROM_NOTHING, "horizon=730 d"]))
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
