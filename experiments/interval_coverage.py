"""How often intervals hold what they say: the tables of docs/statistics.md and its Chinese twin.

Everything is drawn from laws whose truth is known, with one seed; nothing is simulated. Run it with

    python experiments/interval_coverage.py

A few minutes on one core. tests/experiments/test_coverage.py holds the same numbers within bounds.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from govsim.experiments import best
from govsim.experiments.best import probability_best
from govsim.experiments.intervals import Interval, mean_interval, quantile_interval
from govsim.experiments.precision import Precision, needed

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {"en": DOCS / "statistics.md", "zh": DOCS / "statistics.zh-CN.md"}
TIMES = 10_000  # samples behind each share: known to 0.2 points (two standard errors: 0.4)
PROBLEMS = 10_000
SEED = 20_261_125

LAWS: dict[str, Any] = {
    "normal": stats.norm(),
    "gamma": stats.gamma(4.0),
    "exponential": stats.expon(),
    "lognormal": stats.lognorm(1.0),
}
WORDS = {
    "law": ("values", "数值"),
    "normal": ("normal", "正态分布"),
    "gamma": ("gamma, skewness 1", "伽马分布，偏度 1"),
    "exponential": ("exponential, skewness 2", "指数分布，偏度 2"),
    "lognormal": ("log-normal, skewness 6", "对数正态分布，偏度 6"),
    "rule": ("rule", "规则"),
    "kept": ("intervals that hold the truth", "区间包含真值的比例"),
    "mean n": ("replications on average", "平均重复次数"),
    "ours": ("from 10 on, look-ahead of 5", "从 10 次起，再看 5 次"),
    "no look": ("from 10 on, no look-ahead", "从 10 次起，不再看"),
    "hasty": ("from 3 on, no look-ahead", "从 3 次起，不再看"),
    "apart": ("spread of the true means", "真实均值的离散程度"),
    "said": ("said", "所给概率"),
    "true": ("true", "实际正确"),
    "share": ("problems with 80 % or more", "给出 80% 及以上的问题"),
    "errors": ("{} × standard error", "{} 个标准误"),
}

Floats = NDArray[np.float64]
Row = list[str]


def main() -> None:
    """Measure, and write the tables into both pages."""
    best.DRAWS = 4_000  # averaged over many problems, that is plenty
    random = np.random.default_rng(SEED)
    tables = {
        "means": means(random),
        "quantiles": quantiles(random),
        "rule": rule(random),
        "best": calibration(random),
    }
    for place, page in enumerate(PAGES.values()):
        text = page.read_text("utf-8")
        for name, rows in tables.items():
            text = put(text, name, [[translated(cell, place) for cell in row] for row in rows])
        page.write_text(text, "utf-8")


def means(random: np.random.Generator) -> list[Row]:
    """Coverage of Student's interval by law and number of replications."""
    counts = (5, 10, 20, 30, 50, 100)
    rows = [["law", *(f"n = {n}" for n in counts)]]
    for name, law in LAWS.items():
        shares = [kept(drawn(law, n, random), law.mean(), mean_interval) for n in counts]
        rows.append([name, *(percent(share) for share in shares)])
    return rows


def quantiles(random: np.random.Generator) -> list[Row]:
    """Coverage of the interval of a quantile by law, number and quantile."""
    cases = ((6, 0.5), (10, 0.5), (30, 0.5), (30, 0.25), (40, 0.9), (100, 0.9))
    rows = [["law", *(f"n = {n}, q = {q}" for n, q in cases)]]
    for name, law in LAWS.items():
        row = [name]
        for n, q in cases:
            found = kept(
                drawn(law, n, random), law.ppf(q), lambda row, q=q: quantile_interval(row, q)
            )
            row.append(percent(found))
        rows.append(row)
    return rows


def rule(random: np.random.Generator) -> list[Row]:
    """Coverage of the interval when the run stops by precision, and how long it runs."""
    rules = {
        "ours": Precision(0.1),
        "no look": Precision(0.1, look_ahead=0),
        "hasty": Precision(0.1, least=3, look_ahead=0),
    }
    samples = random.normal(1.0, 0.2, (TIMES, 120))
    rows = [["rule", "kept", "mean n"]]
    for name, p in rules.items():
        stops = [needed(sample, p) or 0 for sample in samples]
        ends = [n + p.ahead(n) for n in stops]
        found = [mean_interval(s[:end]) for s, end in zip(samples, ends, strict=True)]
        share = np.mean([f.low <= 1.0 <= f.high for f in found])
        rows.append([name, percent(float(share)), f"{np.mean(ends):.1f}"])
    return rows


def calibration(random: np.random.Generator) -> list[Row]:
    """Four policies, ten replications: statements between 80 and 97 %, said and true."""
    rows = [["apart", "said", "true", "share"]]
    for apart in (5.0, 3.0, 1.0, 0.3):
        said, right = statements(apart, random)
        around = (said > 0.8) & (said < 0.97)
        numbers = (said[around].mean(), right[around].mean(), np.mean(said > 0.8))
        rows.append([f"errors {apart:g}", *(percent(float(x)) for x in numbers)])
    return rows


def statements(apart: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    """The highest probability in each of many problems, and whether it was right."""
    said, right = np.empty(PROBLEMS), np.empty(PROBLEMS)
    for i in range(PROBLEMS):
        unit = np.exp(random.uniform(-1.0, 1.0))
        truth = random.normal(0.0, apart * unit / 10**0.5, 4)
        values = truth[:, None] + unit * (
            0.6**0.5 * random.normal(size=10) + 0.4**0.5 * random.normal(size=(4, 10))
        )
        found = probability_best(values, 1)
        said[i], right[i] = found.max(), np.argmax(found) == np.argmax(truth)
    return said, right


def drawn(law: Any, n: int, random: np.random.Generator) -> Floats:
    """Samples of n."""
    return np.asarray(law.ppf(random.random((TIMES, n))))


def kept(rows: Floats, truth: float, interval: Callable[[Floats], Interval]) -> float:
    """In which share of the samples the interval holds the truth."""
    found = np.array([interval(row)[:3] for row in rows])
    return float(np.mean((found[:, 1] <= truth) & (truth <= found[:, 2])))


def percent(share: float) -> str:
    """A share for a table."""
    return f"{100 * share:.1f} %"


def translated(cell: str, place: int) -> str:
    """A cell in the language of the page."""
    if cell.startswith("errors "):
        return WORDS["errors"][place].format(cell.removeprefix("errors "))
    return WORDS[cell][place] if cell in WORDS else cell


def put(text: str, name: str, rows: Iterable[Row]) -> str:
    """The page with this table between its markers."""
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    lines = [head, "|---" * (head.count("|") - 1) + "|", *body]
    marked = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- /table -->)", re.S)
    return marked.sub(lambda found: found[1] + "\n".join(lines) + "\n" + found[2], text)


if __name__ == "__main__":
    main()
