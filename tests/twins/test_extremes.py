"""Whatever a planner writes is refused at the door, or simulated by both engines alike.

Numbers here are absurd. Each runs in a process of its own: machine code that reckons with a
negative time takes the process with it.
"""

import subprocess

import pytest

from twins.engines import compiled_or_skip
from twins.test_scenarios import python


def constant(value: str) -> str:
    return f"{{distribution: constant, value: {value}}}"


def lognormal(median: str, sigma: int) -> str:
    return f"{{distribution: lognormal, median: {median}, sigma: {sigma}}}"


SEGMENTS = ", ".join(f"s{k}: {{share: {1 / 300}}}" for k in range(300))
GONE = ", ".join(f"{name}: none" for name in ("general", "elderly", "migrant", "relocated"))

HOLD = {
    "three thousand residents hit by each problem": (
        "demand.collective_limit=3000", "demand.collective_share=1", "history=0 d",
        f"demand.collective_size={constant('3000')}", f"reporting.delay={constant('1 d')}",
        "reporting.fellow_factor=1", "demand.problems=0.002 /year",
    ),
    "more residents hit than 16 bits can count": (
        "demand.collective_limit=40000", "demand.collective_share=1", "history=0 d",
        f"demand.collective_size={constant('40000')}", "reporting.fellow_factor=0.02",
        "demand.problems=0.0005 /year",
    ),
    "work of less than nothing": ("loops.early_solving=10",),
    "trust beyond its ends": ("loops.trust=10",),
    "severity and trust without an upper end": (
        "classes.urgent.severity={distribution: exponential, mean: 0.7}",
        "trust.initial={distribution: exponential, mean: 0.9}",
    ),
    "terms put off by nothing": (
        "deadlines.pause_while_asking=yes", "work.asks_resident=1",
        f"work.resident_answers={constant('0 d')}",
    ),
    "probabilities that are products of two negative numbers": (
        "reporting.severity_effect=20", "loops.participation=10", "reporting.trust_floor=0",
    ),
    "terms after which nobody remembers": ("deadlines.neglect=1e12",),
    "a reply awaited for ever, under haste": (
        "loops.deadline_rush=10", "deadlines.neglect=6",
        f"classes.urgent.reply_wait={lognormal('5 d', 30)}",
    ),
    "work without end": (f"tiers.community.touch_work={lognormal('2 h', 30)}",),
    "work without end and beyond floats": (f"tiers.community.touch_work={lognormal('2 h', 400)}",),
    "a cadre with no time at all": ("tiers.community.desks.front.share_of_time=1e-300",),
    "a cadre who never gets anything done": (f"work.cadre_slowness={lognormal('1', 60)}",),
    "a day of a million births, once in a while": (
        f"demand.overdispersion={lognormal('1', 4)}",
    ),
    "three hundred segments": (f"segments={{{SEGMENTS}, {GONE}}}",),
}  # fmt: skip

CODE = """
import sys
from engines.traces import plan_of
from govsim.engines import agents, compiled
from govsim.errors import InputError
from twins.compare import assert_same
try:
    plan = plan_of("horizon=40 d", *sys.argv[1:])
except InputError:
    print("refused")
else:
    assert_same(plan, 1, 0, agents.simulate, compiled.simulate)
    print("agree")
"""


def outcome(settings: tuple[str, ...]) -> str:
    try:
        return python("-c", CODE, *settings).stdout.strip()
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:]
        return f"exit code {error.returncode} {last}"


@pytest.mark.slow
@pytest.mark.parametrize("what", HOLD)
def test_extremes_are_simulated_alike(what: str) -> None:
    compiled_or_skip()
    assert outcome(HOLD[what]) in ("refused", "agree")


def test_staff_may_be_added_where_a_desk_is_empty() -> None:
    from engines.traces import plan_of

    desks = "tiers.street.desks={handlers: {cadres: 4}, empty: {cadres: 0}}"
    assert plan_of(desks, policies=("added_staff",))
