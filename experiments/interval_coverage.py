"""How often intervals and verdicts hold what they say: the tables of docs/statistics.md.

The first part draws from laws whose truth is known. The second resamples pools of simulated years:
the truth is then the pool's mean, and a null comparison is one of a city with itself. Run it with

    python experiments/interval_coverage.py                             both, with small_town
    python experiments/interval_coverage.py --only pools --scenarios small_town district

A pool (400 replications of the baseline and of two policies) goes to results/interval_coverage/;
an interrupted one is gone on with, and a complete one is used again, whatever the model is now:
delete it to have it made anew. On one core the laws take 2 minutes, small_town's pool 1, its
coverage and null screens 3. tests/experiments/test_coverage.py and test_certainty.py hold the same
numbers within bounds.
"""

import argparse
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

import govsim
from govsim.experiments import Results, best
from govsim.experiments.best import probability_best
from govsim.experiments.certainty import few_events, few_moved, judge
from govsim.experiments.comparison import Compared, Question, compared, questions
from govsim.experiments.indifference import usual
from govsim.experiments.intervals import (
    Interval,
    mean_interval,
    moments,
    quantile_interval,
    unskewed,
)
from govsim.experiments.precision import Precision, needed
from govsim.language import speaking
from govsim.outcomes import KPIS
from govsim.report.summary import sided
from govsim.report.words import few_mark, policy_name

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
POOLS = ROOT / "results" / "interval_coverage"
POLICIES = ("night_visits", "added_staff")
POOLED = 400  # replications of each policy set in a pool
SCREENS = 2_000  # null comparisons
GROUP = 20  # replications in each
GOOD = (0.93, 0.97)
FEW = " few"  # a sign that becomes the mark in the language of the page
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
MORE_LAWS: dict[str, Any] = LAWS | {
    "tails": stats.t(3.0),
    "few": stats.poisson(2.0),
    "rare": stats.rv_discrete(values=((-1.0, 0.0, 1.0), (0.05, 0.9, 0.05))),
}
WORDS = {
    "law": ("values", "数值"),
    "normal": ("normal", "正态分布"),
    "gamma": ("gamma, skewness 1", "伽马分布，偏度 1"),
    "exponential": ("exponential, skewness 2", "指数分布，偏度 2"),
    "lognormal": ("log-normal, skewness 6", "对数正态分布，偏度 6"),
    "tails": ("symmetric with heavy tails (t, 3)", "对称而尾部厚（t 分布，3）"),
    "few": ("counts of 2 on average", "平均为 2 的计数"),
    "rare": ("0 in nine of ten, else −1 or 1", "十次有九次为 0，否则为 −1 或 1"),
    "student": ("Student", "学生 t"),
    "johnson": ("Johnson", "约翰逊"),
    "hall": ("Hall", "霍尔"),
    "wider": ("wider of Student and Hall", "学生 t 与霍尔取宽"),
    "measure": ("measure", "指标"),
    "level": ("level", "水平"),
    "screen": ("two policies that change nothing", "两项毫无作用的政策"),
    "unpaired": ("other years of the same city", "同一城市的其他年份"),
    "copies": ("changes that scatter as those of {} do, around 0", "像“{}”的变化那样围绕 0 波动"),
    "each 95": ("each interval by itself", "各区间单独看"),
    "certain": ("certain", "确定"),
    "certain, no zone": ("certain, however small", "确定，不论大小"),
    "scenario": ("scenario", "情景"),
    "held": ("93 to 97 %", "93% 至 97%"),
    "least": ("lowest", "最低"),
    "unmarked": ("lowest without (few)", "未标“少”者最低"),
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
    wish = _wish()
    best.DRAWS = 4_000  # averaged over many problems, that is plenty
    tables = {} if wish.only == "pools" else of_laws(np.random.default_rng(SEED))
    if wish.only != "laws":
        tables |= of_pools(wish.scenarios, wish.workers)
    for place, page in enumerate(PAGES.values()):
        text = page.read_text("utf-8")
        with speaking(tuple(PAGES)[place]):
            for name, rows in tables.items():
                text = put(text, name, [[translated(cell, place) for cell in row] for row in rows])
        page.write_text(text, "utf-8")


def _wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", choices=("laws", "pools"), help="one part alone")
    parser.add_argument("--scenarios", nargs="+", default=["small_town"], help="of the pools")
    parser.add_argument("--workers", type=int, default=1, help="that simulate pools")
    return parser.parse_args()


def of_laws(random: np.random.Generator) -> dict[str, list[Row]]:
    """The tables that need no simulation."""
    return {
        "means": means(random),
        "quantiles": quantiles(random),
        "rule": rule(random),
        "best": calibration(random),
        "procedures": procedures(np.random.default_rng(SEED)),
    }


def of_pools(scenarios: list[str], workers: int) -> dict[str, list[Row]]:
    """Those of pools; what is measured by measure is told of the first scenario."""
    pools = {name: pool(name, workers) for name in scenarios}
    random = np.random.default_rng(SEED)
    found = {name: held(results, random) for name, results in pools.items()}
    first, results = next(iter(pools.items()))
    return {
        "null": nulls(results, random),
        "scenarios": summary(found),
        "measures": by_measure(found[first], results.policy_sets[1:]),
    }


def means(random: np.random.Generator) -> list[Row]:
    """Coverage of the interval of a mean by law and number of replications."""
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


def procedures(random: np.random.Generator) -> list[Row]:
    """Coverage of four intervals of a mean, with 10 and 20 replications."""
    names = ("student", "johnson", "hall", "wider")
    rows = [["law", *(f"{name}, n = {n}" for n in (10, 20) for name in names)]]
    for law_name, law in MORE_LAWS.items():
        row = [law_name]
        for n in (10, 20):
            values = np.asarray(law.rvs(size=(TIMES, n), random_state=random), np.float64)
            row += [percent(inside(values, law.mean(), name)) for name in names]
        rows.append(row)
    return rows


def inside(values: Floats, truth: float, procedure: str) -> float:
    """In which share of the rows an interval holds the truth; with no spread it is a point."""
    n = values.shape[1]
    mean, deviation, skew = moments(values)
    flat = deviation <= 1e-12 * np.abs(mean)
    away = (mean - truth) / np.where(flat, 1.0, deviation)
    straight = unskewed(away, skew, n)
    found = {
        "student": np.abs(away),
        "johnson": np.abs(away + skew * away**2 / 3.0 + skew / (6.0 * n)),  # Johnson (1978)
        "hall": np.abs(straight),
        "wider": np.minimum(np.abs(away), np.abs(straight)),
    }[procedure]
    held = found <= stats.t.ppf(0.975, n - 1) / n**0.5
    return float(np.mean(np.where(flat, np.abs(mean - truth) <= 1e-9 * abs(truth), held)))


# ---------------------------------------------------------------- pools of simulated years


def pool(scenario: str, workers: int) -> Results:
    """Many years of a scenario under the baseline and two policies; simulated if need be."""
    folder = POOLS / scenario
    if (folder / "manifest.json").exists():
        found = govsim.open_results(folder)
        if found.complete and found.replications >= POOLED:
            return found
    return govsim.compare(
        ROOT / "scenarios" / f"{scenario}.yaml", POLICIES, replications=POOLED, out=folder,
        histories=0, workers=workers, budget=24 * 3_600,
    )  # fmt: skip


Cell = tuple[Floats, bool]  # coverage with 10 and with 20; whether most samples have the mark
Held = dict[Question, list[Cell | None]]  # the level, then each policy's change


def held(results: Results, random: np.random.Generator) -> Held:
    """How often intervals of headline KPIs and of their changes hold the mean of the pool."""
    found: Held = {}
    cases = results.cases(results.policy_sets[0])
    for question in questions(headline=True):
        answer = compared(results, question)
        if answer is not None:
            base, *others = answer.values
            unit = KPIS[question.kpi].unit_of(question.side)
            cells = [_held(base, random, lambda row, unit=unit: few_events(row, unit, cases))]
            cells += [_held(values - base, random, few_moved) for values in others]
            found[question] = cells
    return found


def _held(
    values: Floats, random: np.random.Generator, few: Callable[[Floats], bool]
) -> Cell | None:
    """None for what chance does not touch."""
    seen = values[~np.isnan(values)]
    if not len(seen) or np.ptp(seen) <= 1e-9 * abs(seen.mean()):
        return None
    samples = [seen[random.integers(0, len(seen), (TIMES, n))] for n in (10, GROUP)]
    shares = np.array([inside(sample, float(seen.mean()), "wider") for sample in samples])
    looked = samples[1][:500]
    marked = np.mean([few(row) or np.ptp(row) == 0.0 for row in looked])
    return shares, bool(marked > 0.5)


def by_measure(found: Held, policies: tuple[str, ...]) -> list[Row]:
    """Measure by measure: the level and the changes, with 10 and 20 replications."""
    columns = ("level", *policies)
    rows = [["measure", *(f"{name}, n = {n}" for name in columns for n in (10, GROUP))]]
    for question, cells in found.items():
        row = [f"kpi {question.kpi} {question.side}"]
        for cell in cells:
            row += _shares(cell)
        rows.append(row)
    return rows


def _shares(cell: Cell | None) -> list[str]:
    if cell is None:
        return ["–", "–"]
    return [percent(float(share)) + (FEW if cell[1] else "") for share in cell[0]]


def summary(scenarios: dict[str, Held]) -> list[Row]:
    """Scenario by scenario: how many intervals hold what they say with 20 replications."""
    rows = [["scenario", "held", "least", "unmarked"]]
    for name, found in scenarios.items():
        cells = [cell for row in found.values() for cell in row if cell is not None]
        shares = np.array([cell[0][1] for cell in cells])
        plain = np.array([cell[0][1] for cell in cells if not cell[1]])
        good = np.count_nonzero((shares >= GOOD[0]) & (shares <= GOOD[1]))
        counted = f"{good} / {len(shares)}"
        rows.append([name, counted, percent(shares.min()), percent(plain.min())])
    return rows


def nulls(results: Results, random: np.random.Generator) -> list[Row]:
    """In which share of null comparisons anything is called changed, by how they are made."""
    rows = [["screen", "each 95", "certain, no zone", "certain"]]
    answers = {q: answer for q in questions(headline=True) if (answer := compared(results, q))}
    for kind in ("unpaired", *results.policy_sets[1:]):
        called = np.mean([false_calls(answers, kind, random) for _ in range(SCREENS)], axis=0)
        rows.append([f"null {kind}", *(percent(float(share)) for share in called)])
    return rows


def false_calls(
    answers: dict[Question, Compared], kind: str, random: np.random.Generator
) -> list[bool]:
    """Whether anything is called changed on one screen on which nothing is: by single intervals, by
    verdicts without a zone of indifference, and by verdicts as they are.

    ``unpaired``: two groups of years beside a third one of the same city. Otherwise two copies of
    the same years, to which are added changes of a policy as they scatter, less their mean. Of
    changes that are almost always nothing the sign is drawn instead: less their mean, they would
    almost always be the same.
    """
    apart: dict[tuple[Question, str], Floats] = {}
    zones: dict[tuple[Question, str], float] = {}
    years = len(next(iter(answers.values())).values[0])
    drawn = random.integers(0, years, (3, GROUP))
    for question, answer in answers.items():
        base = answer.values[0]
        first, one, other = base[drawn]
        if kind != "unpaired":
            change = answer.less(kind, answer.policy_sets[0])
            one, other = (first + row for row in _centred(change, drawn[1:], random))
        apart |= {(question, "one"): one - first, (question, "other"): other - first}
        if question.names_a_best:
            apart[question, "both"] = one - other
        zone = usual(question.kpi, KPIS[question.kpi].unit_of(question.side))
        zones |= {key: zone.against(float(np.nanmean(base))) for key in apart if key not in zones}
    apart = {key: np.where(np.abs(v) < 1e-9, 0.0, v) for key, v in apart.items()}  # rounding
    plain, zoned = judge(apart), judge(apart, zones)
    return [
        any(judged.p < 0.05 for judged in plain.values()),
        any(judged.certain for judged in plain.values()),
        any(judged.certain for judged in zoned.values()),
    ]


def _centred(change: Floats, drawn: NDArray[np.int64], random: np.random.Generator) -> Floats:
    """Draws of a change whose mean is nothing."""
    if few_moved(change):
        return np.asarray(change[drawn] * random.choice([-1.0, 1.0], drawn.shape))
    return np.asarray(change[drawn] - np.nanmean(change))


# ---------------------------------------------------------------- pieces


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
    if cell.endswith(FEW):
        return cell.removesuffix(FEW) + few_mark()
    if cell.startswith("errors "):
        return WORDS["errors"][place].format(cell.removeprefix("errors "))
    if cell.startswith("kpi "):
        _, kpi, side = cell.split()
        return sided(KPIS[kpi], side)
    if cell.startswith("null "):
        kind = cell.removeprefix("null ")
        text = WORDS["unpaired"] if kind == "unpaired" else WORDS["copies"]
        return text[place].format(policy_name(kind))
    name, comma, rest = cell.partition(", n = ")
    known = WORDS[name][place] if name in WORDS else policy_name(name) if comma else name
    return known + comma + rest if cell not in WORDS else WORDS[cell][place]


def put(text: str, name: str, rows: Iterable[Row]) -> str:
    """The page with this table between its markers."""
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    lines = [head, "|---" * (head.count("|") - 1) + "|", *body]
    marked = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- /table -->)", re.S)
    return marked.sub(lambda found: found[1] + "\n".join(lines) + "\n" + found[2], text)


if __name__ == "__main__":
    main()
