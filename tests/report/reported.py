"""Made-up results as a report needs them: with a manifest that says how they were made."""

from pathlib import Path

import synthetic
from synthetic import made

import govsim
from govsim.experiments import Results
from govsim.report.composing import compose
from govsim.report.document import Document
from govsim.report.source import Anything, Source

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
MADE = {
    "engine": "compiled",
    "command": "govsim compare town.yaml --policies night_visits",
    "started": "2031-05-06T07:08:09+08:00",
    "finished": "2031-05-06T07:09:10+08:00",
    "versions": {"govsim": "0.1.0", "numpy": "2.4.6"},
}


def told(*policy_sets: str, **how: object) -> Results:
    """Made-up results with these policy sets after the baseline, whatever their names."""
    for place, name in enumerate(policy_sets):
        synthetic.EFFECT.setdefault(name, 0.9 - 0.02 * place)
    results = made(policy_sets=("baseline", *policy_sets), **{"replications": 4, **how})
    results.manifest.update(MADE, replications=results.replications)
    return results


def document(results: Anything, lang: str = "en") -> Document:
    """The report on them."""
    return compose([Source(results)], lang)


def small_comparison(out: Path) -> Results:
    """A real one, of a little town and two months."""
    return govsim.compare(
        TOWN,
        ["night_visits", "night_visits+added_staff"],
        replications=4,
        settings=["horizon=60 d", "history=60 d"],
        workers=1,
        out=out,
    )
