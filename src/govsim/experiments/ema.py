"""A scenario as a model of the EMA Workbench: its levers, uncertainties and outcomes.

An optional extra: ``pip install "govsim[ema]"``. ::

    from ema_workbench import SequentialEvaluator
    from govsim.experiments.ema import ema_model

    model = ema_model("experiments/visits_staff_load.yaml")
    with SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=20, policies=4)
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from ema_workbench import (
    CategoricalParameter,
    IntegerParameter,
    Model,
    RealParameter,
    ScalarOutcome,
)

from govsim.experiments.experiment import Experiment, Point
from govsim.experiments.experiment_reading import read_experiment
from govsim.experiments.factors import Choice, Factor
from govsim.experiments.measures import values
from govsim.experiments.work import ENGINES, Task, Work, make_ready
from govsim.outcomes import Tally
from govsim.scenario import compile_plan


def ema_model(experiment: Experiment | Path | str, engine: str = "compiled") -> Model:
    """The EMA model of an experiment file.

    Levers and uncertainties keep their ranges and values; the design, which is EMA's affair, is
    left out. Names are dotted paths with ``_`` for what EMA does not take (``demand_problems``);
    numbers are in the unit of the file. Each outcome is the mean over the experiment's
    replications, all of which meet the same chance in every case.
    """
    read = experiment if isinstance(experiment, Experiment) else read_experiment(experiment)
    make_ready(ENGINES[engine], lambda: None)
    model = Model(re.sub(r"\W|_", "", read.name) or "govsim", function=_function(read, engine))
    model.uncertainties = _parameters(read.uncertainties)
    model.levers = _parameters(read.levers)
    model.outcomes = [ScalarOutcome(plain(measure.name)) for measure in read.measures]
    return model


def plain(name: str) -> str:
    """A dotted path as a name that EMA takes."""
    return re.sub(r"\W", "_", name)


def _parameters(factors: Iterable[Factor]) -> list[Any]:
    return [_parameter(factor) for factor in factors]


def _parameter(factor: Factor) -> Any:
    name = plain(factor.name)
    if isinstance(factor, Choice):
        return CategoricalParameter(name, list(factor.values))
    kind = IntegerParameter if factor.whole else RealParameter
    ends = (int(factor.low), int(factor.high)) if factor.whole else (factor.low, factor.high)
    return kind(name, *ends)


def _function(experiment: Experiment, engine: str) -> Callable[..., dict[str, float]]:
    factors = {plain(factor.name): factor for factor in experiment.factors}

    def simulate(**given: Any) -> dict[str, float]:
        texts = {factors[name].name: _text(factors[name], value) for name, value in given.items()}
        point = Point.of(0, texts, experiment.fixed)
        plan = compile_plan(experiment.written.scenario(point.settings, point.policies))
        work = Work((plan,), experiment.seed, ENGINES[engine])
        found = []
        for replication in range(experiment.replications):
            tally = Tally(plan)
            work.simulate(Task(0, replication), tally.drain, lambda _: None)
            found.append(values(tally.measured(), experiment.measures))
        means = np.mean(found, axis=0)
        names = (plain(measure.name) for measure in experiment.measures)
        return dict(zip(names, map(float, means), strict=True))

    return simulate


def _text(factor: Factor, value: Any) -> str:
    unit = "" if isinstance(factor, Choice) else factor.unit
    return f"{value} {unit}".strip()
