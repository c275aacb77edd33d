"""Made-up results with the tables of a real run, for looking at figures and testing them."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa

from govsim.experiments import Results
from govsim.outcomes import KPIS, Tables
from govsim.outcomes.delays import FATES

EFFECT = {"baseline": 1.0, "night_visits": 0.72, "night_visits+added_staff": 0.5}
TYPICAL = {
    ("registered", "recorded"): 39_000.0,
    ("registered", "true"): 44_000.0,
    ("closed", "recorded"): 36_000.0,
    ("closed", "true"): 25_000.0,
    ("answered_share", "recorded"): 0.92,
    ("resolution_rate", "recorded"): 0.88,
    ("resolution_rate", "true"): 0.64,
    ("latent_problems", "true"): 9_000.0,
    "share": 0.5,
    "0-1": 0.47,
    "hours": 12_000.0,
    "yuan": 2_200_000.0,
}
SIZE = {"community": 60.0, "street": 22.0, "district": 9.0, "city": 3.0}


def made(**how: object) -> Results:
    """Results with made-up tables; arguments as in ``City``."""
    city = City(**how)
    manifest = {
        "scenario": {
            "name": city.name,
            "start": city.start.isoformat(),
            "days": city.days,
            "tiers": list(city.tiers),
            "deadlines": {"reply": {"community": 5, "street": 15}, "resolution": {"street": 60}},
        },
        "policy_sets": list(city.policy_sets),
        "seed": city.seed,
        "complete": True,
        "done": {name: list(range(city.replications)) for name in city.policy_sets},
    }
    frames = (city.kpis(), city.series(), city.delays())
    tables = Tables(*(pa.Table.from_pandas(frame, preserve_index=False) for frame in frames))
    return Results.in_memory(manifest, tables)


@dataclass
class City:
    """What is made up, and from which chance."""

    name: str = "A district of 201,000 residents"
    start: date = date(2011, 1, 1)
    days: int = 365
    replications: int = 20
    seed: int = 1
    policy_sets: tuple[str, ...] = ("baseline",)
    tiers: tuple[str, ...] = ("community", "street", "district")

    def _each(self):
        for policy_set in self.policy_sets:
            for replication in range(self.replications):
                draws = np.random.default_rng([self.seed, replication])
                yield policy_set, EFFECT[policy_set], replication, draws

    def kpis(self) -> pd.DataFrame:
        rows = []
        for policy_set, effect, replication, draws in self._each():
            wobble = draws.normal(1, 0.02)
            for name, kpi in KPIS.items():
                for side in kpi.sides():
                    value = TYPICAL.get((name, side), TYPICAL.get(kpi.unit_of(side), 100.0))
                    effected = (
                        value * wobble * (effect if kpi.direction < 0 else 1.1 - 0.1 * effect)
                    )
                    rows.append(
                        (
                            replication,
                            policy_set,
                            "city",
                            "",
                            name,
                            side,
                            effected,
                            kpi.unit_of(side),
                        )
                    )
        columns = ["replication", "policy_set", "scope", "scope_id", "kpi", "side", "value", "unit"]
        return pd.DataFrame(rows, columns=columns)

    def series(self) -> pd.DataFrame:
        rows = []
        for policy_set, effect, replication, draws in self._each():
            for tier in self.tiers:
                size = SIZE[tier]
                backlog = size
                for week in range(self.days // 7):
                    day = self.start + timedelta(days=7 * week)
                    backlog = max(
                        0.0, backlog * 0.97 + draws.normal(0.06 * size * effect, 0.08 * size)
                    )
                    due = draws.poisson(size / 3)
                    on_time = draws.binomial(due, 0.95 - 0.3 * effect)
                    measures = {
                        "backlog": round(backlog),
                        "replies_due": due,
                        "replies_on_time": on_time,
                    }
                    rows += [
                        (replication, policy_set, week, day, tier, measure, "recorded", value)
                        for measure, value in measures.items()
                    ]
        columns = ["replication", "policy_set", "week", "date", "tier", "measure", "side", "value"]
        return pd.DataFrame(rows, columns=columns)

    def delays(self) -> pd.DataFrame:
        rows = []
        edges = np.unique(np.round(86_400 * np.geomspace(0.05, 400, 160)).astype(np.int64))
        for policy_set, effect, replication, draws in self._each():
            for rank, tier in enumerate((*self.tiers, "all")):
                for clock, median in (("reply", 4.0), ("resolution", 15.0)):
                    days = draws.lognormal(np.log(median * effect * (1 + rank)), 1.0, 300)
                    fate = draws.choice(3, 300, p=[0.85, 0.05, 0.1])
                    seen = np.where(fate == 0, days, days / 2) * 86_400
                    counted = (np.histogram(seen[fate == of], edges)[0] for of in range(3))
                    rows += [
                        (
                            replication,
                            policy_set,
                            tier,
                            clock,
                            low,
                            high,
                            (low + high) / 172_800,
                            *counts,
                        )
                        for low, high, *counts in zip(edges, edges[1:], *counted, strict=False)
                    ]
        columns = [
            "replication", "policy_set", "tier", "clock",
            "from_seconds", "to_seconds", "days_mid", *FATES,
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)
