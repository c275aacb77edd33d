"""The adapter for the EMA Workbench, where that is installed."""

import warnings
from pathlib import Path

import numpy as np
import pytest

import govsim

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    ema = pytest.importorskip("ema_workbench")

TEXT = """govsim: 1
scenario: {town}
set: {{horizon: 60 d}}
levers:
  policies: [baseline, night_visits]
uncertainties:
  demand.problems: {{from: 0.1 /year, to: 0.3 /year}}
  tiers.street.desks.handlers.cadres: {{from: 2, to: 4}}
outcomes: [backlog.true, registered.recorded]
design: {{kind: latin_hypercube, samples: 2}}
replications: 2
"""


@pytest.mark.slow
def test_a_scenario_as_an_ema_model(tmp_path: Path) -> None:
    from govsim.experiments.ema import ema_model

    town = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
    (tmp_path / "test.yaml").write_text(TEXT.format(town=town))
    model = ema_model(tmp_path / "test.yaml")
    assert {u.name for u in model.uncertainties} == {
        "demand_problems", "tiers_street_desks_handlers_cadres",
    }  # fmt: skip
    with ema.SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=3, policies=1)
    assert len(experiments) == 3
    row = experiments.iloc[0]
    settings = [
        "horizon=60 d",
        f"demand.problems={row['demand_problems']} /year",
        f"tiers.street.desks.handlers.cadres={int(row['tiers_street_desks_handlers_cadres'])}",
    ]
    policies = [] if row["policies"] == "baseline" else [row["policies"]]
    run = govsim.run(govsim.load(town, set=settings), policies=policies, replications=2, workers=1)
    name = run.policy_sets[0]
    mean = np.mean(list(run.city[name, "backlog", "true"].values()))
    assert outcomes["backlog_true"][0] == pytest.approx(mean)
