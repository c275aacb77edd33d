"""A comparison in words, as tables for the screen, and as a figure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from govsim.experiments import Results
from govsim.experiments.certainty import Certainty
from govsim.experiments.comparison import (
    Best,
    Question,
    comparison_table,
    paired_gain,
    questions,
    verdicts,
)
from govsim.language import language, say, speaking
from govsim.outcomes import KPIS
from govsim.report import certainty, marks, style, words
from govsim.report.summary import Line, Table, how_to_read, sided

AT_ONCE = 4  # policy sets beside the baseline in one table

WIDTH, LEFT, RIGHT, GAP, NAMES = 12.0, 0.62, 0.45, 0.62, 2.0  # inches; NAMES: of policy sets
COLUMNS = 3  # panels side by side
ROW, PANEL_EXTRA = 0.27, 1.0  # inches: of a policy set in a panel; round the rows of a panel
ABOVE, BELOW = 1.05, 0.85  # inches over and under the panels

# ---------------------------------------------------------------- tables


def comparison_tables(results: Results) -> Iterator[Table]:
    """The headline KPIs: the baseline, and what each policy set changes; some at a time."""
    rows = _headline(results)
    base, *others = results.policy_sets
    for first in range(0, len(others), AT_ONCE):
        some = others[first : first + AT_ONCE]
        lines = []
        for question, answers in rows:
            cells = [certainty.level(answers[base])]
            cells += [certainty.change(answers[name]) for name in some]
            lines.append(Line(sided(KPIS[question.kpi], question.side), tuple(cells)))
        names = map(words.policy_name, (base, *some))
        yield Table(tuple(names), tuple(lines))


Answers = dict[str, dict[str, Any]]  # by policy set: a row of the comparison


def _headline(results: Results) -> list[tuple[Question, Answers]]:
    """The headline questions with their answers by policy set."""
    asked = questions(headline=True)
    frame = comparison_table(results, asked).to_pandas()
    rows: dict[Question, Answers] = {question: {} for question in asked}
    for row in frame.to_dict("records"):
        rows[Question(row["kpi"], row["side"])][row["policy_set"]] = row
    return [(question, answers) for question, answers in rows.items() if answers]


# ---------------------------------------------------------------- sentences


def findings(results: Results, tables: Sequence[Table]) -> list[str]:
    """What can be said: how to read the tables, what is best by which KPI, how sure that is."""
    if results.replications < 2:
        return [say("One replication tells nothing about differences.")]
    return [*how_to_read(results, tables), *best_for_what(verdicts(results)), *how_sure(results)]


def best_for_what(found: Sequence[Best]) -> Iterator[str]:
    """Who is best by what, and how certain that is: what is said of several KPIs in one line."""
    said: dict[str, list[str]] = {}
    for certain in (*Certainty, None):
        for best in found:
            if (best.certainty if best.policy_set else None) == certain:
                said.setdefault(_who(best), []).append(_by_what(best))
    for who, kpis in said.items():
        stop = "；" if language() == "zh" else "; "
        yield say("{verdict}: {kpis}.", verdict=who, kpis=stop.join(kpis))


def _who(best: Best) -> str:
    """What is said of the policy sets, without the KPI."""
    if not best.policy_set:
        return say("Not known")
    if best.certainty == Certainty.SAME:
        return say("The same for practical purposes")
    policy = words.policy_name(best.policy_set)
    if best.certainty == Certainty.CERTAIN and best.equals:
        return say("Certain, but several are best, and the same for practical purposes")
    if best.certainty == Certainty.CERTAIN:
        return say("{policy} is best (certain)", policy=policy)
    if best.certainty == Certainty.LEANING:
        return say("Leaning to {policy}", policy=policy)
    return say("Cannot be told which is best")


def _by_what(best: Best) -> str:
    """The KPI, and who else may be best by it."""
    label = sided(KPIS[best.question.kpi], best.question.side)
    rivals = words.listed(map(words.policy_name, best.rivals))
    if best.policy_set and best.certainty == Certainty.LEANING:
        return say(
            "{kpi} ({chance}; not certain against {rivals})",
            kpi=label,
            chance=chance(best.chance),
            rivals=rivals,
        )
    if not best.policy_set or best.certainty == Certainty.SAME or best.sure:
        return label
    some = words.listed(map(words.policy_name, (best.policy_set, *best.equals, *best.rivals)))
    return say("{kpi} ({policies})", kpi=label, policies=some)


def chance(probability: float) -> str:
    """A probability as a share, never as certainty: more than 99 %, less than 1 %."""
    if probability >= 0.995:
        return "> " + words.percent(0.99)
    if probability < 0.005:
        return "< " + words.percent(0.01)
    return words.percent(probability)


def how_sure(results: Results) -> Iterator[str]:
    """Sentences on pairing, warm-up and precision."""
    asked = questions(headline=True)
    gains = paired_gain(comparison_table(results, asked).to_pandas())
    seen = [float(gain) for gain in gains if np.isfinite(gain)]
    if seen:
        yield say(
            "All policy sets met the same problems on the same days: that makes the intervals of "
            "differences {times} times as narrow (median) as independent runs would.",
            times=f"{median(seen):.1f}",
        )
    if results.warm_up:
        yield _warm_up(results)
    goal = results.manifest.get("precision")
    if goal:
        yield _precision(goal)


def _warm_up(results: Results) -> str:
    facts = {"days": f"{results.warm_up:g}", "all": results.days}
    if results.manifest.get("warm_up_found"):
        return say(
            "The first {days} of {all} days are left out: until then backlog and living problems "
            "had not settled (MSER-5; see warmup.en.png).",
            **facts,
        )
    return say("The first {days} of {all} days are left out, as was asked.", **facts)


def _precision(goal: dict[str, Any]) -> str:
    facts = {
        "goal": words.percent(goal["relative"]),
        "n": goal["replications"],
    }
    if goal["reached"]:
        return say(
            "Every headline KPI is known within {goal} of itself, after {n} replications.", **facts
        )
    return say(
        "After {n} replications not every headline KPI is known within {goal} of itself: the "
        "widest is {kpi}, within {width}. Allow more with --replications.",
        **facts,
        kpi=_named(goal["widest"][0]),
        width=words.percent(goal["widest"][1]),
    )


def _named(column: str) -> str:
    """``night_visits: backlog, true`` as one reads it."""
    policy_set, _, rest = column.rpartition(": ")
    kpi, _, side = rest.partition(", ")
    return f"{sided(KPIS[kpi], side)} ({words.policy_name(policy_set)})"


# ---------------------------------------------------------------- the figure


def save_comparison_figures(results: Results, folder: Path) -> list[Path]:
    """Write ``comparison.en.png``, ``.svg`` and the same in Chinese; say where they are."""
    return style.save_everywhere(
        "comparison", lambda lang: comparison_figure(results, lang), folder
    )


def comparison_figure(results: Results, lang: str) -> Figure:
    """What each policy set changes, a panel for each headline KPI, in a language."""
    with speaking(lang), style.styled():
        page = _Page(results)
        page.header()
        for place, (question, answers) in enumerate(page.rows):
            page.panel(place, question, answers)
        page.notes()
    return page.figure


class _Page:
    """One figure being drawn: panels in rows, a policy set a line in each."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.base, *self.others = results.policy_sets
        self.rows = _headline(results)
        told = [b for b in verdicts(results) if b.sure or b.certainty == Certainty.LEANING]
        self.best = {best.question: best.policy_set for best in told}
        self.lines = -(-len(self.rows) // COLUMNS)
        self.panel_height = ROW * len(self.others) + PANEL_EXTRA
        self.height = ABOVE + self.lines * self.panel_height + BELOW
        self.figure = Figure(figsize=(WIDTH, self.height))
        self.colours = style.colours(results.policy_sets)

    def header(self) -> None:
        """What was compared."""
        results = self.results
        self._text(LEFT, self.height - 0.48, results.name, style.TITLE, style.INK)
        run = say(
            "What each policy changes against {base}. {start} to {end}, {replications} paired "
            "replications, seed {seed}",
            base=words.policy_name(self.base),
            start=results.start.isoformat(),
            end=(results.start + timedelta(days=results.days - 1)).isoformat(),
            replications=results.replications,
            seed=results.seed,
        )
        self._text(LEFT, self.height - 0.8, run, style.SUBTITLE, style.TEXT)

    def panel(self, place: int, question: Question, answers: Answers) -> None:
        """One KPI: the change with its interval, a line a policy set."""
        kpi = KPIS[question.kpi]
        unit = kpi.unit_of(question.side)
        axes = self._axes(place)
        axes.axvline(0.0, color=style.BASELINE, linewidth=1.0)
        for y, name in enumerate(self.others):
            self._line(axes, y, question, answers[name])
            if place % COLUMNS == 0:
                marks.before_row(axes, y, words.policy_name(name), self.colours[name])
        axes.xaxis.set_major_formatter(FuncFormatter(marks.ticks(unit, signed=True)))
        axes.set_title(sided(kpi, question.side), loc="left", fontsize=style.PANEL, pad=17)
        ground = words.quantity(answers[self.base]["mean"], float("nan"), unit)
        better = {1: say("more is better →"), -1: say("← less is better"), 0: ""}[kpi.direction]
        under = say("{base}: {value}", base=words.policy_name(self.base), value=ground)
        marks.above(axes, 0.0, under, "left")
        marks.above(axes, 1.0, better, "right")

    def notes(self) -> None:
        """How to read it."""
        note = say(
            "Mean changes, with 95 % intervals each by itself. At the right: the probability that "
            "this policy is the best of all, the baseline included, where that is certain or "
            "leaning."
        )
        self._text(LEFT, 0.42, note, style.NOTE, style.TEXT)
        self._text(LEFT, 0.18, certainty.on_pictures(), style.NOTE, style.TEXT)

    # ---------------------------------------------------------------- pieces

    def _axes(self, place: int) -> Axes:
        row, column = divmod(place, COLUMNS)
        width = (WIDTH - LEFT - NAMES - RIGHT - GAP * (COLUMNS - 1)) / COLUMNS
        left = LEFT + NAMES + column * (width + GAP)
        bottom = self.height - ABOVE - (row + 1) * self.panel_height + 0.45
        size = ROW * len(self.others)
        axes = self.figure.add_axes(
            (left / WIDTH, bottom / self.height, width / WIDTH, size / self.height),
            label=f"{place}",
        )
        axes.set_ylim(len(self.others) - 0.5, -0.5)
        axes.set_yticks([])
        axes.grid(axis="x")
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.margins(x=0.12)
        return axes

    def _line(self, axes: Axes, y: int, question: Question, row: dict[str, Any]) -> None:
        name = row["policy_set"]
        colour = self.colours[name]
        if np.isnan(row["difference"]):
            return
        axes.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=1.8)
        told = marks.told(Certainty(row["certainty"]), colour)
        axes.plot([row["difference"]], [y], "o", markersize=6, **told)
        if self.best.get(question) == name:
            marks.after_row(axes, y, chance(row["best"]))

    def _text(self, left: float, bottom: float, text: str, size: float, colour: str) -> None:
        self.figure.text(left / WIDTH, bottom / self.height, text, fontsize=size, color=colour)
