"""Trials: the tasks of an experiment, one row each. What a worker does, here or on a cluster."""

from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple

import pyarrow as pa

from govsim.errors import InputError
from govsim.experiments.blocks import DONE, FAILED, Span, schema_of
from govsim.experiments.experiment import Experiment
from govsim.experiments.measures import values
from govsim.experiments.work import Task, Watch, Work
from govsim.language import say, speaking
from govsim.model.plan import Plan
from govsim.model.size import TooMuchHappens
from govsim.outcomes import Tally
from govsim.scenario import compile_plan

Row = tuple[int, int, str, str, list[float]]


class Stopped(Exception):
    """Raised by ``watch`` within a worker that was asked to stop."""


class Answer(NamedTuple):
    """What a worker sends back: the rows of a span, or of its beginning if it was stopped."""

    span: Span
    rows: pa.Table | None  # None: the worker died over it
    seconds: float = 0.0

    @property
    def done(self) -> Span:
        """The tasks that the rows are of."""
        return Span(self.span.first, self.span.first + (len(self.rows) if self.rows else 0))


@dataclass(frozen=True, slots=True)
class Trials:
    """An experiment and an engine to perform it with."""

    experiment: Experiment
    engine: str  # "module:function"
    checks: bool = True
    _last: dict[int, Plan] = field(default_factory=dict, repr=False)  # the plan of one point

    def perform(self, span: Span, watch: Watch) -> Answer:
        """Do the tasks of a span in order, until done or stopped by ``watch``."""
        began = perf_counter()
        rows: list[Row] = []
        with speaking("en"):  # reasons are the same bytes wherever they arise
            for number in range(span.first, span.after):
                try:
                    watch(0)
                    rows.append(self._row(number, watch))
                except Stopped:
                    break
        return Answer(span, self._table(rows), perf_counter() - began)

    def nothing_of(self, span: Span) -> Answer:
        """The answer of who has done nothing of a span, without being to blame."""
        return Answer(span, self._table([]))

    def failed(self, number: int, reason: str) -> pa.Table:
        """The row of a task that no worker survives."""
        point, replication = divmod(number, self.experiment.replications)
        return self._table([(point, replication, FAILED, reason, self._nothing())])

    def _row(self, number: int, watch: Watch) -> Row:
        point, replication = divmod(number, self.experiment.replications)
        try:
            plan = self._plan(point)
            return point, replication, DONE, "", self._simulate(plan, replication, watch)
        except Stopped:
            raise
        except InputError as error:
            reason = str(error.findings[0])
        except TooMuchHappens as error:
            reason = say("given up on day {day}: far more happens than expected", day=error.day)
        except Exception as error:  # ours; the sweep goes on and tells of it
            reason = f"govsim failed: {type(error).__name__}: {error}"
        return point, replication, FAILED, reason, self._nothing()

    def _plan(self, place: int) -> Plan:
        """The plan of a point; kept for its other replications."""
        plan = self._last.get(place)
        if plan is None:  # several threads may come here; each makes its own, and one stays
            point = self.experiment.point(place)
            plan = compile_plan(self.experiment.written.scenario(point.settings, point.policies))
            self._last.clear()
            self._last[place] = plan
        return plan

    def _simulate(self, plan: Plan, replication: int, watch: Watch) -> list[float]:
        work = Work((plan,), self.experiment.seed, self.engine, checks=self.checks)
        tally = Tally(plan)
        work.simulate(Task(0, replication), tally.drain, watch)
        return values(tally.measured(), self.experiment.measures)

    def _nothing(self) -> list[float]:
        return [float("nan")] * len(self.experiment.measures)

    def _table(self, rows: list[Row]) -> pa.Table:
        schema = schema_of(self.experiment.measures)
        plain = [(*row[:4], *row[4]) for row in rows]
        columns = list(zip(*plain, strict=True)) or [()] * len(schema)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
        return pa.Table.from_arrays(arrays, schema=schema)
