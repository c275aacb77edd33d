"""What night visits and added staff do in scenarios/district.yaml, at three loads.

Twelve runs (three loads; no policy, each alone, both), 60 replications each, kept under
results/first-answer/. From them: the figure docs/images/first-answer.{en,zh}.{png,svg}, and the
tables between the markers of docs/results/first-answer.md and its Chinese twin. Run it with

    python experiments/first_answer.py

Some minutes on two cores; a run that is there already, complete and of the same
scenario, is not made again. With ``--from-stored`` nothing is run: pages are only made anew.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

import govsim
from govsim.experiments import Results
from govsim.experiments.intervals import (
    Interval,
    longer_side,
    mean_interval,
    paired_difference,
)
from govsim.language import LANGUAGES, language, say, speaking
from govsim.outcomes import KPIS
from govsim.report import curves, marks, style, words
from govsim.report.summary import sided
from govsim.scenario import Scenario

TOP = Path(__file__).parents[1]
SCENARIO = TOP / "scenarios" / "district.yaml"
STORE = TOP / "results" / "first-answer"
IMAGES = TOP / "docs" / "images"
PAGES = {
    "en": TOP / "docs" / "results" / "first-answer.md",
    "zh": TOP / "docs" / "results" / "first-answer.zh-CN.md",
}

REPLICATIONS, SEED = 60, 1

# Problems per resident and year; enquiries in the proportion of the shipped scenario (0.09 : 0.20).
# What that asks of the streets is in the first table of the page.
LOADS = {"low": 0.10, "knee": 0.25, "overload": 0.40}
ENQUIRIES = 0.45

POLICIES = {
    "baseline": (),
    "night_visits": ("night_visits",),
    "added_staff": ("added_staff",),
    "both": ("night_visits", "added_staff"),
}
TREATED = ("night_visits", "added_staff", "both")
COLOURS = dict(zip(POLICIES, (style.BASELINE, *style.POLICY_COLOURS), strict=False))

# Width and dashes: lines that coincide are all to be seen.
LINES: dict[str, tuple[float, tuple[float, ...]]] = {
    "baseline": (3.4, ()),
    "night_visits": (2.6, ()),
    "added_staff": (1.8, ()),
    "both": (1.8, (2.5, 1.5)),
}

FULL = 0.85  # so much of a year's hours, of one that had been running before: no slack is left
WEEKS = (4, 13, 26, 39, 52)  # after so many weeks the backlog is compared

CHINESE = {
    "Low load": "低负荷",
    "At the knee": "拐点",
    "Overload": "过载",
    "Both": "两项并行",
    "What night visits and added staff change in one district": (
        "民情夜访和增加人员给一个区带来什么变化"
    ),
    "201,000 residents, one year; the same {n} years of chance under every policy": (
        "20.1 万居民，一年；每项政策都经历同样的 {n} 个随机年份"
    ),
    "{problems} problems per resident and year": "每位居民每年 {problems} 个问题",
    "streets busy {busy}, {full} of 8 at their limit": "街道忙碌 {busy}，8 个中有 {full} 个满负荷",
    "Grievances open\nover the year": "全年未办结诉求",
    "at each week's end": "每周末件数",
    "Change against the baseline": "与基准相比的变化",
    "baseline {value}": "基准 {value}",
    "Grievances registered": "登记诉求",
    "First reply in time": "及时答复率",
    "Resolved": "解决率",
    "Backlog at the end": "期末积压",
    "Latent problems\nat the end": "期末潜在问题",
    "Leaders' hours": "领导工时",
    "Cost": "费用",
    "grievances": "件",
    "known problems still alive": "已知而未解决的问题数",
    "nobody has registered them": "从未登记的问题数",
    "hours": "小时",
    "million yuan": "万元",
    "points\n○ recorded  ● true": "百分点\n○ 台账  ● 真实",
    "Dots are mean paired differences to the baseline over {n} replications, whiskers and ± their "
    "95 % intervals; grey numbers do not differ from zero.\nThe dots of a row share "
    "one scale; the lines above have each their own.": (
        "圆点为 {n} 次重复中与基准的配对差值的均值，须线与 ± 为其 95% 置信区间（取较长一侧）；"
        "灰色数字表示与零无显著差别。\n同一行圆点图的刻度相同；上方曲线图的刻度各不相同。"
    ),
}  # fmt: skip


def tell(text: str, **values: object) -> str:
    """The text in the current language; these are the words of this study alone."""
    return (CHINESE[text] if language() == "zh" else text).format(**values)


LOAD_NAMES = {"low": "Low load", "knee": "At the knee", "overload": "Overload"}


def policy_name(name: str) -> str:
    return tell("Both") if name == "both" else words.policy_name(name)


# ---------------------------------------------------------------- runs


def scenario_at(load: str) -> Scenario:
    """The district at a load."""
    problems = LOADS[load]
    settings = {"problems": problems, "enquiries": problems * ENQUIRIES}
    return govsim.load(
        SCENARIO, set=[f"demand.{key}={value:.4g} /year" for key, value in settings.items()]
    )


def stored(folder: Path, digest: str) -> bool:
    """Whether the folder holds just this run, complete."""
    if not (folder / "manifest.json").exists():
        return False
    manifest = govsim.open_results(folder).manifest
    wanted = {"replications": REPLICATIONS, "seed": SEED, "complete": True}
    found = {key: manifest[key] for key in wanted}
    return found == wanted and manifest["scenario"]["digest"] == digest


def run_missing(loads: list[str], workers: int) -> None:
    """Make every run that is not there yet."""
    for load in loads:
        scenario = scenario_at(load)
        for name, policies in POLICIES.items():
            folder = STORE / load / name
            if stored(folder, scenario.digest()):
                continue
            begun = time.monotonic()
            govsim.run(
                scenario,
                replications=REPLICATIONS,
                policies=policies,
                seed=SEED,
                workers=workers,
                out=folder,
            )
            print(f"{load}, {name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)


# ---------------------------------------------------------------- what came out


@dataclass
class Study:
    """All runs, and the numbers that the page is made of."""

    runs: dict[tuple[str, str], Results]

    @classmethod
    def read(cls) -> "Study":
        """What is stored."""
        runs = {(a, b): govsim.open_results(STORE / a / b) for a in LOADS for b in POLICIES}
        return cls(runs)

    def values(
        self, load: str, policy: str, kpi: str, side: str, scope: str = "city", scope_id: str = ""
    ) -> pd.Series:
        """A KPI by replication."""
        kpis = self.runs[load, policy].kpis
        rows = kpis[
            (kpis["kpi"] == kpi)
            & (kpis["side"] == side)
            & (kpis["scope"] == scope)
            & (kpis["scope_id"] == scope_id)
        ]
        return rows.set_index("replication")["value"].sort_index()

    def mean(self, load: str, policy: str, kpi: str, side: str, *scope: str) -> float:
        """A KPI's mean over replications."""
        return float(self.values(load, policy, kpi, side, *scope).mean())

    def level(self, load: str, policy: str, kpi: str, side: str) -> Interval:
        """A KPI's mean over replications, with its interval."""
        return mean_interval(self.values(load, policy, kpi, side).to_numpy())

    def change(self, load: str, policy: str, kpi: str, side: str, *scope: str) -> Interval:
        """The paired difference to the baseline."""
        treated = self.values(load, policy, kpi, side, *scope)
        base = self.values(load, "baseline", kpi, side, *scope)
        return paired_difference(treated.to_numpy(), base.to_numpy())

    def beyond_sum(self, load: str, kpi: str, side: str) -> Interval:
        """How much more both policies together change than the sum of each alone."""
        both, visits, staff, base = (
            self.values(load, policy, kpi, side).to_numpy()
            for policy in ("both", "night_visits", "added_staff", "baseline")
        )
        return paired_difference(both - visits, staff - base)

    def backlog(self, load: str, policy: str) -> pd.DataFrame:
        """Open grievances at each week's end: one row a replication, one column a week."""
        series = self.runs[load, policy].series
        rows = series[
            (series["measure"] == "backlog")
            & (series["side"] == "recorded")
            & (series["tier"] == curves.ALL_TIERS)
        ]
        return rows.pivot_table(index="replication", columns="week", values="value", observed=True)

    def streets(self, load: str) -> tuple[float, float]:
        """Utilisation of the streets at the baseline, and how many of eight have no slack left."""
        kpis = self.runs[load, "baseline"].kpis
        busy = kpis[(kpis["kpi"] == "utilisation") & (kpis["scope"] == "office")]
        busy = busy[busy["scope_id"].str.startswith("street")]
        full = (busy["value"] >= FULL).groupby(busy["replication"]).sum().mean()
        return self.mean(load, "baseline", "utilisation", "recorded", "tier", "street"), float(full)

    def offered(self, load: str) -> float:
        """Work brought to the streets per hour they have: as at low load, in proportion."""
        return self.streets("low")[0] * LOADS[load] / LOADS["low"]


# ---------------------------------------------------------------- numbers in words


def scaled(value: float, unit: str, *, difference: bool = False) -> tuple[float, int]:
    """A number as it is printed, and its decimals; units stand beside."""
    if unit == "share":
        return 100 * value, 2 if difference else 1
    if unit == "yuan":
        return (value / 1e4, 0) if language() == "zh" else (value / 1e6, 2)
    if unit == "0-1":
        return 1000 * value, 2 if difference else 1
    if unit == "days":
        return value, 2 if difference else 1
    return value, 0


def number(interval: Interval, unit: str, *, signed: bool = False) -> str:
    """A mean and half its interval: "+1,204 ± 90"."""
    mean, decimals = scaled(interval.mean, unit, difference=signed)
    half, _ = scaled(longer_side(interval), unit, difference=signed)
    mean = round(mean, decimals) + 0.0
    sign = "+" if signed and mean > 0 else ""
    text = f"{sign}{mean:,.{decimals}f}".replace("-", "−")
    return text if half == 0 else f"{text} ± {half:,.{decimals}f}"


def plain(value: float, unit: str) -> str:
    return number(Interval(value, value, value, 1), unit)


# ---------------------------------------------------------------- the figure

WIDTH, LEFT, RIGHT, GAP = 12.0, 1.95, 0.3, 0.42  # inches
TOP_MARGIN, BOTTOM = 1.95, 0.98
LINES_HEIGHT, MARK_PITCH, PAIR_PITCH = 1.45, 0.235, 0.36
SPACE_AFTER_LINES, SPACE_BETWEEN = 0.92, 0.56
NUMBERS = 0.42  # share of a panel's width that is kept for the numbers


class Row(NamedTuple):
    """One line of panels: a KPI, the sides that are shown, and the unit beside."""

    label: str
    unit_label: str
    kpi: str
    sides: tuple[str, ...]

    def height(self) -> float:
        """Inches."""
        return len(TREATED) * (PAIR_PITCH if len(self.sides) > 1 else MARK_PITCH)


ROWS = (
    Row("Grievances registered", "grievances", "registered", ("recorded",)),
    Row("First reply in time", "points\n○ recorded  ● true", "reply_on_time", ("recorded", "true")),
    Row("Resolved", "points\n○ recorded  ● true", "resolution_rate", ("recorded", "true")),
    Row("Backlog at the end", "known problems still alive", "backlog", ("true",)),
    Row("Latent problems\nat the end", "nobody has registered them", "latent_problems", ("true",)),
    Row("Leaders' hours", "hours", "leader_hours", ("recorded",)),
    Row("Cost", "million yuan", "cost", ("recorded",)),
)  # fmt: skip
HEIGHT = (
    TOP_MARGIN
    + LINES_HEIGHT
    + SPACE_AFTER_LINES
    + sum(row.height() for row in ROWS)
    + SPACE_BETWEEN * (len(ROWS) - 1)
    + BOTTOM
)


class Page:
    """The figure being drawn, from the top down."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.figure = Figure(figsize=(WIDTH, HEIGHT))
        self.down = TOP_MARGIN
        self.header()
        self.weeks()
        self.text(LEFT, self.down - 0.42, tell("Change against the baseline"), style.HEADING)
        for row in ROWS:
            self.changes(row)
        note = tell(
            "Dots are mean paired differences to the baseline over {n} replications, whiskers and "
            "± their 95 % intervals; grey numbers do not differ from zero.\nThe dots "
            "of a row share one scale; the lines above have each their own.",
            n=REPLICATIONS,
        )
        self.text(0.3, HEIGHT - 0.46, note, style.NOTE, style.TEXT)

    def header(self) -> None:
        """What was asked, and what the columns are."""
        title = tell("What night visits and added staff change in one district")
        under = tell(
            "201,000 residents, one year; the same {n} years of chance under every policy",
            n=REPLICATIONS,
        )
        self.text(0.3, 0.52, title, style.TITLE)
        self.text(0.3, 0.84, under, style.SUBTITLE, style.TEXT)
        for column, load in enumerate(LOADS):
            busy, full = self.study.streets(load)
            left = self.column(column)[0]
            self.text(left, 1.3, tell(LOAD_NAMES[load]), style.HEADING + 1)
            lines = [
                tell("{problems} problems per resident and year", problems=f"{LOADS[load]:.2f}"),
                tell("streets busy {busy}, {full} of 8 at their limit", busy=words.percent(busy),
                     full=f"{full:.0f}"),
            ]  # fmt: skip
            for place, line in enumerate(lines):
                self.text(left, 1.5 + 0.17 * place, line, style.LABEL, style.TEXT)

    def weeks(self) -> None:
        """Open grievances over the year; the lines are named in the first panel."""
        panels = self.panels(LINES_HEIGHT)
        self.side_label("Grievances open\nover the year", "at each week's end")
        lines = {
            (load, policy): self.study.backlog(load, policy)
            for load in LOADS
            for policy in POLICIES
        }
        for axes, load in zip(panels, LOADS, strict=True):
            for policy in POLICIES:
                table = lines[load, policy]
                spread = [mean_interval(table[week].to_numpy()) for week in table]
                width, dashes = LINES[policy]
                axes.plot(
                    [int(str(week)) + 1 for week in table], [at.mean for at in spread],
                    color=COLOURS[policy], linewidth=width, dashes=dashes,
                )  # fmt: skip
            marks.count_axis(axes)
            self.month_ticks(axes)
        handles = [marks.stroke(COLOURS[policy]) for policy in POLICIES]
        legend = self.figure.legend(
            handles, [policy_name(policy) for policy in POLICIES], loc="upper right",
            bbox_to_anchor=(1 - RIGHT / WIDTH, 1 - 0.68 / HEIGHT), ncols=4, frameon=False,
            fontsize=style.SUBTITLE, handlelength=1.4, columnspacing=1.6, borderaxespad=0,
        )  # fmt: skip
        for text, policy in zip(legend.get_texts(), POLICIES, strict=True):
            text.set_color(style.TEXT if policy == "baseline" else COLOURS[policy])
        self.down += LINES_HEIGHT + SPACE_AFTER_LINES

    def month_ticks(self, axes: Axes) -> None:
        """The first days of the quarters, in weeks since the new year."""
        months = (1, 4, 7, 10)
        with_day = [
            (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[: month - 1] for month in months
        ]
        names = [f"{m}月" if language() == "zh" else words.MONTHS[m - 1] for m in months]
        axes.set_xticks([sum(days) / 7 for days in with_day], names)
        axes.set_xlim(0, 52)

    def changes(self, row: Row) -> None:
        """One KPI: a dot for each policy and side, in every load, and the number beside."""
        panels = self.panels(row.height())
        self.side_label(row.label, row.unit_label)
        found = {
            (load, policy, side): self.study.change(load, policy, row.kpi, side)
            for load in LOADS for policy in TREATED for side in row.sides
        }  # fmt: skip
        unit = KPIS[row.kpi].unit_of(row.sides[-1])
        low = min(0.0, *(change.low for change in found.values()))
        high = max(0.0, *(change.high for change in found.values()))
        margin = 0.06 * (high - low)
        low, high = low - margin, high + margin
        for axes, load in zip(panels, LOADS, strict=True):
            axes.set_xlim(low, high + (high - low) * NUMBERS / (1 - NUMBERS))
            axes.set_ylim(len(TREATED) - 0.5, -0.5)
            axes.plot([0, 0], [-0.5, len(TREATED) - 0.5], color=style.BASELINE, linewidth=0.9)
            for place, policy in enumerate(TREATED):
                for k, side in enumerate(row.sides):
                    y = place + (k - (len(row.sides) - 1) / 2) * 0.42
                    hollow = side == "recorded" and len(row.sides) > 1
                    self.mark(axes, y, found[load, policy, side], unit, COLOURS[policy], hollow)
            self.change_axis(axes, unit, low, high)
            self.base_value(axes, load, row, unit)
        self.down += row.height() + SPACE_BETWEEN

    def mark(
        self, axes: Axes, y: float, change: Interval, unit: str, colour: str, hollow: bool
    ) -> None:
        """A dot with its whisker; its number at the panel's right edge."""
        axes.plot([change.low, change.high], [y, y], color=colour, linewidth=1.5)
        axes.plot(
            [change.mean], [y], "o", markersize=5.5, markeredgewidth=1.4, color=colour,
            markerfacecolor="white" if hollow else colour,
        )  # fmt: skip
        sure = change.excludes_zero()
        axes.text(
            1.0, y, number(change, unit, signed=True), transform=axes.get_yaxis_transform(),
            ha="right", va="center", fontsize=style.LABEL, color=colour if sure else style.BASELINE,
        )  # fmt: skip

    # ---------------------------------------------------------------- pieces

    def change_axis(self, axes: Axes, unit: str, low: float, high: float) -> None:
        """Few round numbers under the plotted part only."""
        ticks = MaxNLocator(3, steps=[1, 2, 5, 10]).tick_values(low, high)
        axes.set_xticks([tick for tick in ticks if low <= tick <= high])

        def shown(value: float, _: int) -> str:
            return f"{scaled(value, unit)[0] + 0.0:,.6g}".replace("-", "−")

        axes.xaxis.set_major_formatter(FuncFormatter(shown))
        axes.set_yticks([])
        axes.grid(visible=True, axis="x")
        axes.tick_params(axis="x", length=0, pad=2)
        axes.spines["bottom"].set_visible(False)

    def base_value(self, axes: Axes, load: str, row: Row, unit: str) -> None:
        """Where the baseline stands, above the panel."""
        values = [
            plain(self.study.level(load, "baseline", row.kpi, side).mean, unit)
            for side in row.sides
        ]
        percent = (" %" if language() == "en" else "%") if unit == "share" else ""
        text = tell("baseline {value}", value=" | ".join(value + percent for value in values))
        axes.set_title(text, loc="left", fontsize=style.NOTE, color=style.TEXT, pad=3)

    def column(self, number: int) -> tuple[float, float]:
        """Left edge and width of a column, in inches."""
        width = (WIDTH - LEFT - RIGHT - GAP * (len(LOADS) - 1)) / len(LOADS)
        return LEFT + number * (width + GAP), width

    def panels(self, height: float) -> list[Axes]:
        """One panel for each load."""
        places = [self.column(number) for number in range(len(LOADS))]
        bottom = HEIGHT - self.down - height
        return [
            self.figure.add_axes((a / WIDTH, bottom / HEIGHT, w / WIDTH, height / HEIGHT))
            for a, w in places
        ]

    def side_label(self, label: str, unit: str) -> None:
        """The row's name and unit, left of its panels."""
        down = self.down + 0.1
        for text, size, colour in ((label, style.PANEL, style.INK), (unit, style.NOTE, style.TEXT)):
            for line in tell(text).split("\n"):
                self.text(0.3, down, line, size, colour)
                down += 0.18

    def text(
        self, left: float, down: float, text: str, size: float, colour: str = style.INK
    ) -> None:
        """Words at a place given in inches from the upper left corner."""
        self.figure.text(left / WIDTH, 1 - down / HEIGHT, text, fontsize=size, color=colour,
                         va="baseline" if "\n" not in text else "top")  # fmt: skip


# ---------------------------------------------------------------- the tables

TABLED = {
    "registered": ("recorded", "true"),
    "reply_on_time": ("recorded", "true"),
    "resolution_rate": ("recorded", "true"),
    "satisfaction": ("recorded", "true"),
    "backlog": ("recorded", "true"),
    "latent_problems": ("true",),
    "problems_solved": ("true",),
    "problems_healed": ("true",),
    "closed_on_paper_share": ("true",),
    "escalated_share": ("recorded",),
    "skip_level_share": ("recorded",),
    "trust": ("true",),
    "cadre_hours": ("recorded",),
    "leader_hours": ("recorded",),
    "time_off_hours": ("recorded",),
    "cost": ("recorded",),
}


class Reading(NamedTuple):
    """A line of the table behind the explanations: a KPI of a part of the system, by policy."""

    label: str
    policies: tuple[str, ...]
    kpi: str
    side: str
    scope: tuple[str, ...] = ()


VISITS = ("night_visits",)
BY_VISITS, BY_STAFF = ("baseline", "night_visits"), ("baseline", "added_staff")
HEARD, WALK_IN = ("channel", "night_visits"), ("channel", "walk_in")
COMMUNITY, STREET, DISTRICT = ("tier", "community"), ("tier", "street"), ("tier", "district")

READINGS = (
    Reading("Sessions held", VISITS, "visits", "recorded"),
    Reading("Grievances heard there", VISITS, "registered", "recorded", HEARD),
    Reading("– replied to in time, %", VISITS, "reply_on_time", "recorded", HEARD),
    Reading("– passed up, %", VISITS, "escalated_share", "recorded", HEARD),
    Reading("– truly solved, %", VISITS, "resolution_rate", "true", HEARD),
    Reading("Walk-in grievances", BY_VISITS, "registered", "recorded", WALK_IN),
    Reading("– replied to in time, %", BY_VISITS, "reply_on_time", "recorded", WALK_IN),
    Reading("– truly solved, %", BY_VISITS, "resolution_rate", "true", WALK_IN),
    Reading("Hours worked at communities, %", BY_VISITS, "utilisation", "recorded", COMMUNITY),
    Reading("Hours worked at streets, %", BY_VISITS, "utilisation", "recorded", STREET),
    Reading("Hours worked at streets, %", BY_STAFF, "utilisation", "recorded", STREET),
    Reading("Open at communities at the end", BY_STAFF, "backlog", "recorded", COMMUNITY),
    Reading("Open at streets at the end", BY_STAFF, "backlog", "recorded", STREET),
    Reading("Open at the district at the end", BY_STAFF, "backlog", "recorded", DISTRICT),
    Reading("Days in queues, a grievance", BY_STAFF, "time_in_queue", "recorded"),
    Reading("Days of outside waits, a grievance", BY_STAFF, "time_outside", "recorded"),
    Reading("Days to the first reply, median", BY_STAFF, "median_reply_days", "recorded"),
)

TABLE_WORDS = {
    "Sessions held": "夜访场次",
    "Grievances heard there": "夜访登记诉求",
    "– replied to in time, %": "– 及时答复率，%",
    "– passed up, %": "– 上报率，%",
    "– truly solved, %": "– 真实解决率，%",
    "Walk-in grievances": "上门诉求",
    "Hours worked at communities, %": "社区实际工时占比，%",
    "Hours worked at streets, %": "街道实际工时占比，%",
    "Open at communities at the end": "期末社区未办结诉求",
    "Open at streets at the end": "期末街道未办结诉求",
    "Open at the district at the end": "期末区级未办结诉求",
    "Days in queues, a grievance": "每件排队天数",
    "Days of outside waits, a grievance": "每件外部等待天数",
    "Days to the first reply, median": "首次答复天数中位数",
    "Problems solved beyond the sum of each alone": "解决的问题，超出各自单独之和",
    "Load": "负荷",
    "Problems per resident and year": "每位居民每年问题数",
    "Work brought to the streets, % of their hours": "交到街道的工作量，占其工时 %",
    "Hours worked there, %": "街道实际工时占比，%",
    "Streets at their limit, of 8": "满负荷街道数（共 8 个）",
    "Open grievances after 13, 26, 52 weeks": "第 13、26、52 周末未办结诉求",
    "Change against the baseline": "与基准相比的变化",
    "After {week} weeks": "第 {week} 周末",
}


def in_table(text: str, **values: object) -> str:
    """A heading of a table, in the current language."""
    return (TABLE_WORDS[text] if language() == "zh" else text).format(**values)


def markdown(head: Sequence[str], lines: Iterator[Sequence[str]]) -> str:
    """A table; all columns but the first are numbers."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, rule, *lines))


def loads_table(study: Study) -> str:
    """What the three loads ask of the streets."""
    head = [
        in_table("Load"),
        in_table("Problems per resident and year"),
        say(KPIS["registered"].label),
        in_table("Work brought to the streets, % of their hours"),
        in_table("Hours worked there, %"),
        in_table("Streets at their limit, of 8"),
        in_table("Open grievances after 13, 26, 52 weeks"),
    ]

    def lines() -> Iterator[list[str]]:
        for load in LOADS:
            busy, full = study.streets(load)
            weekly = study.backlog(load, "baseline").mean()
            yield [
                tell(LOAD_NAMES[load]),
                f"{LOADS[load]:.2f}",
                plain(study.mean(load, "baseline", "registered", "recorded"), "cases"),
                f"{100 * study.offered(load):.0f}",
                f"{100 * busy:.0f}",
                f"{full:.1f}",
                ", ".join(f"{weekly[week - 1]:,.0f}" for week in (13, 26, 52)),
            ]

    return markdown(head, lines())


def changes_table(study: Study, load: str) -> str:
    """The baseline's means and the paired differences of each policy, at a load."""
    changes = [f"{policy_name(policy)}" for policy in TREATED]

    def lines() -> Iterator[list[str]]:
        for kpi, sides in TABLED.items():
            for side in sides:
                unit = KPIS[kpi].unit_of(side)
                cells = [number(study.level(load, "baseline", kpi, side), unit)]
                for policy in TREATED:
                    cells.append(number(study.change(load, policy, kpi, side), unit, signed=True))
                label = sided(KPIS[kpi], side)
                yield [label + unit_mark(unit, label), *cells]

    head = [tell(LOAD_NAMES[load]), words.policy_name("baseline"), *changes]
    return markdown(head, lines())


def unit_mark(unit: str, label: str) -> str:
    """What stands after a label for its unit, unless the label says it."""
    marks_of = {
        "share": ("%", "%"),
        "yuan": ("million yuan", "万元"),
        "0-1": ("thousandths", "千分数"),
        "hours": ("hours", "小时"),
    }
    english, chinese = marks_of.get(unit, ("", ""))
    if not english or label.endswith((english, "工时")):
        return ""
    return f"，{chinese}" if language() == "zh" else f", {english}"


def weeks_table(study: Study) -> str:
    """How the change of the backlog grows or falls over the year."""

    def lines() -> Iterator[list[str]]:
        for load in LOADS:
            base = study.backlog(load, "baseline")
            for policy in TREATED:
                weekly = study.backlog(load, policy)
                changes = [paired_difference(weekly[w - 1], base[w - 1]) for w in WEEKS]
                colon = "：" if language() == "zh" else ": "
                name = tell(LOAD_NAMES[load]) + colon + policy_name(policy)
                yield [name, *(number(change, "cases", signed=True) for change in changes)]

    head = [in_table("Change against the baseline")]
    return markdown([*head, *(in_table("After {week} weeks", week=w) for w in WEEKS)], lines())


def readings_table(study: Study) -> str:
    """What lies behind the explanations: means, and where two are compared the paired change."""

    def cell(reading: Reading, load: str) -> str:
        place = (reading.kpi, reading.side, *reading.scope)
        unit = KPIS[reading.kpi].unit_of(reading.side)
        means = [plain(study.mean(load, policy, *place), unit) for policy in reading.policies]
        if len(means) == 1:
            return means[0]
        change = number(study.change(load, reading.policies[1], *place), unit, signed=True)
        return f"{' → '.join(means)} ({change})"

    def lines() -> Iterator[list[str]]:
        for reading in READINGS:
            names = " → ".join(policy_name(policy) for policy in reading.policies)
            yield [in_table(reading.label), names, *(cell(reading, load) for load in LOADS)]
        yield [
            in_table("Problems solved beyond the sum of each alone"),
            policy_name("both"),
            *(
                number(study.beyond_sum(load, "problems_solved", "true"), "cases", signed=True)
                for load in LOADS
            ),
        ]

    return markdown(["", "", *(tell(name) for name in LOAD_NAMES.values())], lines())


def write_tables(study: Study) -> None:
    """Put the tables between their markers in both pages; print the English ones."""
    for lang, page in PAGES.items():
        with speaking(lang):
            tables = {
                "loads": loads_table(study),
                **{f"changes {load}": changes_table(study, load) for load in LOADS},
                "weeks": weeks_table(study),
                "readings": readings_table(study),
            }
        text = page.read_text(encoding="utf-8")
        for name, table in tables.items():
            before, begin, rest = text.partition(f"<!-- table: {name} -->\n")
            _, end, after = rest.partition("<!-- /table -->")
            if not end:
                raise SystemExit(f"{page}: no place marked for the table {name!r}")
            text = f"{before}{begin}{table}\n{end}{after}"
            if lang == "en":
                print(f"\n{table}")
        page.write_text(text, encoding="utf-8")


def draw(study: Study) -> None:
    """The figure in both languages, as PNG and SVG."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for lang in LANGUAGES:
        with speaking(lang), style.styled():
            page = Page(study)
            for ending in ("png", "svg"):
                style.save(page.figure, IMAGES / f"first-answer.{lang}.{ending}")


def main() -> None:
    """Run, draw, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from-stored", action="store_true", help="run nothing, only redraw")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--load", choices=LOADS, action="append", help="only this load; no pages")
    chosen = parser.parse_args()
    if not chosen.from_stored:
        run_missing(chosen.load or list(LOADS), chosen.workers)
    if not chosen.load:
        study = Study.read()
        draw(study)
        write_tables(study)


if __name__ == "__main__":
    main()
