"""Fits the two free parameters of scenarios/nanchang_2011.yaml to Nanchang's published ledger.

Targets (seed 002, N5): 39,000 matters registered in the programme year, of which 36,000, or 92.3 %,
solved or answered. Free: ``reporting.probability``, and ``work.office_slowness.median``, the
pace of all offices. Everything else stays as the file and the defaults say.

First on a ninth of the city (one county of average size), which takes seconds; then on the whole
city, where one or two proportional corrections are left. The same seed is used as by
``govsim run``, so that what is fitted is what a reader sees. Run it with

    python experiments/fit_nanchang.py --write

Without ``--write`` it only prints. About a quarter of an hour on two cores.
"""

import argparse
import re
from pathlib import Path

import govsim

SCENARIO = Path(__file__).parents[1] / "scenarios" / "nanchang_2011.yaml"
REGISTERED, RATIO = 39_000.0, 36_000.0 / 39_000.0
NINTH = {
    "tiers.community.groups.village.offices": 129,
    "tiers.community.groups.community.offices": 49,
    "tiers.street.offices": 13,
    "tiers.county.offices": 1,
    "tiers.city.desks.departments.copies": 3,
}


def settings(probability: float, slowness: float) -> dict[str, str]:
    """The free parameters as scenario settings."""
    return {
        "reporting.probability": f"{probability:.5f}",
        "work.office_slowness.median": f"{slowness:.4f}",
    }


def measure(
    probability: float, slowness: float, share: float, replications: int
) -> tuple[float, float]:
    """Mean registered (scaled to the whole city) and mean ratio, over replications."""
    chosen: dict[str, object] = dict(settings(probability, slowness))
    if share < 1.0:
        chosen |= NINTH
    scenario = govsim.load(SCENARIO, set=[f"{key}={value}" for key, value in chosen.items()])
    results = govsim.run(scenario, replications=replications, seed=1)
    table = results.summary()
    recorded = table[table["side"] == "recorded"].set_index("kpi")["mean"]
    registered = float(recorded["registered"]) / share
    ratio = float(recorded["answered_or_solved_ratio"])
    print(
        f"probability {probability:.5f}, slowness {slowness:.4f}: registered {registered:,.0f}, "
        f"ratio {ratio:.4f} ({replications} replications, {share:.2f} of the city)",
        flush=True,
    )
    return registered, ratio


def correct(
    probability: float, slowness: float, measured: tuple[float, float], slope: float
) -> tuple[float, float]:
    """One step towards both targets: volume by the probability, unanswered share by the pace."""
    registered, ratio = measured
    probability *= (
        REGISTERED / registered
    ) ** 1.7  # visits bring half of it, whatever the probability
    slowness = max(0.1, slowness + (ratio - RATIO) / slope)
    return probability, slowness


def fit() -> tuple[float, float]:
    """Coarse on a ninth of the city, fine on all of it."""
    probability, slowness, residents = 0.025, 1.6, (129 + 49) / 1602
    slope = 0.03  # what one unit of slowness takes off the ratio; measured anew at each step
    before: tuple[float, float] | None = None
    for share, replications in [(residents, 4), (residents, 8), (1.0, 4), (1.0, 4)]:
        measured = measure(probability, slowness, share, replications)
        if before is not None and abs(slowness - before[0]) > 0.05 and share < 1.0:
            slope = max(0.01, (before[1] - measured[1]) / (slowness - before[0]))
        before = (slowness, measured[1])
        probability, slowness = correct(probability, slowness, measured, slope)
    return probability, slowness


def write(probability: float, slowness: float) -> None:
    """Put the fitted values into the scenario, where it says that they are fitted."""
    text = SCENARIO.read_text(encoding="utf-8")
    for key, value in (("probability", f"{probability:.5f}"), ("median", f"{slowness:.4f}")):
        pattern = rf"({key}: \{{value: )[^,]+(, [^\n]*fitted)"
        text, found = re.subn(pattern, rf"\g<1>{value}\2", text)
        if found != 1:
            raise SystemExit(f"{SCENARIO}: no fitted value named {key}")
    SCENARIO.write_text(text, encoding="utf-8")


def main() -> None:
    """Fit, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the values into the scenario")
    chosen = parser.parse_args()
    probability, slowness = fit()
    for key, value in settings(probability, slowness).items():
        print(f"{key} = {value}")
    if chosen.write:
        write(probability, slowness)


if __name__ == "__main__":
    main()
