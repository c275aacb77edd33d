"""The manifest: what a result says about how it was made."""

import shlex
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from govsim import __version__
from govsim.model.calendars import duty_before
from govsim.model.plan import DAY, NEVER, Plan, Tier

Manifest = dict[str, Any]

FORMAT = 1
LIBRARIES = ("numpy", "simpy", "numba", "pandas", "pyarrow", "scipy")
ROOMS = ("model", "scenario", "engines", "outcomes")  # what numbers are made by


def scenario_facts(plan: Plan) -> dict[str, object]:
    """What tables and figures need to know of a scenario."""
    return {
        "name": plan.name,
        "start": plan.first_day.isoformat(),
        "days": -(-(plan.until - plan.opens) // DAY),
        "warm_up_days": plan.warm_up / DAY,
        "run_in_days": plan.opens / DAY,
        "follow_up_days": plan.follow_up / DAY,
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


def versions() -> dict[str, str]:
    """Ours, Python's and those of the libraries that numbers and files depend on."""
    found = {"govsim": __version__, "python": sys.version.split()[0]}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def model_version() -> str:
    """SHA-256 of all that numbers are made by: rules, engines, defaults, KPIs."""
    root = Path(__file__).parents[1]
    digest = sha256()
    for room in ROOMS:
        for file in sorted((root / room).rglob("*")):
            if file.suffix in (".py", ".yaml"):
                digest.update(file.relative_to(root).as_posix().encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def times(begun: datetime) -> dict[str, str]:
    """When it was made, and by which command."""
    return {
        "started": begun.isoformat(timespec="seconds"),
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "command": command(sys.argv),
    }


def command(words: Sequence[str]) -> str:
    """A command line as one would type it."""
    return shlex.join([Path(words[0]).name, *words[1:]])
