"""Running a scenario: some replications of each policy set, in order, whoever does them."""

import os
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from govsim import __version__
from govsim.errors import Finding, InputError
from govsim.experiments.budget import check_budget
from govsim.experiments.pool import WorkerDied, perform
from govsim.experiments.results import Results
from govsim.experiments.store import FORMAT, Manifest, Stage
from govsim.experiments.work import ENGINES, OwnPolicy, Task, Work, make_ready
from govsim.language import say
from govsim.model.calendars import duty_before
from govsim.model.plan import DAY, NEVER, Plan, Tier
from govsim.model.size import TooMuchHappens
from govsim.outcomes import Tables
from govsim.outcomes.frames import join
from govsim.scenario import Scenario, load
from govsim.scenario.compile import compile_plan

Progress = Callable[[int, int, float], None]  # finished, all, share of the simulated time

MOST_REPLICATIONS = 100_000
MOST_SEED = (1 << 63) - 1
WORKERS_PER_PROCESSOR = 4  # more than that only fill the memory

LIBRARIES = ("numpy", "simpy", "numba", "pandas", "pyarrow", "scipy")

__all__ = ["Interrupted", "Progress", "WorkerDied", "run"]


class Interrupted(Exception):
    """Somebody pressed Ctrl-C. ``results`` holds the replications that were finished."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.folder = results.folder
        done = sum(len(replications) for replications in results.manifest["done"].values())
        text = (
            say("Interrupted; {done} finished replications are kept.", done=done)
            if done
            else say("Interrupted before a replication was finished.")
        )
        super().__init__(text)


def run(  # noqa: PLR0913 - what a run can be asked for
    scenario: Scenario | Path | str,
    *,
    replications: int = 20,
    policies: Sequence[str] | None = None,
    seed: int = 1,
    engine: str = "compiled",
    workers: int | None = None,
    out: Path | str | None = None,
    events: bool = False,
    progress: Progress | None = None,
    against_baseline: bool = False,
    checks: bool = True,
    budget: int | None = None,
    notice: Callable[[str], None] | None = None,
    own: Sequence[OwnPolicy] = (),
) -> Results:
    """Simulate a scenario some times over and gather what came out.

    Args:
        scenario: a loaded scenario, or its file.
        replications: how many years (or whatever the horizon is) of chance.
        policies: names, on top of those in force; None for those selected when it was loaded.
        seed: the same seed gives the same results, to the last bit, for any ``workers``.
        engine: ``compiled``, or ``agents`` (the readable one, fifty times slower). Both give
            the same results, to the last bit.
        workers: how many replications at a time; None for one a processor, and never more than
            four a processor.
        out: folder for the results; None keeps them in memory.
        events: also write the full event log (needs ``out``).
        progress: called with (finished, all, share of the simulated time that has passed).
        against_baseline: also run the scenario without the added policies; replication by
            replication both meet the same chance.
        checks: verify the invariants of the model as it runs. Results are the same without; a
            fault of ours would be found later, or not at all.
        budget: seconds that the run may take by estimate; None for an hour.
        notice: called with a sentence before something unexpected takes long (compiling).
        own: policies written in Python, for ``engine="agents"`` only: functions at the top of a
            module that are given the city and run in it as SimPy processes.

    Raises:
        InputError: wrong arguments, a folder that cannot take results, a run that would take longer
            than ``budget`` or does not come to an end.
        Interrupted: Ctrl-C; carries the partial results, which ``out`` holds too.
        WorkerDied: processes were killed twice.
    """
    begun = datetime.now().astimezone()
    _check_numbers(replications, seed, workers)
    if events and out is None:
        raise _wrong("--events", say("The event log needs a folder: give --out."))
    if isinstance(scenario, Path | str):
        scenario = load(scenario, policies=tuple(policies or ()))
        policies = None
    plans = _plans(scenario, policies, against_baseline, tuple(own))
    _check_own(own, engine)
    job = _Job(scenario, plans, replications, seed, engine, begun)
    module = _engine(engine)
    check_budget(plans, replications, engine, _workers(workers), budget)
    make_ready(module, lambda: notice(_compiling()) if notice else None)
    with ExitStack() as stack:
        stage = stack.enter_context(Stage(Path(out), plans[0].name)) if out is not None else None
        logs = stage.events if stage and events else None
        work = Work(plans, seed, module, logs, checks, tuple(own))
        return job.perform(work, stage, _workers(workers), progress)


@dataclass(slots=True)
class _Job:
    """One run: what was asked, and the finished replications."""

    scenario: Scenario
    plans: tuple[Plan, ...]
    replications: int
    seed: int
    engine: str
    begun: datetime

    def perform(
        self, work: Work, stage: Stage | None, workers: int, progress: Progress | None
    ) -> Results:
        """Do all replications, and publish what was done whatever happens."""
        tasks = [Task(p, r) for p in range(len(self.plans)) for r in range(self.replications)]
        done: dict[Task, Tables] = {}
        horizons = sum(self.plans[task.plan].horizon for task in tasks)

        def tell(seconds: float) -> None:
            if progress is not None:
                progress(len(done), len(tasks), min(seconds / horizons, 1.0))

        try:
            perform(work, tasks, workers, done.__setitem__, tell)
        except KeyboardInterrupt:
            raise Interrupted(self._publish(work, stage, tasks, done)) from None
        except WorkerDied as error:
            error.folder = self._publish(work, stage, tasks, done).folder
            raise
        except TooMuchHappens as error:
            self._publish(work, stage, tasks, done)
            raise self._too_much(error) from error
        return self._publish(work, stage, tasks, done)

    def _too_much(self, error: TooMuchHappens) -> InputError:
        message = say(
            "A replication was given up on day {day}: far more happens than this scenario should "
            "bring about. {cases} cases lie at {office}. Look for residents who come back faster "
            "than offices can answer, and for surges.",
            day=error.day,
            cases=f"{error.cases:,}",
            office=self.plans[0].offices[error.office].name,
        )
        return InputError([Finding(self.scenario.name, "", message)])

    def _publish(
        self, work: Work, stage: Stage | None, tasks: list[Task], done: dict[Task, Tables]
    ) -> Results:
        finished = [task for task in tasks if task in done]
        tables = join(done[task] for task in finished)
        manifest = self._manifest(finished, complete=len(finished) == len(tasks))
        folder = None
        if stage is not None and finished:
            logs = [work.log_of(task) for task in finished] if work.events else None
            folder = stage.publish(tables, self.scenario.resolved_yaml(), manifest, logs)
        return Results(manifest, folder, lambda: tables)

    def _manifest(self, finished: list[Task], *, complete: bool) -> Manifest:
        sets = [plan.policy_set for plan in self.plans]
        return {
            "program": "govsim",
            "format": FORMAT,
            "complete": complete,
            "scenario": {
                "digest": self.scenario.digest(),
                "ground": self.scenario.ground(),
                "name_zh": self.scenario.name_zh,
                **_facts(self.plans[0]),
            },
            "policy_sets": sets,
            "seed": self.seed,
            "replications": self.replications,
            "done": {
                name: [task.replication for task in finished if task.plan == place]
                for place, name in enumerate(sets)
            },
            "engine": self.engine,
            "versions": _versions(),
            "started": self.begun.isoformat(timespec="seconds"),
            "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
            "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        }


# ---------------------------------------------------------------- what is asked


def _plans(
    scenario: Scenario,
    policies: Sequence[str] | None,
    against_baseline: bool,
    own: tuple[OwnPolicy, ...],
) -> tuple[Plan, ...]:
    """The plans to run, the baseline first."""
    in_force = tuple(scenario.in_force)
    if policies is None:
        chosen = tuple(scenario.selected_policies)
    else:
        _check_policies(policies, list(scenario.policies))
        chosen = in_force + tuple(name for name in policies if name not in in_force)
    wanted = [in_force] if against_baseline and (own or chosen != in_force) else []
    *others, last = (compile_plan(scenario, names) for names in [*wanted, chosen])
    return (*others, _with_own(last, own))


def _with_own(plan: Plan, own: tuple[OwnPolicy, ...]) -> Plan:
    """The plan under the names of its policies, those written in Python included."""
    if not own:
        return plan
    names = (*plan.policies, *(policy.__name__ for policy in own))
    return replace(plan, policies=names, policy_set="+".join(names))


def _check_own(own: Sequence[OwnPolicy], engine: str) -> None:
    if own and engine != "agents":
        raise _wrong("own", say("Policies written in Python need the engine agents."))


def _check_policies(policies: Sequence[str], known: Sequence[str]) -> None:
    findings = []
    for name in policies:
        if name not in known:
            near = get_close_matches(name, known, n=1) or known
            message = say(
                "There is no policy {name} in this scenario; there is {known}.",
                name=repr(name),
                known=", ".join(near),
            )
            findings.append(Finding("policies", name, message))
    if findings:
        raise InputError(findings)


def _check_numbers(replications: int, seed: int, workers: int | None) -> None:
    findings = []
    if replications < 1:
        text = say("There must be at least one replication.")
        findings.append(Finding("--replications", "", text))
    if replications > MOST_REPLICATIONS:
        text = say("At most {most} replications fit into one run.", most=f"{MOST_REPLICATIONS:,}")
        findings.append(Finding("--replications", "", text))
    if not 0 <= seed <= MOST_SEED:
        text = say("The seed is a whole number from 0 to {most}.", most=MOST_SEED)
        findings.append(Finding("--seed", "", text))
    if workers is not None and workers < 1:
        text = say("There must be at least one worker.")
        findings.append(Finding("--workers", "", text))
    if findings:
        raise InputError(findings)


def _engine(name: str) -> str:
    if name not in ENGINES:
        message = say(
            "There is no engine {name}; there is {known}.",
            name=repr(name),
            known=", ".join(ENGINES),
        )
        raise _wrong("--engine", message)
    return ENGINES[name]


def _compiling() -> str:
    return say("Compiling the engine, once for this version of govsim: about half a minute ...")


def _wrong(where: str, message: str) -> InputError:
    return InputError([Finding(where, "", message)])


def _workers(wish: int | None) -> int:
    processors = _processors()
    return processors if wish is None else min(wish, WORKERS_PER_PROCESSOR * processors)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# ---------------------------------------------------------------- what the manifest says


def _facts(plan: Plan) -> dict[str, object]:
    return {
        "name": plan.name,
        "start": plan.start.isoformat(),
        "days": -(-plan.horizon // DAY),
        "tiers": [tier.name for tier in plan.tiers],
        "deadlines": {
            clock: {
                tier.name: _days(plan, deadline, working)
                for tier in plan.tiers
                for deadline, working in [_deadline(tier, clock)]
                if deadline < NEVER
            }
            for clock in ("reply", "resolution")
        },
    }


def _deadline(tier: Tier, clock: str) -> tuple[int, bool]:
    if clock == "reply":
        return tier.reply_deadline, tier.reply_in_working_days
    return tier.resolution_deadline, tier.resolution_in_working_days


def _days(plan: Plan, seconds: int, working: bool) -> float:
    """Days of a deadline; working days as the calendar days they take on average."""
    days = plan.working_days
    duty = duty_before(days.starts, days.ends, days.before, plan.horizon) if working else 0
    return seconds / DAY * (plan.horizon / duty if duty else 1.0)


def _versions() -> dict[str, str]:
    versions = {"govsim": __version__, "python": sys.version.split()[0]}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions
