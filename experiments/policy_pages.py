"""A page for every policy, and one for bundles: what it does in scenarios/district.yaml.

    python experiments/policy_pages.py [NAME...]

runs the district for two years with each policy alone, with each bundle, and without any, the same
years of chance for all, and writes docs/policies/NAME.md with its Chinese twin (how it acts, what
it costs, what may go wrong, its effects with 95 % intervals, its numbers with their sources), its
figure docs/images/policies/NAME.{en,zh}.png, docs/policies/bundles.md, and the list in
docs/policies/README.md. Some minutes on two cores. With names only their pages are made.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import govsim
from govsim.experiments.intervals import (
    Interval,
    longer_side,
    mean_interval,
    paired_difference,
)
from govsim.language import LANGUAGES, language, say, speaking
from govsim.outcomes import KPIS
from govsim.report import style, words
from govsim.report.policy import policy_page, words_table
from govsim.report.summary import sided
from govsim.scenario.explaining import explain, policy_names

TOP = Path(__file__).parents[1]
PAGES, IMAGES = TOP / "docs" / "policies", TOP / "docs" / "images" / "policies"
SUFFIX = {"en": ".md", "zh": ".zh-CN.md"}
SETTINGS = ("horizon=730 d",)
REPLICATIONS, SEED = 20, 1
OWN_PAGE = "changed_rules"  # explained with the policies of one's own

BUNDLES = {
    "visits and grid": ("night_visits", "grid"),
    "hotline, triage, conference": ("hotline", "triage", "joint_conference"),
    "hotline and scoring": ("hotline", "scoring"),
    "hotline, scoring, supervision": ("hotline", "scoring", "supervision"),
    "all": tuple(name for name in policy_names() if name != OWN_PAGE),
}


class Row(NamedTuple):
    """A KPI of the figures and tables, and the sides that are shown."""

    kpi: str
    sides: tuple[str, ...]

    def label(self) -> str:
        """The KPI's name; with the side, if only one of two is shown."""
        kpi = KPIS[self.kpi]
        return say(kpi.label) if self.sides == kpi.sides() else sided(kpi, self.sides[0])


SHARES = (
    Row("reply_on_time", ("recorded", "true")),
    Row("resolution_rate", ("recorded", "true")),
    Row("satisfaction", ("recorded", "true")),
)
AMOUNTS = (
    Row("registered", ("recorded",)),
    Row("problems_solved", ("true",)),
    Row("backlog", ("true",)),
    Row("latent_problems", ("true",)),
    Row("median_reply_days", ("recorded",)),
    Row("cadre_hours", ("recorded",)),
    Row("leader_hours", ("recorded",)),
    Row("cost", ("recorded",)),
)
IN_TABLE = (
    *SHARES,
    *AMOUNTS,
    Row("trust", ("true",)),
    Row("bounced_share", ("recorded",)),
    Row("escalated_share", ("recorded",)),
    Row("closed_on_paper_share", ("true",)),
    Row("policy_cost", ("recorded",)),
)

CHINESE = {
    "Its effect in a district of 201,000 residents": "在一个 20.1 万居民的区的效果",
    "Change against the same {years} years without it, {n} replications; whiskers: 95 % inter"
    "vals": (
        "与同样 {years} 年、没有该政策时相比的变化，{n} 次重复；须线为 95% 置信区间"
    ),
    "Shares": "比率",
    "points": "百分点",
    "Amounts": "数量",
    "per cent of the baseline": "占基准的百分比",
    "○ recorded  ● true": "○ 台账  ● 真实",
    "Effect": "效果",
    "Baseline": "基准",
    "Change": "变化",
    "Mean over {n} replications of two years ± 95 % interval; changes are paired: the same "
    "problems happen to the same residents with and without the policy. Made by `python "
    "experiments/policy_pages.py`.": (
        "两年 {n} 次重复的均值 ± 95% "
        "置信区间；变化为配对差值：有无该政策，同样的问题发生在同样的居民身上。由 `python "
        "experiments/policy_pages.py` 生成。"
    ),
    "Try it: `govsim run scenarios/district.yaml --policy {name} --against-baseline`.": (
        "试一试：`govsim run scenarios/district.yaml --policy {name} --against-baseline --lang "
        "zh`。"
    ),
    "Its numbers": "参数",
    "[English]({page})": "[English]({page})",
    "[中文]({page})": "[中文]({page})",
    "Bundles: is the whole more than its parts?": "组合：整体大于部分之和吗？",
    "Policies share queues, hours and residents: what several do together is not what they do "
    "alone, added up. The table gives, for each bundle, the change against the baseline, and "
    "how "
    "much of it is beyond the sum of the changes of its members alone.": (
        "各项政策共用队列、工时和居民：几项政策一起的效果，不等于各自效果之和。下表给出每个组"
        "合与"
        "基准相比的变化，以及超出其成员单独效果之和的部分。"
    ),
    "Bundle": "组合",
    "Beyond the sum of its parts": "超出各部分之和",
    "visits and grid": "民情夜访和网格化",
    "hotline, triage, conference": "热线、分类分流和联席会议",
    "hotline and scoring": "热线和考核排名",
    "all": "全部",
    "hotline, scoring, supervision": "热线、考核排名和督查督办",
    "Policies": "政策",
    "Policy": "政策",
    "What it is": "说明",
    "Every policy is a mechanism: it takes hours out of calendars, adds queues, sessions or "
    "channels, and changes what is decided how often. A page for each:": (
        "每项政策都是一种机制：占用日历上的工时，增加队列、会议或渠道，改变各种决定的概率。每"
        "项一"
        "页："
    ),
    "[Bundles](bundles.md): what several do together. [A policy of your own](your-own.md). "
    "[From the seeds to the model](seeds.md).": (
        "[组合](bundles.zh-CN.md)：几项政策一起的效果。[自定义政策](your-own.zh-CN.md)。"
        "[从原始文献到模型](seeds.zh-CN.md)。"
    ),
}  # fmt: skip


def tell(text: str, **values: object) -> str:
    """The text in the current language; these are the words of this study alone."""
    return (CHINESE[text] if language() == "zh" else text).format(**values)


# ---------------------------------------------------------------- runs


@dataclass
class Study:
    """The values of every KPI, by policy set and side, replication by replication."""

    values: dict[tuple[str, str, str], np.ndarray]

    def change(self, name: str, row: Row, side: str) -> Interval:
        """The paired difference to the baseline."""
        return paired_difference(self.of(name, row, side), self.of("baseline", row, side))

    def relative(self, name: str, row: Row, side: str) -> Interval:
        """The same in per cent of the baseline's mean."""
        base = np.nanmean(self.of("baseline", row, side))
        found = self.change(name, row, side)
        return Interval(*(100 * x / base for x in found[:3]), found.n)

    def beyond(self, members: Sequence[str], name: str, row: Row, side: str) -> Interval:
        """How much more a bundle changes than its members alone, added up."""
        base = self.of("baseline", row, side)
        alone = sum(self.of(member, row, side) - base for member in members)
        return paired_difference(self.of(name, row, side) - base, alone)

    def of(self, name: str, row: Row, side: str) -> np.ndarray:
        """One KPI, replication by replication."""
        return self.values[name, row.kpi, side]


def study(names: Sequence[str], bundles: dict[str, Sequence[str]]) -> Study:
    """Run the baseline, each policy alone, and the bundles."""
    scenario = govsim.load(TOP / "scenarios" / "district.yaml", set=SETTINGS)
    sets: dict[str, Sequence[str]] = {"baseline": ()}
    sets |= {name: (name,) for name in names} | bundles
    values = {}
    for name, policies in sets.items():
        print(name, file=sys.stderr, flush=True)
        kpis = govsim.run(
            scenario, replications=REPLICATIONS, policies=policies, seed=SEED
        ).kpis.query("scope == 'city'")
        for (kpi, side), rows in kpis.groupby(["kpi", "side"], observed=True):
            values[name, kpi, side] = rows.sort_values("replication")["value"].to_numpy()
    return Study(values)


# ---------------------------------------------------------------- the figure

WIDTH, HEAD, ROW, FOOT = 11.0, 1.35, 0.34, 0.45  # inches
PANELS = ((0.20, 0.16), (0.62, 0.20))  # left edge and width, in shares of the figure
MOST = 120.0  # per cent; what is more is an arrow at the edge


def figure(study: Study, name: str, colour: str = style.POLICY_COLOURS[0]) -> Figure:
    """Changes of shares in points, of amounts in per cent."""
    height = HEAD + ROW * len(AMOUNTS) + FOOT
    drawn = Figure(figsize=(WIDTH, height))
    title = explain(name).title
    drawn.text(0.02, 1 - 0.42 / height, title, fontsize=style.TITLE)
    under = tell(
        "Change against the same {years} years without it, {n} replications; "
        "whiskers: 95 % intervals",
        years=2, n=REPLICATIONS,
    )  # fmt: skip
    drawn.text(0.02, 1 - 0.72 / height, under, fontsize=style.SUBTITLE, color=style.TEXT)
    for (left, width), rows, heading, unit in zip(
        PANELS, (SHARES, AMOUNTS), ("Shares", "Amounts"),
        ("points", "per cent of the baseline"), strict=True,
    ):  # fmt: skip
        tall = ROW * len(rows) * (1.4 if rows is SHARES else 1.0)
        axes = drawn.add_axes((left, 1 - (HEAD + tall) / height, width, tall / height))
        panel(axes, study, name, rows, colour)
        drawn.text(left, 1 - (HEAD - 0.14) / height, f"{tell(heading)} ({tell(unit)})",
                   fontsize=style.HEADING)  # fmt: skip
    below = 1 - (HEAD + 1.4 * ROW * len(SHARES) + 0.5) / height
    drawn.text(PANELS[0][0], below, tell("○ recorded  ● true"), fontsize=style.NOTE,
               color=style.TEXT)  # fmt: skip
    return drawn


def panel(axes: Axes, study: Study, name: str, rows: Sequence[Row], colour: str) -> None:
    """One dot a KPI and side, with its whisker, and the number at the right."""
    amounts = rows is AMOUNTS
    marks = []
    for place, row in enumerate(rows):
        for k, side in enumerate(row.sides):
            found = study.relative(name, row, side) if amounts else study.change(name, row, side)
            scale = 1.0 if amounts else 100.0
            at = Interval(*(scale * x for x in found[:3]), found.n)
            marks.append((place + (k - (len(row.sides) - 1) / 2) * 0.42, side, row, at))
        axes.text(-0.03, place, row.label(), transform=axes.get_yaxis_transform(),
                  ha="right", va="center", fontsize=style.LABEL)  # fmt: skip
    axes.axvline(0, color=style.BASELINE, linewidth=0.9)
    for y, side, row, at in marks:
        hollow = side == "recorded" and len(row.sides) > 1
        if amounts and at.mean > MOST:
            axes.plot([MOST], [y], ">", color=colour, markersize=7, clip_on=False)
        else:
            axes.plot([at.low, at.high], [y, y], color=colour, linewidth=1.5)
            axes.plot([at.mean], [y], "o", color=colour, markersize=5.5,
                      markerfacecolor="white" if hollow else colour)  # fmt: skip
        text = signed(at, 2 if not amounts else 1)
        tone = style.INK if at.excludes_zero() else style.BASELINE
        axes.text(1.04, y, text, transform=axes.get_yaxis_transform(), va="center",
                  fontsize=style.LABEL, color=tone)  # fmt: skip
    low = min(0.0, *(at.low for *_, at in marks))
    high = max(0.0, *(at.high for *_, at in marks))
    high = min(high, MOST) if amounts else high
    margin = 0.08 * max(high - low, 1e-6)
    axes.set_xlim(low - margin, high + margin)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(axis="x", color=style.GRID)
    axes.spines["bottom"].set_visible(True)


def signed(at: Interval, decimals: int) -> str:
    """+1.23 ± 0.10, with a true minus."""
    half = longer_side(at)
    mean = round(at.mean, decimals) + 0.0
    text = f"{'+' if mean > 0 else ''}{mean:,.{decimals}f}".replace("-", "−")
    return f"{text} ± {half:,.{decimals}f}" if half > 0 else text


# ---------------------------------------------------------------- the pages


def cell(found: Interval, unit: str, *, signed: bool = False) -> str:
    """A number of the table with half its interval."""
    return words.quantity(found.mean, longer_side(found), unit, signed=signed)


def effects(study: Study, name: str) -> str:
    """The table of effects, in Markdown."""
    lines = [
        f"| {tell('Effect')} | {tell('Baseline')} | {tell('Change')} |",
        "| --- | ---: | ---: |",
    ]
    for row, side in sides(IN_TABLE):
        kpi = KPIS[row.kpi]
        unit = kpi.unit_of(side)
        base = mean_interval(study.of("baseline", row, side))
        change = study.change(name, row, side)
        lines.append(
            f"| {sided(kpi, side)} | {cell(base, unit)} | {cell(change, unit, signed=True)} |"
        )
    return "\n".join(lines) + "\n"


def sides(rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """Each row once a side."""
    return ((row, side) for row in rows for side in row.sides)


def page(study: Study, name: str) -> str:
    """All about one policy."""
    policy = explain(name)
    other = f"{name}{SUFFIX['zh' if language() == 'en' else 'en']}"
    link = "[中文]({page})" if language() == "en" else "[English]({page})"
    head, *body = policy_page(policy).split("\n\n", 1)
    note = (
        "Mean over {n} replications of two years ± 95 % interval; changes are paired: the same "
        "problems happen to the same residents with and without the policy. Made by "
        "`python experiments/policy_pages.py`."
    )
    trial = "Try it: `govsim run scenarios/district.yaml --policy {name} --against-baseline`."
    heading = tell("Its effect in a district of 201,000 residents")
    return "\n\n".join(
        [
            head, link.format(page=other), *body,
            f"## {heading}", f"![{heading}](../images/policies/{name}.{language()}.png)",
            effects(study, name), tell(note, n=REPLICATIONS), tell(trial, name=name),
            f"## {tell('Its numbers')}", words_table(policy),
        ]
    )  # fmt: skip


def bundles_page(study: Study) -> str:
    """What several policies do together."""
    other = f"bundles{SUFFIX['zh' if language() == 'en' else 'en']}"
    link = "[中文]({page})" if language() == "en" else "[English]({page})"
    about = (
        "Policies share queues, hours and residents: what several do together is not what they do "
        "alone, added up. The table gives, for each bundle, the change against the baseline, and "
        "how much of it is beyond the sum of the changes of its members alone."
    )
    parts = [
        f"# {tell('Bundles: is the whole more than its parts?')}",
        link.format(page=other),
        tell(about),
    ]
    for name, members in BUNDLES.items():
        parts.append(f"## {tell(name)}")
        parts.append(" + ".join(f"`{member}`" for member in members))
        lines = [
            f"| {tell('Effect')} | {tell('Change')} | {tell('Beyond the sum of its parts')} |",
            "| --- | ---: | ---: |",
        ]
        for row, side in sides(IN_TABLE):
            unit = KPIS[row.kpi].unit_of(side)
            change = cell(study.change(name, row, side), unit, signed=True)
            beyond = cell(study.beyond(members, name, row, side), unit, signed=True)
            lines.append(f"| {sided(KPIS[row.kpi], side)} | {change} | {beyond} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def index_page() -> str:
    """The list of all."""
    other = f"README{SUFFIX['zh' if language() == 'en' else 'en']}"
    link = "[中文]({page})" if language() == "en" else "[English]({page})"
    about = (
        "Every policy is a mechanism: it takes hours out of calendars, adds queues, sessions or "
        "channels, and changes what is decided how often. A page for each:"
    )
    more = (
        "[Bundles](bundles.md): what several do together. [A policy of your own](your-own.md). "
        "[From the seeds to the model](seeds.md)."
    )
    lines = [f"| {tell('Policy')} | {tell('What it is')} |", "| --- | --- |"]
    for name in policy_names():
        policy = explain(name)
        where = "your-own" if name == OWN_PAGE else name
        lines.append(
            f"| [{policy.title}]({where}{SUFFIX[language()]}) `{name}` | {policy.summary} |"
        )
    return "\n\n".join(
        [
            f"# {tell('Policies')}",
            link.format(page=other),
            tell(about),
            "\n".join(lines),
            tell(more),
        ]
    ) + "\n"  # fmt: skip


def main() -> None:
    """Run, write, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of policies; all if not given")
    wish = parser.parse_args()
    every = [name for name in policy_names() if name != OWN_PAGE]
    names = wish.names or every
    found = study(names if wish.names else every, {} if wish.names else BUNDLES)
    IMAGES.mkdir(parents=True, exist_ok=True)
    for lang in LANGUAGES:
        with speaking(lang), style.styled():
            for name in names:
                (PAGES / f"{name}{SUFFIX[lang]}").write_text(page(found, name), "utf-8")
                figure(found, name).savefig(IMAGES / f"{name}.{lang}.png", dpi=130)
            if not wish.names:
                (PAGES / f"bundles{SUFFIX[lang]}").write_text(bundles_page(found), "utf-8")
            (PAGES / f"README{SUFFIX[lang]}").write_text(index_page(), "utf-8")


if __name__ == "__main__":
    main()
