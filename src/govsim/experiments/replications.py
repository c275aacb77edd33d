"""Running a scenario: some replications of each policy set, in order, whoever does them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from govsim.experiments.asked import (
    check_numbers,
    check_policies,
    compiling,
    engine_called,
    workers_for,
    wrong,
)
from govsim.experiments.budget import check_budget
from govsim.experiments.indifference import stated
from govsim.experiments.job import Job, Progress
from govsim.experiments.results import Results
from govsim.experiments.work import OwnPolicy, Work, make_ready
from govsim.language import say
from govsim.model.plan import Plan
from govsim.scenario import Scenario, load
from govsim.scenario.compile import compile_plan


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
    indifference: Sequence[str] = (),
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
        indifference: differences that do not matter, by KPI, as in ``compare``.
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
    check_numbers(replications, seed, workers)
    if events and out is None:
        raise wrong("--events", say("The event log needs a folder: give --out."))
    if isinstance(scenario, Path | str):
        scenario = load(scenario, policies=tuple(policies or ()))
        policies = None
    plans = _plans(scenario, policies, against_baseline, tuple(own))
    _check_own(own, engine)
    module = engine_called(engine)
    check_budget(plans, replications, engine, workers_for(workers), budget)
    make_ready(module, lambda: notice(compiling()) if notice else None)
    folder = Path(out) if out is not None else None
    said = {"events": True} if events else {}
    zones = stated(indifference)
    with Job(scenario, plans, seed, engine, folder, said, lasting=not own) as job:
        work = Work(plans, seed, module, job.logs if events else None, checks, tuple(own))
        job.outcome |= {"indifference": zones} if zones else {}
        job.do(work, replications, workers_for(workers), progress)
        return job.publish(work)


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
        check_policies(policies, list(scenario.policies))
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
        raise wrong("own", say("Policies written in Python need the engine agents."))
