"""What the random scenarios reach: every record, every flag, every branch of an engine.

    PYTHONPATH=src:tests python -m twins.reach [--examples 200] [--seed 1] [--engine agents]

For the compiled engine set NUMBA_DISABLE_JIT=1: machine code cannot be traced.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import coverage
import numpy as np

from govsim.model import records as words
from govsim.model.records import (
    Activity,
    Birth,
    Errand,
    Gathering,
    Kind,
    Origin,
    Outcome,
    Prevention,
    Standing,
    Table,
    Term,
    Wait,
    Work,
)
from twins.choices import numbered
from twins.compare import CODES, FLAGS, Records, trace
from twins.engines import simulate_of
from twins.scenarios import example

Seen = Counter[str]

# Every code that a kind can carry. A formal review or a contact over the office's head is always
# written down; only what is solved, explained or fixed ends a problem, and what is fixed is no
# case; enquiries are never reopened.
OF_CASES = tuple(outcome for outcome in Outcome if outcome != Outcome.FIXED)
OF_GRIEVANCES = tuple(outcome for outcome in OF_CASES if outcome != Outcome.ANSWERED)
OCCURRING = {
    Kind.BORN: tuple(Birth),
    Kind.SOLVED: (Outcome.SOLVED, Outcome.EXPLAINED, Outcome.FIXED),
    Kind.NOT_RECORDED: (Origin.FIRST, Origin.FELLOW, Origin.REPEAT, Origin.ENQUIRY),
    Kind.REGISTERED: tuple(Origin),
    Kind.WORKED: tuple(Activity),
    Kind.WAITED: tuple(Wait),
    Kind.EXTENDED: tuple(Term),
    Kind.CLOSED: OF_CASES,
    Kind.REOPENED: OF_GRIEVANCES,
    Kind.SESSION: tuple(Gathering),
    Kind.HOURS: tuple(Errand),
    Kind.INSPECTED: OF_GRIEVANCES,
    Kind.TURNED_AWAY: tuple(origin for origin in Origin if 0 < origin < Origin.ENQUIRY),
    Kind.PREVENTED: tuple(Prevention),
    Kind.PROJECT: tuple(Work),
    Kind.MEDIATED: (Outcome.SOLVED, Outcome.ON_PAPER, Outcome.REFERRED),
    Kind.CONFERRED: tuple(Table),
    Kind.INHERITED: tuple(Standing),
}
# Every flag that is sometimes set and sometimes not.
CHANGING = {
    Kind.HEALED: "KNOWN",
    Kind.WORKED: "UNFINISHED",
    Kind.BOUNCED: "FIRST",
    Kind.ESCALATED: "FIRST",
    Kind.RETURNED_DOWN: "FIRST",
    Kind.REPLIED: "ON_TIME HAS_DEADLINE SUBSTANTIVE OVERDUE_REPLY",
    Kind.OVERDUE: "FIRST",
    Kind.LATE: "FIRST",
    Kind.CLOSED: "TRUE REPLIED_BEFORE ON_TIME HAS_DEADLINE AGAIN",
    Kind.REOPENED: "TRUE FIRST",
    Kind.WITHDRAWN: "REPLIED_BEFORE OVERDUE_REPLY OVERDUE_RESOLUTION",
    Kind.FELT: "TRUE ENDED SURVEYED RECORDED_SATISFIED RECORDED_ENDED",
    Kind.SESSION: "TRUE",
    Kind.HOURS: "OVERTIME",
    Kind.INSPECTED: "TRUE AGAIN",
    Kind.MEDIATED: "TRUE",
    Kind.CONFERRED: "TRUE",
    Kind.OPEN: "REPLIED_BEFORE OVERDUE_REPLY OVERDUE_RESOLUTION",
    Kind.INHERITED: "REPLIED_BEFORE OVERDUE_REPLY OVERDUE_RESOLUTION",
}


def wanted() -> set[str]:
    """Names of everything that can occur."""
    names = {kind.name for kind in Kind}
    names |= {f"{kind.name} {code.name}" for kind, codes in OCCURRING.items() for code in codes}
    for kind, flags in CHANGING.items():
        names |= {f"{kind.name} {way}{flag}" for flag in flags.split() for way in ("", "not ")}
    return names


def seen_in(records: Records) -> set[str]:
    """Names of what occurs in one trace."""
    names: set[str] = set()
    triples = np.unique(records[["kind", "code", "flags"]]).tolist()
    for number, code, flags in triples:
        kind = Kind(number)
        names.add(kind.name)
        if kind in CODES:
            names.add(f"{kind.name} {CODES[kind](code).name}")
        for flag in FLAGS:
            way = "" if flags & getattr(words, flag) else "not "
            names.add(f"{kind.name} {way}{flag}")
    return names & wanted()


def run(engine: str, seed: int, examples: int) -> Seen:
    """In how many examples each thing occurs."""
    simulate = simulate_of(engine)
    seen: Seen = Counter()
    for number in range(examples):
        one = example(numbered(seed, number))
        records, _ = trace(simulate, one.plan(), one.seed, one.replication)
        seen.update(seen_in(records))
    return seen


def run_covered(engine: str, seed: int, examples: int) -> tuple[Seen, coverage.Coverage]:
    """The same, and which lines and branches of the engine were taken."""
    tracer = coverage.Coverage(
        branch=True, data_file=None, config_file=False, include=[f"*/engines/{engine}/*"]
    )
    tracer.start()
    try:
        return run(engine, seed, examples), tracer
    finally:
        tracer.stop()


def never_run(tracer: coverage.Coverage) -> dict[str, str]:
    """Lines never run, and lines from which one way was never taken: by file and line."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        tracer.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    missing = {}
    for file, found in files.items():
        text = Path(file).read_text(encoding="utf-8").splitlines()
        numbers = {*found["missing_lines"], *(start for start, _ in found["missing_branches"])}
        for number in sorted(numbers):
            missing[f"{Path(file).name}:{number}"] = text[number - 1].strip()
    return missing


def main() -> None:
    """Print it, or with --json give it to a test."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--examples", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--engine", default="agents")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    seen, tracer = run_covered(asked.engine, asked.seed, asked.examples)
    never = sorted(wanted() - set(seen))
    missing = never_run(tracer)
    if asked.json:
        print(json.dumps({"never": never, "missing": missing}))
        return
    for name, count in sorted(seen.items()):
        print(f"{count:6d}  {name}")
    print("never:", ", ".join(never) or "nothing")
    for place, text in missing.items():
        print(f"not reached  {place}  {text}")
    tracer.report()


if __name__ == "__main__":
    main()
