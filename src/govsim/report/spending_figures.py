"""The best use of a budget in one picture: cost against effect, what is in it, the next money."""

from math import nan
from pathlib import Path
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from govsim.decisions.folder import Decision
from govsim.language import say, speaking
from govsim.report import marks, style, words
from govsim.report.spending import Numbers, Row, Spending, listed, told, yuan

WIDTH, LEFT, RIGHT = 12.4, 0.7, 0.5  # inches
TOP, CLOUD, GAP, BELOW = 1.15, 4.2, 1.25, 0.8
ROW, NAMES, COSTS = 0.33, 2.3, 1.35  # of a row; left of a lower panel; right of it
DEEPEST = 0.7  # of the best's height: how far below nothing the cloud is drawn
LONGEST = 30  # letters of a use on one line
CHOSEN, FRONT, TRIED = style.POLICY_COLOURS[0], style.POLICY_COLOURS[1], style.RULE


def save_spending_figures(decision: Decision, folder: Path) -> list[Path]:
    """Write ``budget.en.png``, ``.svg`` and the same in Chinese; say where they are."""
    return style.save_everywhere("budget", lambda lang: spending_figure(decision, lang), folder)


def spending_figure(decision: Decision, lang: str) -> Figure:
    """The answer as a picture, in a language."""
    with speaking(lang), style.styled():
        page = _Page(Spending(decision))
        page.header()
        page.cloud()
        page.parts()
        page.margins()
        page.notes()
    return page.figure


class _Page:
    """One figure being drawn: the cloud of portfolios above, rows of uses below."""

    def __init__(self, spending: Spending) -> None:
        self.spending = spending
        rows = [row for row in spending.answer["margins"] if row["rate"] is not None]
        self.worse = [row for row in spending.steps_up() if row in rows and row["gain"][2] < 0.0]
        self.rows = sorted(
            (row for row in rows if row not in self.worse),
            key=lambda row: (row["to"] < row["from"], -row["rate"][0]),
        )
        self.lines = max(len(spending.answer["parts"]), len(self.rows), 3)
        self.height = TOP + CLOUD + GAP + ROW * self.lines + BELOW + 0.3
        self.figure = Figure(figsize=(WIDTH, self.height))

    def header(self) -> None:
        """What was asked."""
        spending = self.spending
        title = say("The best use of {budget} a year", budget=yuan(spending.question["budget"]))
        self._text(LEFT, self.height - 0.5, title, style.TITLE, style.INK)
        under = say(
            "{name}. What each portfolio costs on top of the baseline, and what it changes: {kpi}",
            name=spending.decision.name,
            kpi=spending.label,
        )
        self._text(LEFT, self.height - 0.82, under, style.SUBTITLE, style.TEXT)

    # ------------------------------------------------------------ cost against effect

    def cloud(self) -> None:
        """All that was tried in grey, the frontier with intervals, the chosen one in blue."""
        spending = self.spending
        axes = self._axes(LEFT + 0.35, TOP, WIDTH - LEFT - RIGHT - 1.2, CLOUD, "cloud")
        budget = spending.question["budget"]
        tried = [(c, g) for c, g in spending.answer["tried"] if c <= 1.3 * budget]
        across, up = np.array(tried, float).reshape(-1, 2).T
        axes.plot(across, spending.direction * up, "o", color=TRIED, markersize=4, zorder=1)
        self._line(axes)
        for number in spending.answer["frontier"]:
            if not self._at_the_chosen(number):
                self._portfolio(axes, number, spending.portfolios[number])
        if spending.chosen is not None:
            self._portfolio(axes, spending.answer["chosen"], spending.chosen)
        self._finish(axes, budget)

    def _at_the_chosen(self, number: int) -> bool:
        """Whether its mark would lie under that of the chosen one."""
        chosen = self.spending.chosen
        cost = self.spending.portfolios[number]["cost"][0]
        near = 0.01 * self.spending.question["budget"]
        return chosen is not None and abs(cost - chosen["cost"][0]) < near

    def _line(self, axes: Axes) -> None:
        front = [self.spending.portfolios[n] for n in self.spending.answer["frontier"]]
        across = [0.0, *(row["cost"][0] for row in front)]
        up = [0.0, *(self.spending.direction * row["gain"][0] for row in front)]
        axes.plot(across, up, color=FRONT, linewidth=1.2, zorder=2)

    def _portfolio(self, axes: Axes, number: int, row: Row) -> None:
        chosen = number == self.spending.answer["chosen"]
        colour = CHOSEN if chosen else FRONT
        direction = self.spending.direction
        cost, gain = row["cost"], row["gain"]
        low, high = sorted((direction * gain[1], direction * gain[2]))
        axes.plot([cost[0]] * 2, [low, high], color=colour, linewidth=1.4, zorder=3)
        axes.plot(cost[1:], [direction * gain[0]] * 2, color=colour, linewidth=1.4, zorder=3)
        inside = colour if chosen or self._apart(number) else "white"
        axes.plot(
            [cost[0]], [direction * gain[0]], "o", color=colour, mfc=inside,
            markersize=10 if chosen else 6.5, zorder=4,
        )  # fmt: skip
        axes.annotate(
            f"{number + 1}", (cost[0], direction * gain[0]), xytext=(-9, 9) if chosen else (9, -9),
            textcoords="offset points", ha="right" if chosen else "left", va="center", color=colour,
            fontsize=style.LABEL,
        )  # fmt: skip

    def _apart(self, number: int) -> bool:
        front = self.spending.answer["frontier"]
        return bool(number in front and self.spending.answer["apart"][front.index(number)])

    def _finish(self, axes: Axes, budget: float) -> None:
        spending = self.spending
        axes.axvline(budget, color=style.BASELINE, linewidth=1.0, linestyle=(0, (4, 3)))
        axes.axhline(0.0, color=style.BASELINE, linewidth=1.0)
        axes.margins(x=0.03, y=0.08)
        axes.set_ylim(*self._heights(axes))
        axes.xaxis.set_major_formatter(FuncFormatter(marks.ticks("yuan", signed=False)))
        axes.yaxis.set_major_formatter(FuncFormatter(marks.ticks(spending.unit, signed=True)))
        marks.above(axes, 0.0, say("Change of the outcome; up is better"), "left")
        axes.annotate(
            say("the budget"), (budget, 1.0), xycoords=axes.get_xaxis_transform(), xytext=(5, -4),
            textcoords="offset points", ha="left", va="top", fontsize=style.NOTE, color=style.TEXT,
        )  # fmt: skip
        axes.set_xlabel(say("Cost a year on top of the baseline, yuan"), fontsize=style.LABEL)
        self._key(axes)

    def _heights(self, axes: Axes) -> tuple[float, float]:
        """From the worse to the better; what is far worse than the best is good is cut off."""
        direction = self.spending.direction
        ends = sorted(direction * end for end in axes.get_ylim())
        return direction * max(ends[0], -DEEPEST * max(ends[1], 1e-12)), direction * ends[1]

    def _key(self, axes: Axes) -> None:
        entries = [
            (marks.dot(TRIED, "o"), say("tried in the search (as believed)")),
            (marks.dot(FRONT, "o"), say("frontier, with intervals")),
        ]
        if self.spending.chosen is not None:
            entries.append((marks.dot(CHOSEN, "o"), say("chosen")))
        handles, texts = zip(*entries, strict=True)
        axes.legend(
            handles, texts, loc="lower right", frameon=False, fontsize=style.LABEL, ncols=3,
            bbox_to_anchor=(1.0, 1.0), borderaxespad=0.1, handletextpad=0.2, columnspacing=1.2,
        )  # fmt: skip

    # ------------------------------------------------------------ rows of uses

    def parts(self) -> None:
        """What each use in the chosen portfolio brings, and costs."""
        spending, parts = self.spending, self.spending.answer["parts"]
        axes = self._rows(LEFT, len(parts), say("What is in the chosen portfolio"), "parts")
        if not parts:
            marks.say_inside(axes, say("nothing"))
            return
        for y, part in enumerate(parts):
            name = f"{spending.use(part['use'])} {spending.amount(part['use'], part['amount'])}"
            self._row(axes, y, name, part["gain"], yuan(part["cost"][0]), CHOSEN)
        self._scale(axes, say("brings (without it, this much less)"), say("costs a year"))

    def margins(self) -> None:
        """What 100,000 yuan more, or less, do with each use."""
        spending = self.spending
        axes = self._rows(
            LEFT + (WIDTH - LEFT) / 2,
            len(self.rows),
            say("What 100,000 yuan buy: the next (blue), the last (orange)"),
            "margins",
        )
        if not self.rows:
            marks.say_inside(axes, say("nothing"))
            return
        for y, row in enumerate(self.rows):
            use = row["use"]
            span = f"{spending.amount(use, row['from'])}→{spending.amount(use, row['to'])}"
            colour = CHOSEN if row["to"] > row["from"] else FRONT
            name = f"{spending.use(use)} {span}"
            self._row(axes, y, name, row["rate"], _signed(row["cost"][0]), colour)
        self._scale(axes, say("rate for 100,000 yuan"), say("the step's cost"))

    def _row(self, axes: Axes, y: int, name: str, gain: Numbers, cost: str, colour: str) -> None:
        marks.before_row(axes, y, _in_lines(name), style.INK)
        mean, low, high = (self.spending.direction * number for number in gain)
        axes.plot([low, high], [y, y], color=colour, linewidth=1.8)
        inside = colour if told(gain) else "white"
        axes.plot([mean], [y], "o", color=colour, mfc=inside, markersize=6)
        marks.after_row(axes, y, cost)

    def _scale(self, axes: Axes, left: str, right: str) -> None:
        axes.axvline(0.0, color=style.BASELINE, linewidth=1.0, zorder=0)
        if self.spending.direction < 0:
            axes.invert_xaxis()
        unit = self.spending.unit
        axes.xaxis.set_major_formatter(FuncFormatter(marks.ticks(unit, signed=True)))
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.margins(x=0.08)
        marks.above(axes, 0.0, left, "left")
        axes.annotate(
            right, (1, 1), xycoords="axes fraction", xytext=(5, 5), textcoords="offset points",
            ha="left", va="bottom", fontsize=style.NOTE, color=style.TEXT,
        )  # fmt: skip

    # ------------------------------------------------------------ pieces

    def notes(self) -> None:
        """How to read it."""
        note = say(
            "Lines: 95 % intervals from fresh replications, simultaneous within each panel. "
            "Hollow: cannot be told from nothing (above: from the next cheaper one)."
        )
        self._text(LEFT, 0.42, note, style.NOTE, style.TEXT)
        if self.worse:
            names = listed([self.spending.use(row["use"]) for row in self.worse])
            text = say("Not drawn, as their next step makes it worse: {uses}.", uses=names)
            self._text(LEFT, 0.2, text, style.NOTE, style.TEXT)

    def _rows(self, left: float, count: int, title: str, label: str) -> Axes:
        size = ROW * max(count, 1)
        width = (WIDTH - LEFT) / 2 - NAMES - COSTS
        axes = self._axes(left + NAMES, TOP + CLOUD + GAP, width, size, label)
        axes.set_ylim(max(count, 1) - 0.5, -0.5)
        axes.set_yticks([])
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x")
        height = self.height - TOP - CLOUD - GAP + 0.38
        self._text(left, height, title, style.HEADING, style.INK)
        return axes

    def _axes(self, left: float, top: float, width: float, height: float, label: str) -> Axes:
        bottom = self.height - top - height
        return self.figure.add_axes(
            (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height), label=label
        )

    def _text(self, left: float, bottom: float, text: str, size: float, colour: str) -> None:
        self.figure.text(left / WIDTH, bottom / self.height, text, fontsize=size, color=colour)


def _in_lines(name: str) -> str:
    """A long name on two lines; Chinese ones are short."""
    kept = name.replace(" %", "\xa0%")  # a number and its sign stay together
    return "\n".join(wrap(kept, LONGEST))


def _signed(amount: float) -> str:
    return words.quantity(amount, nan, "yuan", signed=True)
