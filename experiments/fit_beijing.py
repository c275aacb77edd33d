"""Fits scenarios/beijing_12345.yaml to the published path of Beijing's hotline, 2019 to 2024.

Targets, with their sources, stand below (``TARGETS``): contacts of three years, the share of
demands, and what the call-back recorded (solved, satisfied) at three dates. Nine numbers, and nine
parameters that the scenario marks as fitted: the path comes out because it was put in, and predicts
nothing.

The two recorded rates cannot tell how many problems were truly solved: that depends on how far the
call-back is written up, which nobody has measured. Hence three stories, fitted to the same targets:

- ``between``: writing up grows from 0.1 to 0.6 (the shipped scenario),
- ``solved``: it stays at 0.1, so that ever more must really have been solved,
- ``written``: closing on paper stays as it was in January 2019, so that writing up must have grown.

    python experiments/fit_beijing.py --fit      # some minutes: all stories; the scenario's values
    python experiments/fit_beijing.py            # the pages' table and figure, from the stories

``--fit`` begins at the values in fit_beijing.json and writes them there and into the scenario.
"""

import argparse
import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import govsim
from govsim.engines.compiled import make_ready, simulate
from govsim.experiments.intervals import mean_interval
from govsim.language import LANGUAGES, language, speaking
from govsim.model.plan import DAY, Plan
from govsim.model.records import (
    ENDED,
    RECORDED_ENDED,
    RECORDED_SATISFIED,
    SURVEYED,
    TRUE,
    Kind,
    Origin,
)
from govsim.report import style
from govsim.scenario import compile_plan

TOP = Path(__file__).parents[1]
SCENARIO = TOP / "scenarios" / "beijing_12345.yaml"
FITTED = Path(__file__).with_suffix(".json")
IMAGES = TOP / "docs" / "images"
PAGES = {
    "en": TOP / "docs" / "results" / "beijing.md",
    "zh": TOP / "docs" / "results" / "beijing.zh-CN.md",
}
LISTS = {"en": TOP / "scenarios" / "README.md", "zh": TOP / "scenarios" / "README.zh-CN.md"}
SEED, FIT_RUNS, PAGE_RUNS = 1, 2, 8
CITY = 50 / 1e6  # a fiftieth, in millions of contacts
Floats = NDArray[np.float64]

# ---------------------------------------------------------------- time

STARTS = np.array([0, 365, 731, 1096, 1461, 1826, 2191])  # days; of the years, and the end
YEARS = range(2019, 2025)
DATES = ("2019-01", "2021-11", "2024-09")
# The ledger begins empty, so that January alone would hold quick closings only.
WINDOWS = ((0, 90), (1004, 1065), (2008, 2100))
THREE_YEARS = 1065  # days until the end of November 2021


class Target(NamedTuple):
    """A published number."""

    key: str
    value: float
    near: float  # as near as this, in log or log-odds
    source: str

    def distance(self, found: float) -> float:
        """How far off, in logarithms (amounts) or log-odds (shares)."""
        scale = logit if self.value < 1.0 else np.log
        return float(scale(found) - scale(self.value))


def logit(p: float) -> float:
    """Log-odds."""
    return float(np.log(p / (1.0 - p)))


HANDLED = "12345 hotline: 6.96 million in 2019, 21.43 in 2023 (2024)"
TARGETS = (
    # Of two years together: with three volumes and a spread that is linear no values fit all.
    Target("contacts 2019+20", 18.00, 0.015, f"{HANDLED}; 11.04 in 2020 (annual report)"),
    Target("contacts 2023", 21.43, 0.015, HANDLED),
    Target("demands", 0.415, 0.04, "31.34 million contacts, January 2019 to November 2021"),
    Target("solved 2019-01", 0.531, 0.02, "12345 hotline, October 2024"),
    Target("solved 2021-11", 0.89, 0.02, "three years of the reform, December 2021"),
    Target("solved 2024-09", 0.965, 0.03, "12345 hotline, October 2024"),
    Target("satisfied 2019-01", 0.646, 0.02, "12345 hotline, October 2024"),
    Target("satisfied 2021-11", 0.92, 0.02, "three years of the reform, December 2021"),
    Target("satisfied 2024-09", 0.969, 0.03, "12345 hotline, October 2024"),
)
PUBLISHED = {target.key: target.value for target in TARGETS}
# Published as well, and not fitted: millions of contacts. 2022 was the year of the epidemic.
ONE_BY_ONE = {2019: 6.96, 2020: 11.04, 2023: 21.43}
NOT_FITTED = {2021: (13.34, "11"), 2022: (75.8, ""), 2024: (24.0, "")}

# ---------------------------------------------------------------- parameters


class Free(NamedTuple):
    """A parameter: where it stands, and on which scale it is moved."""

    path: str
    scale: str = "plain"
    unit: str = ""

    def coordinate(self, value: float) -> float:
        """The value on its scale."""
        return {"plain": float, "log": np.log, "odds": logit}[self.scale](value)

    def value(self, x: float) -> float:
        """And back."""
        back = {"plain": float, "log": np.exp, "odds": lambda y: 1.0 / (1.0 + np.exp(-y))}
        return float(back[self.scale](x))


VOLUMES = (
    Free("demand.enquiries", "log", " /year"),
    Free("policies.hotline.known_at_first", "odds"),
    Free("demand.problems", "log", " /year"),
)
AT = ("", "policies.reform.changes.", "policies.regulation.changes.")  # of the three dates
PAPER = tuple(Free(f"{at}closing.paper_base") for at in AT)
BIAS = tuple(Free(f"{at}satisfaction.bias", "odds") for at in AT)
FEELING = tuple(Free(f"{at}satisfaction.base") for at in AT)
Values = dict[str, float]


class Story(NamedTuple):
    """What else may have been so: what is free, and what is held at which values."""

    name: str
    label: str
    free: tuple[Free, ...]
    targets: tuple[Target, ...]
    held: Callable[[Values], Values]  # from the values of the first story

    def settings(self, values: Values) -> tuple[str, ...]:
        """The values as scenario settings."""
        units = {free.path: free.unit for free in (*VOLUMES, *PAPER, *BIAS, *FEELING)}
        return tuple(f"{path}={value:.6g}{units[path]}" for path, value in values.items())


LATER = tuple(t for t in TARGETS if t.key.endswith(DATES[1:]))
STORIES = (
    Story("between", "Some solved, some written up", (*VOLUMES, *PAPER, *FEELING), TARGETS,
          lambda _: {}),
    Story("solved", "All of it solved", (*PAPER[1:], *FEELING[1:]), LATER,
          lambda first: {**first, BIAS[1].path: 0.1, BIAS[2].path: 0.1}),
    Story("written", "All of it written up", (*BIAS[1:], *FEELING[1:]), LATER,
          lambda first: {**first, **{paper.path: first[PAPER[0].path] for paper in PAPER[1:]}}),
)  # fmt: skip

# ---------------------------------------------------------------- measuring


class Days(NamedTuple):
    """Counts by day of one replication."""

    contacts: Floats
    demands: Floats
    felt: Floats
    ended: Floats
    satisfied: Floats
    asked: Floats
    recorded_ended: Floats
    recorded_satisfied: Floats


LAST = 2190
CALLS = (Origin.FIRST, Origin.FELLOW, Origin.REPEAT, Origin.ENQUIRY)


def days_of(plan: Plan, replication: int) -> Days:
    """Run the city, and count by day what came to the hotline and what residents said."""
    line = plan.hotlines[0].channel
    totals = np.zeros((len(Days._fields), LAST + 1))

    def drain(records: NDArray[np.void]) -> None:
        kinds = records["kind"]
        said = records[(kinds == Kind.REGISTERED) | (kinds == Kind.FELT)]
        day = np.minimum(said["time"] // DAY, LAST)
        felt, flags = said["kind"] == Kind.FELT, said["flags"]
        call = ~felt & (said["channel"] == line) & np.isin(said["code"], CALLS)
        asked = felt & (flags & SURVEYED > 0)
        chosen = (
            call, call & (said["code"] != Origin.ENQUIRY),
            felt, felt & (flags & ENDED > 0), felt & (flags & TRUE > 0),
            asked, asked & (flags & RECORDED_ENDED > 0), asked & (flags & RECORDED_SATISFIED > 0),
        )  # fmt: skip
        for total, which in zip(totals, chosen, strict=True):
            total += np.bincount(day[which], minlength=LAST + 1)

    simulate(plan, SEED, replication, drain, checks=False)
    return Days(*totals)


def runs(settings: Sequence[str], replications: int) -> list[Days]:
    """Replications of the scenario with these settings."""
    scenario = govsim.load(SCENARIO, set=settings)
    plan = compile_plan(scenario, scenario.in_force)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda n: days_of(plan, n), range(replications)))


def share(days: Days, part: str, base: str, first: int, last: int) -> float:
    """Part of a base, over some days."""
    return float(getattr(days, part)[first:last].sum() / getattr(days, base)[first:last].sum())


def figures(days: Days) -> Values:
    """The numbers that the targets are about."""
    found = {f"contacts {year}": contacts(days, year) for year in YEARS}
    found["contacts 2019+20"] = found["contacts 2019"] + found["contacts 2020"]
    found["demands"] = share(days, "demands", "contacts", 0, THREE_YEARS)
    for date, window in zip(DATES, WINDOWS, strict=True):
        found[f"solved {date}"] = share(days, "recorded_ended", "asked", *window)
        found[f"satisfied {date}"] = share(days, "recorded_satisfied", "asked", *window)
    return found


def contacts(days: Days, year: int) -> float:
    """Millions in a year, of the whole city; a year that is cut short is made up to its length."""
    first, last = STARTS[year - YEARS[0]], STARTS[year - YEARS[0] + 1]
    there = min(last, LAST) - first
    return float(days.contacts[first:last].sum() * CITY * (last - first) / there)


def means(settings: Sequence[str], replications: int) -> Values:
    """The numbers, in the mean over replications."""
    found = [figures(days) for days in runs(settings, replications)]
    return {key: float(np.mean([one[key] for one in found])) for key in found[0]}


# ---------------------------------------------------------------- fitting

STEP, MOST = 0.1, 0.3  # of a coordinate: to find slopes, and at once


def fit(story: Story, start: Values) -> Values:
    """Newton's method with slopes measured once and then mended; the same seed throughout."""
    held = {path: start[path] for path in start if path not in {f.path for f in story.free}}

    def distances(x: Floats) -> Floats:
        values = held | {f.path: f.value(c) for f, c in zip(story.free, x, strict=True)}
        found = means(story.settings(values), FIT_RUNS)
        print(*(f"{path}={value:.4g}" for path, value in values.items()), flush=True)
        print("   ", *(f"{t.key} {found[t.key]:.3f};" for t in story.targets), flush=True)
        return np.array([target.distance(found[target.key]) for target in story.targets])

    x = np.array([free.coordinate(start[free.path]) for free in story.free])
    x = solve(distances, x, np.array([target.near for target in story.targets]))
    return held | {f.path: round_off(f.value(c)) for f, c in zip(story.free, x, strict=True)}


def solve(distances: Callable[[Floats], Floats], x: Floats, near: Floats) -> Floats:
    """Where all distances are small; Broyden's rule mends the slopes after each step."""
    off = distances(x)
    if np.all(np.abs(off) < near):
        return x
    slopes = np.column_stack([(distances(x + step) - off) / STEP for step in STEP * np.eye(len(x))])
    for _ in range(15):
        step = np.clip(-np.linalg.solve(slopes, off), -MOST, MOST)
        x, before = x + step, off
        off = distances(x)
        if np.all(np.abs(off) < near):
            return x
        slopes += np.outer(off - before - slopes @ step, step) / (step @ step)
    raise SystemExit("fifteen steps, and no fit")


def round_off(value: float) -> float:
    """As it stands in the file."""
    return float(f"{value:.4g}")


def fit_all() -> dict[str, Values]:
    """One story after the other; the first gives the others their volumes and their beginning."""
    known: dict[str, Values] = json.loads(FITTED.read_text("utf-8")) if FITTED.exists() else {}
    found: dict[str, Values] = {}
    for story in STORIES:
        print(story.name, flush=True)
        first = found.get(STORIES[0].name, {})
        start = in_scenario() | known.get(story.name, {}) | story.held(first)
        free = {f.path: known[story.name][f.path] for f in story.free if story.name in known}
        found[story.name] = fit(story, start | free)
    return found


def in_scenario() -> Values:
    """All parameters as the scenario has them."""
    values = {}
    for free in (*VOLUMES, *PAPER, *BIAS, *FEELING):
        words = govsim.load(SCENARIO)
        for name in free.path.split("."):
            words = words[name] if isinstance(words, dict) else getattr(words, name)
        seconds = {" d": DAY, " /year": 1 / 365}.get(free.unit, 1)
        values[free.path] = round_off(words / seconds)
    return values


def write_scenario(values: Values) -> None:
    """Put the fitted values where the scenario says that they are fitted, in the file's order."""
    text = SCENARIO.read_text("utf-8")
    order = (VOLUMES[2], VOLUMES[0], VOLUMES[1], PAPER[1], FEELING[1], PAPER[2],
             FEELING[2], PAPER[0], FEELING[0])  # fmt: skip
    left = iter(order)

    def put(found: re.Match[str]) -> str:
        free = next(left)
        assert free.path.endswith(found[1])
        return f"{found[1]}: {{value: {values[free.path]:.4g}{free.unit}{found[2]}"

    text, count = re.subn(r"(\w+): \{value: [^,]+(, [^\n{]*fitted:)", put, text)
    if count != len(order):
        raise SystemExit(f"{SCENARIO.name}: {count} values are marked as fitted")
    SCENARIO.write_text(text, "utf-8", newline="\n")


# ---------------------------------------------------------------- words

CHINESE = {
    "Some solved, some written up": "部分真解决，部分写出来",
    "All of it solved": "全部真解决",
    "All of it written up": "全部写出来",
    "published": "公布",
    "model": "模型",
    "95 %": "95%",
    "other stories": "其他两种说法",
    "contacts": "来电（百万件）",
    "demands": "诉求占比",
    "solved": "回访解决率",
    "satisfied": "回访满意率",
    "year": "年份",
    "truly solved": "真实解决率",
    "truly satisfied": "真实满意率",
    "parameter": "参数",
    "January": "1 月",
    "January to November": "1 至 11 月",
    "epidemic": "疫情",
    "Beijing's hotline, 2019 to 2024: what is recorded fits three different cities":
        "北京 12345，2019 至 2024 年：同一份记录，与三座不同的城市相符",
    "Diamonds: published (hollow: not fitted). Lines: the model's three stories, by quarter, "
    "contacts by year; mean of {n} replications":
        "菱形为公布值（空心的不参与拟合）；线为模型的三种说法，按季度，来电按年，{n} 次重复的均值",
    "Contacts, millions a year": "来电，百万件/年",
    "Solved, as recorded at the call-back": "回访记录的解决率",
    "Satisfied, as recorded at the call-back": "回访记录的满意率",
    "Truly solved when the resident looks": "居民查看时真已解决",
}  # fmt: skip


def tell(text: str, **values: object) -> str:
    """A text of this script in the language in force."""
    return (CHINESE[text] if language() == "zh" else text).format(**values)


# ---------------------------------------------------------------- tables

Runs = dict[str, list[Days]]


def all_runs() -> Runs:
    """Every story as it was fitted; the first is the scenario as it stands."""
    fitted: dict[str, Values] = json.loads(FITTED.read_text("utf-8"))
    if fitted[STORIES[0].name] != in_scenario():
        raise SystemExit(f"{SCENARIO.name} does not stand as it was fitted: run --fit")
    return {story.name: runs(story.settings(fitted[story.name]), PAGE_RUNS) for story in STORIES}


def rows_to_text(rows: list[list[str]]) -> str:
    """A table in Markdown: names to the left, numbers to the right."""
    lines = [rows[0], ["---", *["--:"] * (len(rows[0]) - 1)], *rows[1:]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def shown(value: float, percent: bool) -> str:
    """A number of the tables."""
    return f"{100 * value:.1f}{'%' if language() == 'zh' else ' %'}" if percent else f"{value:.2f}"


def between(values: Sequence[float], percent: bool) -> str:
    """A mean and its 95 % interval."""
    found = mean_interval(values)
    low, high = (shown(end, percent) for end in (found.low, found.high))
    return f"{shown(found.mean, percent)} ({low} – {high})"


def target_table(found: Runs) -> str:
    """What was fitted: published beside the model, story by story."""
    head = [tell("published"), *(tell(story.label) for story in STORIES)]
    rows = [["", *head]]
    for target in TARGETS:
        word, _, date = target.key.partition(" ")
        line = [f"{tell(word)} {date}".rstrip(), shown(target.value, target.value < 1)]
        for name in found:
            values = [figures(days)[target.key] for days in found[name]]
            line.append(between(values, target.value < 1))
        rows.append(line)
    return rows_to_text(rows)


def year_table(found: Runs) -> str:
    """Year by year: volumes and rates of the scenario, and the truth of the others."""
    head = ["contacts", "solved", "satisfied", "truly solved", "truly satisfied"]
    rows = [[tell("year"), *map(tell, head), *(tell(story.label) for story in STORIES[1:])]]
    for year in YEARS:
        first, last = STARTS[year - 2019], STARTS[year - 2018]
        own = found[STORIES[0].name]
        line = [f"{year}", between([contacts(days, year) for days in own], percent=False)]
        for part, base in RATES:
            line.append(between([share(d, part, base, first, last) for d in own], percent=True))
        for story in STORIES[1:]:
            truth = [share(d, "ended", "felt", first, last) for d in found[story.name]]
            line.append(between(truth, percent=True))
        rows.append(line)
    return rows_to_text(rows)


RATES = (
    ("recorded_ended", "asked"),
    ("recorded_satisfied", "asked"),
    ("ended", "felt"),
    ("satisfied", "felt"),
)


def parameter_table() -> str:
    """What the fit set, story by story; in brackets what a story holds."""
    fitted: dict[str, Values] = json.loads(FITTED.read_text("utf-8"))
    rows = [[tell("parameter"), *(tell(story.label) for story in STORIES)]]
    for free in (*VOLUMES, *PAPER, *BIAS, *FEELING):
        line = [f"`{free.path}`"]
        for story in STORIES:
            text = f"{fitted[story.name][free.path]:.4g}{free.unit}"
            line.append(text if free in story.free else f"({text})")
        rows.append(line)
    return rows_to_text(rows)


def fill(page: Path, name: str, content: str) -> None:
    """Put a text between the markers of its name."""
    text = page.read_text("utf-8")
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not marked.search(text):
        raise SystemExit(f"{page.name} has no place for {name}")
    page.write_text(
        marked.sub(lambda found: found[1] + content + found[2], text), "utf-8", newline="\n"
    )


# ---------------------------------------------------------------- the figure

QUARTER = 91
COLOURS = dict(zip((story.name for story in STORIES), style.POLICY_COLOURS, strict=False))
TOP_OF_CONTACTS = 30.0


def figure(found: Runs) -> Figure:
    """Volumes, both recorded rates and the truth, side by side."""
    drawn = Figure(figsize=(10.5, 7.6))
    drawn.text(0.05, 0.955, tell("Beijing's hotline, 2019 to 2024: what is recorded fits three "
                                 "different cities"), fontsize=style.TITLE - 3)  # fmt: skip
    note = tell("Diamonds: published (hollow: not fitted). Lines: the model's three stories, by "
                "quarter, contacts by year; mean of {n} replications", n=PAGE_RUNS)  # fmt: skip
    drawn.text(0.05, 0.92, note, fontsize=style.SUBTITLE, color=style.TEXT)
    panels = drawn.subplots(2, 2, gridspec_kw={
        "left": 0.065, "right": 0.80, "top": 0.84, "bottom": 0.06, "hspace": 0.34, "wspace": 0.2,
    }).flat  # fmt: skip
    volumes(next(panels), found)
    for title, part, base, word in (
        ("Solved, as recorded at the call-back", "recorded_ended", "asked", "solved"),
        ("Satisfied, as recorded at the call-back", "recorded_satisfied", "asked", "satisfied"),
        ("Truly solved when the resident looks", "ended", "felt", ""),
    ):
        rates(next(panels), tell(title), found, (part, base), word)
    return drawn


def volumes(axes: Axes, found: Runs) -> None:
    """Contacts by year."""
    axes.set_title(tell("Contacts, millions a year"), loc="left", fontsize=style.HEADING)
    for name, days in found.items():
        means = [np.mean([contacts(one, year) for one in days]) for year in YEARS]
        axes.plot(YEARS, means, color=COLOURS[name], marker="o", markersize=3)
    axes.plot(list(ONE_BY_ONE), list(ONE_BY_ONE.values()), "D", color=style.INK)
    for year, (value, months) in NOT_FITTED.items():
        height = min(value * (12 / int(months) if months else 1), TOP_OF_CONTACTS - 1.5)
        axes.plot([year], [height], "D", color=style.INK, markerfacecolor="white")
        if value > TOP_OF_CONTACTS:
            label = f"{value:g} ({tell('epidemic')})"
            axes.text(year, height - 2.4, label, ha="center", fontsize=style.NOTE, color=style.TEXT)
    axes.set_ylim(0, TOP_OF_CONTACTS)


def rates(axes: Axes, title: str, found: Runs, what: tuple[str, str], word: str) -> None:
    """A rate by quarter, in every story."""
    axes.set_title(title, loc="left", fontsize=style.HEADING)
    quarters = range(0, LAST - QUARTER + 1, QUARTER)
    ends: list[tuple[float, str]] = []
    for story in STORIES:
        lines = [[share(d, *what, q, q + QUARTER) for q in quarters] for d in found[story.name]]
        means = np.mean(lines, axis=0)
        when = [2019 + (q + QUARTER / 2) / 365.25 for q in quarters]
        axes.plot(when, means, color=COLOURS[story.name])
        ends.append((float(means[-1]), story.name))
    for date, window in zip(DATES, WINDOWS, strict=True) if word else ():
        middle = 2019 + sum(window) / 2 / 365.25
        axes.plot([middle], [PUBLISHED[f"{word} {date}"]], "D", color=style.INK, zorder=3)
    axes.set_ylim(0.3, 1.0)
    axes.set_yticks([0.4, 0.6, 0.8, 1.0], ["40 %", "60 %", "80 %", "100 %"])
    if not word:
        for story, (height, name) in zip(STORIES, ends, strict=True):
            axes.text(2025.1, height, tell(story.label), color=COLOURS[name], va="center",
                      fontsize=style.LABEL, clip_on=False)  # fmt: skip


def pages() -> None:
    """Tables of both pages and both lists of scenarios, and the figure in both languages."""
    found = all_runs()
    for lang in LANGUAGES:
        with speaking(lang), style.styled():
            fill(PAGES[lang], "targets", target_table(found))
            fill(PAGES[lang], "years", year_table(found))
            fill(PAGES[lang], "parameters", parameter_table())
            fill(LISTS[lang], "beijing", year_table(found))
            print(target_table(found), year_table(found), sep="\n")
            figure(found).savefig(IMAGES / f"beijing.{lang}.png", dpi=150)


def main() -> None:
    """Fit if asked to; else tables and figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--fit", action="store_true", help="fit, and write the values")
    make_ready()
    if parser.parse_args().fit:
        found = fit_all()
        FITTED.write_text(json.dumps(found, indent=1) + "\n", "utf-8", newline="\n")
        write_scenario(found[STORIES[0].name])
    else:
        pages()


if __name__ == "__main__":
    main()
