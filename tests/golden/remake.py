"""Stored results of the shipped scenarios. ``python tests/golden/remake.py`` writes them anew.

Whoever changes them on purpose says RESULTS in CHANGELOG.md, and why. A file holds the headline
KPIs of the city, to be read and compared line by line, and a digest of every value of each table,
floats to their last bit.
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

import govsim
from govsim.experiments import Results
from govsim.outcomes import KPIS

HERE = Path(__file__).parent
SCENARIOS = HERE.parents[1] / "scenarios"


class Golden(NamedTuple):
    """A run whose results are stored."""

    scenario: str
    policies: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    replications: int = 1
    against_baseline: bool = False

    def run(self) -> Results:
        """Simulate it."""
        loaded = govsim.load(SCENARIOS / f"{self.scenario}.yaml", set=self.settings)
        return govsim.run(
            loaded,
            policies=(*loaded.in_force, *self.policies),
            replications=self.replications,
            against_baseline=self.against_baseline,
            seed=1,
            workers=1,
        )


A_TENTH_OF_NANCHANG = (
    "tiers.community.groups.village.offices=117",
    "tiers.community.groups.community.offices=45",
    "tiers.street.offices=12",
    "tiers.county.offices=1",
)
GOLDEN = {
    run.scenario: run
    for run in (
        Golden("small_town", ("night_visits",), replications=2, against_baseline=True),
        Golden("district", ("added_staff",), ("horizon=30 d",)),
        Golden("beijing_12345", settings=("horizon=45 d",)),
        # A tenth of the city, for two months; the programme is in force.
        Golden("nanchang_2011", settings=("horizon=60 d", *A_TENTH_OF_NANCHANG)),
        Golden("nanchang_2012", settings=("horizon=60 d", *A_TENTH_OF_NANCHANG)),
        Golden("qingyunpu_2006", settings=("horizon=60 d",)),
        Golden("petition_2022", settings=("horizon=180 d",)),
        Golden("cpgrams", settings=("horizon=90 d",)),
        Golden("grid_town", settings=("horizon=180 d",)),
        Golden("storm_surge", settings=("horizon=60 d", "demand.surges.rain.start=2011-01-20")),
        Golden(
            "policy_shock",
            settings=("horizon=60 d", "demand.surges.announcement.start=2011-01-20"),
        ),
        Golden("migrant_district", settings=("horizon=60 d",)),
    )
}
LEFT_OUT = {
    "beijing_12345_full",  # 22 million residents; beijing_12345 has the same rules
}


def place(name: str) -> Path:
    """Where a run's results are stored."""
    return HERE / f"{name}.txt"


def text(golden: Golden) -> str:
    """What is stored of a run."""
    results = golden.run()
    wanted = [f"--policy {name}" for name in golden.policies]
    wanted += [f"--set {setting!r}" for setting in golden.settings]
    head = [
        f"{golden.scenario}.yaml {' '.join(wanted)}".rstrip(),
        f"seed 1, {golden.replications} replications, every value below: one a replication",
        "",
    ]
    digests = [
        f"{name:8}{digest(table)}"
        for name, table in zip(results.tables._fields, results.tables, strict=True)
    ]
    return "\n".join([*head, *_headline(results), "", *digests]) + "\n"


def _headline(results: Results) -> Iterator[str]:
    city = results.kpis[results.kpis["scope"] == "city"]
    for (policy_set, kpi, side), rows in city.groupby(["policy_set", "kpi", "side"], sort=False):
        if KPIS[kpi].headline:
            values = "".join(f"{value:>14.6g}" for value in rows["value"])
            yield f"{policy_set:14}{kpi:26}{side:10}{values}"


def digest(table: pa.Table) -> str:
    """SHA-256 of the rows in sorted order; floats by all their bits."""
    rows = (repr(tuple(_exact(cell) for cell in row.values())) for row in table.to_pylist())
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()


def _exact(cell: object) -> str:
    return cell.hex() if isinstance(cell, float) else str(cell)


def main(names: list[str]) -> None:
    """Write the stored results anew: those named, or all."""
    for name in names or GOLDEN:
        new = text(GOLDEN[name])
        old = place(name).read_text("utf-8") if place(name).exists() else ""
        place(name).write_text(new, encoding="utf-8", newline="\n")
        print(f"{name}: {'as before' if new == old else 'CHANGED'}")


if __name__ == "__main__":
    main(sys.argv[1:])
