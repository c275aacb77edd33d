"""Forecasts: from today's open grievances to the days by which they are through.

Every policy set begins with the same open grievances and meets the same chance. Beside them the
baseline is run without any, and without surges: what its backlog settles at is the usual level.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from govsim.decisions.opening import open_results
from govsim.errors import Finding, InputError
from govsim.experiments.asked import (
    check_numbers,
    compiling,
    engine_called,
    several_sets,
    workers_for,
    wrong,
)
from govsim.experiments.budget import check_budget
from govsim.experiments.clearing import (
    Floats,
    bands,
    days_through,
    is_still_rising,
    moment,
    usual_level,
)
from govsim.experiments.comparison import comparison_table
from govsim.experiments.files import in_place_when_whole, read_whole, write_table
from govsim.experiments.job import Job, Progress
from govsim.experiments.results import Results
from govsim.experiments.store import default_folder
from govsim.experiments.work import Task, Work, make_ready, without_surges
from govsim.language import say
from govsim.model.plan import DAY, Plan
from govsim.outcomes.endings import ENDINGS
from govsim.outcomes.recovery import days_until_back
from govsim.scenario import Scenario, load
from govsim.scenario.backlog import Backlog, example, read_backlog
from govsim.scenario.compile import compile_plan
from govsim.scenario.taking_over import take_over

USUAL = "(usual)"  # no name of a policy: the baseline without today's grievances and surges
COMPARISON, ENDED, FORECAST = "comparison.parquet", "endings.parquet", "forecast.parquet"
ALL_OFFICES = ""
PROBABILITIES = (0.5, 0.9)
SHARES = {"half": 0.5, "nine_tenths": 0.9, "all": 1.0}  # of the grievances that were open
RECOVERED = "usual_level"
BYTE_ORDER_MARK = "\ufeff"  # by which spreadsheets know UTF-8
REPLICATIONS = 40  # 36 give limits to a ninetieth percentile


def forecast(  # noqa: PLR0913 - what a forecast can be asked for
    scenario: Scenario | Path | str,
    backlog: Path | str,
    policies: Sequence[str] = (),
    *,
    replications: int = REPLICATIONS,
    settings: Sequence[str] = (),
    seed: int = 1,
    engine: str = "compiled",
    workers: int | None = None,
    out: Path | str | None = None,
    progress: Progress | None = None,
    checks: bool = True,
    budget: int | None = None,
    notice: Callable[[str], None] | None = None,
) -> "Forecast":
    """Start from today's open grievances, and see when they are through.

    Args:
        scenario: a loaded scenario, or its file. Its first day is today.
        backlog: a table of the open grievances: see ``scenario.backlog``.
        policies: policy sets to look at beside the baseline, as in ``compare``.
        replications: of each policy set; 36 and more give limits to all dates.
        out: the folder of the results; under ``results/`` if not given.
        settings, seed, engine, workers, progress, checks, budget, notice: as in ``compare``.

    Returns:
        The forecast. Its folder is that of a comparison, with ``endings.parquet`` (when the
        grievances of today ended) and ``forecast.parquet`` (``Forecast.moments``) besides.

    Raises:
        InputError: also for whatever is wrong with the table.
        Interrupted, WorkerDied: as in ``run``; the same call goes on from there.
    """
    check_numbers(replications, seed, workers)
    known, sets = several_sets(scenario, policies, settings)
    if known.warm_up:
        text = say("A forecast begins today: it can leave out no warm-up. Set warm_up to 0 d.")
        raise wrong("warm_up", text)
    plans, table = plans_of(known, sets, Path(backlog))
    module, hands = engine_called(engine), workers_for(workers)
    check_budget(plans, replications, engine, hands, budget)
    make_ready(module, lambda: notice(compiling()) if notice else None)
    folder = Path(out) if out is not None else _usual_folder(scenario)
    said = {"comparison": True, "forecast": _said(plans[0], table)}
    with Job(known, plans, seed, engine, folder, said) as job:
        work = Work(plans, seed, module, checks=checks, beside=job.beside)
        job.extras = lambda results, new: _write_extras(results, work, new)
        job.do(work, replications, hands, progress)
        return Forecast(job.publish(work))


def asked_for(backlog: Path | None) -> Path:
    """The table that was named. Raises InputError: none was; shows what one looks like."""
    if backlog is not None:
        return backlog
    text = say(
        "A forecast begins with the grievances that are open today: give a table of them. Its "
        "first lines may be:\n\n"
        "  office,age_days,count,class\n"
        "  street 1,12,3,hard\n"
        "  community 2,40,1,\n\n"
        "--backlog-template FILE writes an example with the offices of this scenario."
    )
    raise wrong("--backlog", text)


def write_template(scenario: Path | str, file: Path, settings: Sequence[str] = ()) -> int:
    """Write an example of the table with the scenario's offices; says how many rows.

    Raises:
        InputError: the file is there already, or cannot be written.
    """
    text = example(compile_plan(load(scenario, set=settings)))
    if file.exists():
        raise wrong(str(file), say("this file is there already; nothing was written"))
    try:
        with in_place_when_whole(file) as beside:
            beside.write_text(BYTE_ORDER_MARK + text, encoding="utf-8", newline="")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise wrong(str(file), say("Cannot write this file: {reason}.", reason=reason)) from None
    return text.count("\n") - 1


def plans_of(
    scenario: Scenario, sets: Sequence[tuple[str, ...]], file: Path
) -> tuple[tuple[Plan, ...], Backlog]:
    """A plan for each policy set with the grievances of a table, and the usual one; the table."""
    today = scenario.model_copy(update={"run_in": 0})  # what is open is in the table
    bare = [compile_plan(today, names) for names in sets]
    table = read_backlog(file, bare[0])
    taken = [take_over(plan, table, today) for plan in bare]
    usual = compile_plan(scenario, sets[0])
    return (*taken, replace(without_surges(usual), policy_set=USUAL)), table


def _usual_folder(scenario: Scenario | Path | str) -> Path:
    name = scenario.name if isinstance(scenario, Scenario) else scenario
    return default_folder(name, "forecast")


def _said(plan: Plan, table: Backlog) -> dict[str, object]:
    """What the manifest says of the backlog."""
    offices: dict[str, int] = {}
    for row in plan.inherited:
        name = plan.offices[row.office].name
        offices[name] = offices.get(name, 0) + 1
    surges = [[surge.first_day, surge.last_day] for surge in plan.demand.surges]
    return {
        "open": table.count,
        "oldest_days": max(-row.registered for row in plan.inherited) // DAY,
        "offices": offices,
        "surges": surges,
        "digest": table.digest,
    }


def _write_extras(results: Results, work: Work, folder: Path) -> None:
    write_table(comparison_table(results), folder / COMPARISON)
    done = enumerate(results.manifest["done"].values())
    tasks = [Task(place, number) for place, numbers in done for number in numbers]
    files = [file for task in tasks if (file := work.endings_of(task)) and file.exists()]
    tables = [pq.read_table(file) for file in files]
    write_table(pa.concat_tables(tables) if tables else ENDINGS.empty_table(), folder / ENDED)
    write_table(pa.Table.from_pandas(moments(Forecast(results))), folder / FORECAST)


# ---------------------------------------------------------------- what came out


@dataclass
class Forecast:
    """A comparison that began with open grievances, and what can be said of them."""

    results: Results

    @property
    def folder(self) -> Path | None:
        """Where it is kept."""
        return self.results.folder

    @property
    def open(self) -> int:
        """How many grievances were open on the first day."""
        return int(self.results.manifest["forecast"]["open"])

    @property
    def offices(self) -> dict[str, int]:
        """How many lay in each office."""
        return dict(self.results.manifest["forecast"]["offices"])

    @property
    def surges(self) -> list[tuple[int, int]]:
        """First day of each surge of the scenario, and the first day after it."""
        surges = self.results.manifest["forecast"]["surges"]
        return [(int(first), int(after)) for first, after in surges]

    @property
    def policy_sets(self) -> tuple[str, ...]:
        """The baseline and the policy sets, without the usual course."""
        return tuple(name for name in self.results.policy_sets if name != USUAL)

    @cached_property
    def replications(self) -> list[int]:
        """Those that are finished under every policy set."""
        done = [set(numbers) for numbers in self.results.manifest["done"].values()]
        return sorted(set.intersection(*done))

    @cached_property
    def endings(self) -> pd.DataFrame:
        """When today's grievances ended: columns as in ``outcomes.endings``."""
        assert self.folder is not None
        frame: pd.DataFrame = read_whole(self.folder / ENDED).to_pandas()
        return frame

    @cached_property
    def moments(self) -> pd.DataFrame:
        """The days by which what has happened, with which probability.

        policy_set, what (``half``, ``nine_tenths`` or ``all`` of today's grievances are through,
        ``usual_level``: the backlog is back), office ("" for all), probability, day (``inf``: not
        within the run), low, high, not_within (share of replications), n.
        """
        return moments(self)

    def backlog(self, policy_set: str) -> Floats:
        """Open grievances at each week's end, replications x weeks."""
        return self._weekly[policy_set]

    def fan(self, policy_set: str) -> dict[str, Floats]:
        """Median, 50 % and 90 % bands of that."""
        return bands(self.backlog(policy_set))

    def still_open(self, policy_set: str, office: str = ALL_OFFICES) -> Floats:
        """Of today's grievances those not through at each day's end, replications x days."""
        total = self.open if office == ALL_OFFICES else self.offices[office]
        left: Floats = total - np.cumsum(self.ended(policy_set, office), axis=1)
        return left

    def ended(self, policy_set: str, office: str = ALL_OFFICES) -> Floats:
        """How many of today's grievances ended on each day, replications x days."""
        return self._ended.get((policy_set, office), np.zeros(self._shape))

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.replications), self.results.days

    @cached_property
    def level(self) -> Floats:
        """The usual level of the backlog, by replication."""
        return usual_level(self.backlog(USUAL))

    @property
    def is_rising(self) -> bool:
        """Whether the backlog of the usual course has not settled."""
        return is_still_rising(self.backlog(USUAL))

    @cached_property
    def _weekly(self) -> dict[str, Floats]:
        frame = self.results.series
        rows = (frame.measure == "backlog") & (frame.side == "recorded") & (frame.tier == "all")
        rows &= frame.replication.isin(self.replications)
        keys = ["policy_set", "replication"]
        wide = frame[rows].pivot(index=keys, columns="week", values="value")
        names = wide.index.get_level_values("policy_set")
        return {str(name): wide[names == name].to_numpy(np.float64) for name in names.unique()}

    @cached_property
    def _ended(self) -> dict[tuple[str, str], Floats]:
        found: dict[tuple[str, str], Floats] = {}
        row_of = {replication: row for row, replication in enumerate(self.replications)}
        frame = self.endings[self.endings.replication.isin(row_of)]
        ends = frame.closed + frame.withdrawn
        columns = (frame.policy_set, frame.office, frame.replication, frame.day, ends)
        lines = zip(*(column.tolist() for column in columns), strict=True)
        for policy_set, office, replication, day, ended in lines:
            for place in (ALL_OFFICES, office):
                counts = found.setdefault((policy_set, place), np.zeros(self._shape))
                counts[row_of[replication], day] += ended
        return found


def moments(found: Forecast) -> pd.DataFrame:
    """See ``Forecast.moments``."""
    columns = (
        "policy_set",
        "what",
        "office",
        "probability",
        "day",
        "low",
        "high",
        "not_within",
        "n",
    )
    rows = [
        (policy_set, what, office, *moment(days, probability, found.results.days))
        for policy_set in (found.policy_sets if found.replications else ())
        for what, office, days in _days_of(found, policy_set)
        for probability in PROBABILITIES
    ]
    return pd.DataFrame(rows, columns=list(columns))


def _days_of(found: Forecast, policy_set: str) -> Iterator[tuple[str, str, Floats]]:
    """What is waited for, in which office, and the day of it in each replication."""
    for office, total in {ALL_OFFICES: found.open, **found.offices}.items():
        for what, share in SHARES.items():
            yield what, office, days_through(found.ended(policy_set, office), total, share)
    yield RECOVERED, ALL_OFFICES, _days_back(found, policy_set)


def _days_back(found: Forecast, policy_set: str) -> Floats:
    """The day from which the backlog is back at the usual level, by replication."""
    since = max((after for first, after in found.surges if first < found.results.days), default=0)
    days = [
        days_until_back(stock, level, since)
        for stock, level in zip(found.backlog(policy_set), found.level, strict=True)
    ]
    return np.where(np.isnan(days), np.inf, days)


def open_forecast(folder: Path | str) -> Forecast:
    """Read the folder of a forecast.

    Raises:
        InputError: it is none.
    """
    results = open_results(folder)
    if not isinstance(results, Results) or "forecast" not in results.manifest:
        raise InputError([Finding(str(folder), "", say("This folder holds no forecast."))])
    return Forecast(results)
