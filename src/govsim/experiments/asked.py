"""What runs, comparisons and sweeps can be asked for: numbers, engines, workers, policy sets."""

import os
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from govsim.errors import Finding, InputError
from govsim.experiments.work import ENGINES
from govsim.language import say
from govsim.scenario import Scenario, load

MOST_REPLICATIONS = 100_000
MOST_SEED = (1 << 63) - 1
WORKERS_PER_PROCESSOR = 4  # more than that only fill the memory
BASELINE = ("baseline", "none", "基线", "无")  # words for what is in force anyway
LONGEST_SHOWN = 60


def wrong(where: str, message: str) -> InputError:
    """An error with one finding."""
    return InputError([Finding(where, "", message)])


def check_numbers(replications: int, seed: int, workers: int | None) -> None:
    """Raises InputError: numbers that no run can be made with, all at once."""
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


def engine_called(name: str) -> str:
    """Where an engine is, written "module:function". Raises InputError: there is none."""
    if name not in ENGINES:
        message = say(
            "There is no engine {name}; there is {known}.",
            name=repr(name),
            known=", ".join(ENGINES),
        )
        raise wrong("--engine", message)
    return ENGINES[name]


def workers_for(wish: int | None) -> int:
    """How many workers: as many as processors if none are asked for."""
    processors = _processors()
    return processors if wish is None else min(wish, WORKERS_PER_PROCESSOR * processors)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def compiling() -> str:
    """What is told before a compile: the only one, unless machine code cannot be kept."""
    from govsim.compiling import is_kept, usual_place

    if not is_kept():
        return say(
            "Compiling the engine for this run alone: about half a minute ...\n"
            "To keep it for the next, {folder} has to be yours, and neither it nor a folder above "
            "it may be writable by others. NUMBA_CACHE_DIR names another place.",
            folder=usual_place(),
        )
    return say("Compiling the engine, once for this version of govsim: about half a minute ...")


# ---------------------------------------------------------------- policy sets


def check_policies(policies: Sequence[str], known: Sequence[str]) -> None:
    """Raises InputError: names of no policy."""
    findings = []
    for name in policies:
        if name not in known:
            near = get_close_matches(name, known, n=1) or known
            message = say(
                "There is no policy {name} in this scenario; there is {known}.",
                name=repr(name[:LONGEST_SHOWN]),
                known=", ".join(near),
            )
            findings.append(Finding("policies", name[:LONGEST_SHOWN], message))
    if findings:
        raise InputError(findings)


def parts_of(policy_set: str) -> tuple[str, ...]:
    """``A + B`` as its policies; nothing for the baseline. Raises InputError: a part is empty."""
    if policy_set.strip() in BASELINE:
        return ()
    parts = tuple(part.strip() for part in policy_set.split("+"))
    if not all(parts) or len(set(parts)) < len(parts):
        message = say(
            "{value} is no set of policies; write for example night_visits, or "
            "night_visits+added_staff",
            value=repr(policy_set[:LONGEST_SHOWN]),
        )
        raise wrong("--policies", message)
    return parts


def several_sets(
    scenario: Scenario | Path | str, sets: Sequence[str], settings: Sequence[str] = ()
) -> tuple[Scenario, tuple[tuple[str, ...], ...]]:
    """A scenario that knows all policies of some sets, and the names of each set's policies.

    The first set is the baseline: what is in force without any of them. Each set counts once.

    Raises:
        InputError: names that are no policy, policy files with mistakes.
    """
    asked = [parts_of(each) for each in sets]
    if isinstance(scenario, Scenario):
        if settings:
            raise wrong("settings", say("Values can be set in a scenario's file only."))
        check_policies([name for parts in asked for name in parts], list(scenario.policies))
        chosen = [tuple(dict.fromkeys((*scenario.in_force, *parts))) for parts in asked]
    else:
        everything = tuple(dict.fromkeys(name for parts in asked for name in parts))
        chosen = [load(scenario, set=settings, policies=p).selected_policies for p in asked]
        whole = load(scenario, set=settings, policies=everything)
        scenario = whole.rooted(whole.root, ())
    return scenario, tuple(dict.fromkeys((tuple(scenario.in_force), *chosen)))
