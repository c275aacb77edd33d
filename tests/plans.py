"""Plans made by hand: everything neutral, every loop off, so that a test says only what matters."""

from dataclasses import replace
from datetime import date

from govsim.model.laws import Family
from govsim.model.plan import (
    DAY,
    NEVER,
    AfterClosing,
    Cadre,
    Calendar,
    Channel,
    Closing,
    Deadlines,
    Demand,
    Desk,
    Fatigue,
    FormalReplies,
    Handling,
    Law,
    Loops,
    Office,
    Plan,
    ProblemClass,
    Reporting,
    Rules,
    Satisfaction,
    Scoring,
    Segment,
    Supervision,
    Termination,
    Tier,
    Trust,
)
from govsim.model.records import ABSENT

# Settings of a scenario: an empty ledger on the first day, and nothing seen after the last one.
FROM_NOTHING = ("run_in=0 d", "follow_up=0 d")

ZERO = Law(Family.CONSTANT, 0.0)
ONE = Law(Family.CONSTANT, 1.0)


def constant(x: float) -> Law:
    return Law(Family.CONSTANT, x)


def exponential(mean: float) -> Law:
    return Law(Family.EXPONENTIAL, mean)


def always(days: int) -> Calendar:
    """On duty day and night."""
    return Calendar("always", (0,), (days * DAY,), (0,))


def tier(name: str = "office", work: Law = ONE, can_solve: float = 1.0) -> Tier:
    return Tier(name, can_solve, NEVER, False, NEVER, False, work, ONE)


def plain_class(**changes: object) -> ProblemClass:
    klass = ProblemClass(
        name="plain", share=1.0, hardness=1.0, severity=constant(0.5), severity_growth=0.0,
        self_heal=0.0, reply_wait=ZERO, outside_wait=ZERO, approval=0.0,
        several_departments=0.0, reasonable=True,
    )  # fmt: skip
    return klass._replace(**changes)  # type: ignore[arg-type]


def loops_off(**on: float) -> Loops:
    return Loops(**dict.fromkeys(Loops._fields, 0.0) | on)


def plain_rules() -> Rules:
    return Rules(
        Handling(
            False, 0.0, 0.0, ZERO, ZERO, 5, 1.0, 0.0, False, 0.0, 2.0, ONE, ONE, 0.0, ZERO, ZERO,
            1.0,
        ),
        Deadlines(False, False, 0.0, DAY, 0.0, DAY, 0.2, 1.0, 1.0),
        Closing(
            -2.6, 2.0, 1.0, 0.5, 2.0, 1.0, 0.2, 0.5, 0.0, 0.3, 0.6, 0.0, ZERO, 0.0, ONE,
            180 * DAY, 0.0,
        ),
        Satisfaction(-0.8, 2.2, 0.5, 0.4, -0.8, -0.02, -1.0, 0.35, 0.3),
        Supervision(),
        Scoring(),
        FormalReplies(),
        Termination(),
    )  # fmt: skip


def network(
    days: int,
    per_day: float,
    tiers: list[tuple[int, int, Law, float]],
    **changes: object,
) -> Plan:
    """Offices in tiers, each tier (offices, cadres per office, work, can_solve), day and night.

    ``per_day`` problems begin in each office of the lowest tier and are reported at once.
    """
    offices: list[Office] = []
    desks: list[Desk] = []
    cadres: list[Cadre] = []
    first = [sum(row[0] for row in tiers[:k]) for k in range(len(tiers) + 1)]
    for k, (count, servers, _, _) in enumerate(tiers):
        for i in range(count):
            number = len(offices)
            above = first[k + 1] + i * tiers[k + 1][0] // count if k + 1 < len(tiers) else ABSENT
            below = tuple(
                first[k - 1] + j
                for j in range(tiers[k - 1][0] if k else 0)
                if j * count // tiers[k - 1][0] == i
            )
            offices.append(
                Office(f"{k}.{i}", k, i, above, below, 1000 if k == 0 else 0, (number,), ABSENT, 0)
            )
            ids = tuple(range(len(cadres), len(cadres) + servers))
            desks.append(Desk(f"{k}.{i}", number, ids, False))
            cadres += [
                Cadre(number, c, False, 0, 1.0, 40 * 3600, 0.0, 0, NEVER, 0, 1.0, ABSENT)
                for c in ids
            ]
    plan = Plan(
        name="by hand", policy_set="baseline", policies=(), start=date(2011, 1, 1),
        horizon=days * DAY, history_days=0, warm_up=0,
        tiers=tuple(tier(str(k), row[2], row[3]) for k, row in enumerate(tiers)),
        offices=tuple(offices), desks=tuple(desks), cadres=tuple(cadres),
        calendars=(always(days + 4000),), working_days=always(days + 4000),
        segments=(Segment("all", 1.0),), classes=(plain_class(),),
        channels=(Channel("counter", 0, 0, 1.0, 0, 1.0, (1.0,)),),
        demand=Demand(
            per_day / 1000, 0.0, ONE, ONE, (1.0,) * 12, (1.0,) * 7,
            tuple(h / 24 for h in range(25)), (1.0,) * (days + 1), 0.0, ONE, 1, (),
        ),
        trust=Trust(constant(0.5), 0.0, 0.0, 0.0, 0.5, 730 * DAY),
        reporting=Reporting(1.0, 0.0, 0.4, 1.2, ZERO, 30 * DAY, 0.0, 0.0),
        rules=(plain_rules(),), changes=(),
        after_closing=AfterClosing(
            0.35, exponential(15.0 * DAY), 0.4, 0.08, 0.11, 0.2, 30 * DAY, 0.2,
            exponential(730.0 * DAY), 0.5,
        ),
        fatigue=Fatigue(48 * 3600, 0.015, 0.01), loops=loops_off(), visits=(), patrols=(),
        councils=(), planners=(), costs=(),
    )  # fmt: skip
    return replace(plan, **changes)  # type: ignore[arg-type]
