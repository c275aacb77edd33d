"""Comparing policies: the same problems, the same residents, the same days under each of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from govsim.experiments.asked import (
    check_numbers,
    compiling,
    engine_called,
    several_sets,
    workers_for,
    wrong,
)
from govsim.experiments.budget import check_budget
from govsim.experiments.comparison import Question, comparison_table, questions
from govsim.experiments.files import write_table
from govsim.experiments.indifference import stated
from govsim.experiments.job import Job, Progress
from govsim.experiments.precision import Precision, Verdict, enough, next_batch
from govsim.experiments.results import Results
from govsim.experiments.settling import AUTO, found_warm_up
from govsim.experiments.work import Task, Work, make_ready
from govsim.language import say
from govsim.outcomes.histories import Sample
from govsim.outcomes.lookup import Floats
from govsim.scenario import Scenario
from govsim.scenario.compile import compile_plan

COMPARISON, HISTORIES = "comparison.parquet", "histories.parquet"
MOST_FOLLOWED = 1_000_000
SAMPLE = 2_000  # problems whose histories are kept


def compare(  # noqa: PLR0913 - what a comparison can be asked for
    scenario: Scenario | Path | str,
    policies: Sequence[str],
    *,
    replications: int = 20,
    precision: float | None = None,
    indifference: Sequence[str] = (),
    settings: Sequence[str] = (),
    warm_up: str | None = None,
    seed: int = 1,
    engine: str = "compiled",
    workers: int | None = None,
    out: Path | str | None = None,
    histories: int = SAMPLE,
    progress: Progress | None = None,
    checks: bool = True,
    budget: int | None = None,
    notice: Callable[[str], None] | None = None,
) -> Results:
    """Simulate policy sets under the same chance, and compare them.

    Args:
        scenario: a loaded scenario, or its file.
        policies: policy sets, each the names of policies joined by ``+``. What is in force anyway
            (the baseline) is always run, and comes first.
        replications: of each policy set.
        precision: add replications until the 95 % interval of every headline KPI's mean reaches no
            further than this share of it to either side (0.05 for 5 %); ``replications`` is then
            the most that are made. The rule is in ``precision.py``.
        indifference: differences that do not matter, by KPI: texts ``backlog=5%``. Of other KPIs
            what is usual (``indifference.usual``). What is certain but smaller is called the same.
        settings: texts ``path=value`` for other values of the scenario, if it is a file.
        warm_up: a duration from the start that outcomes leave out (as ``settings`` can say, too),
            or ``auto``: what a pilot of the baseline needs until backlog and living problems have
            settled.
        histories: in replication 0, the histories of about so many problems are kept for each
            policy set, chosen by their number alone (needs ``out``); 0 for none.
        seed, engine, workers, out, progress, checks, budget, notice: as in ``run``.

    Returns:
        Results with all policy sets. The folder also has ``comparison.parquet`` (see
        ``comparison.COLUMNS``) and ``histories.parquet``.

    Raises:
        InputError, Interrupted, WorkerDied: as in ``run``.
    """
    check_numbers(replications, seed, workers)
    if not 0 <= histories <= MOST_FOLLOWED:
        message = say("The histories of 0 to {most} problems can be kept.", most=MOST_FOLLOWED)
        raise wrong("--histories", message)
    goal = None if precision is None else _goal(precision, replications)
    zones = stated(indifference)
    if warm_up in AUTO:
        settings = (*settings, found_warm_up(str(scenario), settings, seed, workers))
    elif warm_up is not None:
        settings = (*settings, f"warm_up={warm_up}")
    known, sets = several_sets(scenario, policies, settings)
    plans = tuple(compile_plan(known, names) for names in sets)
    module, hands = engine_called(engine), workers_for(workers)
    least = replications if goal is None else goal.least
    check_budget(plans, least, engine, hands, budget)
    make_ready(module, lambda: notice(compiling()) if notice else None)
    folder = Path(out) if out is not None else None
    said = {"comparison": True, "warm_up_found": warm_up in AUTO} | (
        {"histories": histories} if folder and histories else {}
    )
    with Job(known, plans, seed, engine, folder, said) as job:
        sample = Sample.of(plans[0], seed, histories) if folder and histories else None
        work = Work(plans, seed, module, checks=checks, sample=sample, beside=job.beside)
        job.outcome |= {"indifference": zones} if zones else {}
        job.extras = lambda results, new: _write_extras(results, work, new)
        job.do(work, least, hands, progress)
        if goal is not None:
            job.outcome["precision"] = _until_enough(job, work, goal, hands, progress)
        return job.publish(work)


def _goal(relative: float, most: int) -> Precision:
    if not 0.0 < relative < 1.0:
        message = say("{value} is not a precision; write for example 5%", value=f"{relative:g}")
        raise wrong("--precision", message)
    usual = Precision(relative)
    return usual._replace(least=min(usual.least, most), most=most)


def _until_enough(
    job: Job, work: Work, goal: Precision, workers: int, progress: Progress | None
) -> dict[str, object]:
    """Add replications by the rule; what it came to, for the manifest."""
    headline = Headline(job)
    while True:
        verdict = enough(headline.columns(), goal)
        more = next_batch(verdict, job.replications, goal)
        if more == 0:
            return _told(verdict, goal, job.replications)
        job.do(work, job.replications + more, workers, progress)


def _told(verdict: Verdict, goal: Precision, replications: int) -> dict[str, object]:
    """For the manifest: what was asked, whether it is reached, and what is known worst."""
    widths = {name: c.half_width / c.allowed for name, c in verdict.columns.items() if c.allowed}
    worst = max(widths, key=lambda name: widths[name], default="")
    return {
        "relative": goal.relative,
        "reached": verdict.enough,
        "replications": replications,
        "widest": [worst, goal.relative * widths.get(worst, 0.0)],
    }


class Headline:
    """The headline KPIs of the city as replications come in, one series a policy set."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._values: dict[Task, dict[Question, float]] = {}

    def columns(self) -> dict[str, Floats]:
        """Values by replication, under "policy set: kpi, side"."""
        self._look()
        job = self._job
        return {
            f"{plan.policy_set}: {question.kpi}, {question.side}": np.array(
                [self._values[Task(place, r)][question] for r in range(job.replications)]
            )
            for place, plan in enumerate(job.plans)
            for question in questions(headline=True)
        }

    def _look(self) -> None:
        new = [task for task in self._job.done() if task not in self._values]
        for task, tables in zip(new, self._job.tables_of(new), strict=True):
            self._values[task] = _of_the_city(tables.kpis)


def _of_the_city(kpis: pa.Table) -> dict[Question, float]:
    city = kpis.filter(pc.equal(kpis["scope"], "city"))
    names = (city[name].to_pylist() for name in ("kpi", "side", "value"))
    return {Question(kpi, side): value for kpi, side, value in zip(*names, strict=True)}


def _write_extras(results: Results, work: Work, folder: Path) -> None:
    write_table(comparison_table(results), folder / COMPARISON)
    files = [work.histories_of(place) for place in range(len(work.plans))]
    there = [pq.read_table(file) for file in files if file is not None and file.exists()]
    if there:
        write_table(pa.concat_tables(there), folder / HISTORIES)
