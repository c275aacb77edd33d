"""The fewest cadres in words, as tables and as figures."""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from govsim.decisions.folder import Decision
from govsim.decisions.staff import EDGE, TIMES
from govsim.language import language, say, speaking
from govsim.outcomes import KPIS
from govsim.report import marks, style, words
from govsim.report.summary import Line, Table, sided

Row = dict[str, Any]
WIDTH, PANEL_HEIGHT, GAP = 12.0, 3.2, 0.7  # inches
NOW, FEWEST, ROBUST = style.BASELINE, style.POLICY_COLOURS[0], style.POLICY_COLOURS[2]
COLUMN_INKS = (NOW, FEWEST, ROBUST)
NAMES = 3.0  # inches for the names of rows


def _the(decision: Decision, what: str) -> Row | None:
    return next((row for row in decision.answer["rows"] if row["what"] == what), None)


def _recommended(decision: Decision) -> Row | None:
    return _the(decision, "robust") or _the(decision, "fewest")


def chance(row: Row) -> str:
    """How often the targets are met, with its interval: "92 % (85-96 %)"."""
    return say(
        "{share} ({low} to {high})",
        share=words.percent(row["met"] / row["years"]),
        low=words.percent(row["low"]),
        high=words.percent(row["high"]),
    )


# ---------------------------------------------------------------- tables


def staff_tables(decision: Decision) -> list[Table]:
    """The answer beside now, the steps around it, and where the time of a case goes."""
    tables = [_answers(decision), _times(decision)]
    if decision.answer["verdict"] == "found":
        tables.insert(1, _neighbours(decision))
        if "path" in decision.answer:
            tables.append(_path(decision))
    return tables


def _columns(decision: Decision) -> list[tuple[str, Row]]:
    names = {
        "now": say("Now"),
        "fewest": say("Fewest"),
        "robust": say("With a margin"),
        "abundant": say("Four times as many"),
    }
    rows = ((name, _the(decision, what)) for what, name in names.items())
    return [(name, row) for name, row in rows if row is not None]


def _answers(decision: Decision) -> Table:
    columns = _columns(decision)
    lines = [
        Line(
            say("Cadres, {tier}", tier=words.tier_name(post["tier"])),
            tuple(f"{row['numbers'][place]:,}" for _, row in columns),
        )
        for place, post in enumerate(decision.answer["tiers"])
    ]
    lines.append(Line(say("Years that meet the target"), tuple(chance(row) for _, row in columns)))
    lines.append(
        Line(say("Cost a year, against now"), tuple(_money(row["cost"]) for _, row in columns))
    )
    return Table(tuple(name for name, _ in columns), tuple(lines))


def _money(yuan: float) -> str:
    return words.quantity(yuan, 0.0, "yuan", signed=True)


def _neighbours(decision: Decision) -> Table:
    lines = []
    for post in decision.answer["tiers"]:
        cells = [_beside(decision, post["tier"], side) for side in (-1, 1)]
        label = say("{tier}, by {step}", tier=words.tier_name(post["tier"]), step=post["step"])
        lines.append(Line(label, tuple(chance(row) if row else "–" for row in cells)))
    return Table((say("A step fewer"), say("A step more")), tuple(lines))


def _beside(decision: Decision, tier: str, side: int) -> Row | None:
    rows = decision.answer["rows"]
    return next((row for row in rows if (row["tier"], row["side"]) == (tier, side)), None)


def _times(decision: Decision) -> Table:
    columns = _columns(decision)
    names = [name for name in columns[0][1]["means"] if name.startswith("time_")]
    lines = []
    for name in names:
        cells = (_days(row["means"][name]) for _, row in columns)
        lines.append(Line(say("{kpi}, days a case", kpi=_label(name)), tuple(cells)))
    return Table(tuple(name for name, _ in columns), tuple(lines))


def _label(name: str) -> str:
    kpi = KPIS[name.partition(".")[0]]
    return say(kpi.label)


def _days(value: float | None) -> str:
    return "–" if value is None else f"{value + 0.0:.1f}".replace("-0.0", "0.0")


def _path(decision: Decision) -> Table:
    path = decision.answer["path"]
    lines = [
        Line(
            say("The year of days {first} to {last}", first=window["from"] + 1, last=window["to"]),
            (*_there(path, window["to"]), chance(window)),
        )
        for window in path["rolling"]
    ]
    after = path["after"]
    label = say("The year after: days {first} to {last}", first=after["from"] + 1, last=after["to"])
    lines.append(Line(label, (*_there(path, after["to"]), chance(after))))
    tiers = (say("Cadres, {tier}", tier=words.tier_name(tier)) for tier in path["steps"])
    return Table((*tiers, say("Target met in it")), tuple(lines))


def _there(path: Row, day: int) -> tuple[str, ...]:
    """How many there are at the end of a window, tier by tier."""
    return tuple(
        f"{int([count for first, count in steps if first < day][-1]):,}"
        for steps in path["steps"].values()
    )


# ---------------------------------------------------------------- sentences


def staff_sentences(decision: Decision) -> list[str]:
    """The answer, what speaks against it, and how it would tighten."""
    if decision.answer["verdict"] != "found":
        return [*_refusal(decision), _with_more_time(decision)]
    found = [_headline(decision), *_spare(decision), *_edges(decision), *_way(decision)]
    return [*found, _with_more_time(decision)]


def _target(decision: Decision) -> str:
    return " + ".join(decision.question["targets"])


def _headline(decision: Decision) -> str:
    row = _recommended(decision)
    assert row is not None
    counts = ", ".join(
        say(
            "{tier} {count} (now {now})",
            tier=words.tier_name(post["tier"]),
            count=f"{count:,}",
            now=f"{post['now']:,}",
        )
        for post, count in zip(decision.answer["tiers"], row["numbers"], strict=True)
    )
    return say(
        "With these cadres {target} is met in {chance} of years: {counts}. They cost {cost} a "
        "year against now.",
        target=_target(decision),
        chance=chance(row),
        counts=counts,
        cost=_money(row["cost"]),
    )


def _spare(decision: Decision) -> list[str]:
    row = _recommended(decision)
    assert row is not None
    fewer = [
        say("{tier} {count}", tier=words.tier_name(post["tier"]), count=post["now"] - count)
        for post, count in zip(decision.answer["tiers"], row["numbers"], strict=True)
        if count < post["now"]
    ]
    if not fewer:
        return []
    return [say("More than the target needs are there now: {tiers}.", tiers=", ".join(fewer))]


def _edges(decision: Decision) -> list[str]:
    """Where a step fewer makes the chance fall off a cliff."""
    fewest = _the(decision, "fewest")
    assert fewest is not None
    found = []
    for post in decision.answer["tiers"]:
        fewer = _beside(decision, post["tier"], -1)
        if fewer and fewest["met"] / fewest["years"] - fewer["met"] / fewer["years"] > EDGE:
            found.append(
                say(
                    "A knife-edge: with {step} fewer at {tier} the share of years falls from "
                    "{here} to {there}. Plan with the margin.",
                    step=post["step"],
                    tier=words.tier_name(post["tier"]),
                    here=words.percent(fewest["met"] / fewest["years"]),
                    there=words.percent(fewer["met"] / fewer["years"]),
                )
            )
    return found


def _way(decision: Decision) -> list[str]:
    path = decision.answer.get("path")
    if path is None:
        return []
    after = path["after"]
    text = say(
        "Hiring at an even pace over {days} days; in the year after it the target is met in "
        "{chance} of years.",
        days=f"{path['over']:.0f}",
        chance=chance(after),
    )
    if after["high"] < decision.question["certainty"]:
        text = words.sentences(
            text,
            say(
                "That is less than asked for: what piled up meanwhile takes longer to work off, "
                "and the numbers are those of a city that has had these cadres all along."
            ),
        )
    return [text]


def _refusal(decision: Decision) -> list[str]:
    now, abundant = _the(decision, "now"), _the(decision, "abundant")
    assert now is not None and abundant is not None
    told = {
        "target": _target(decision),
        "chance": chance(abundant),
        "certainty": words.percent(decision.question["certainty"]),
    }
    if _waits_for_cadres(abundant):
        first = say(
            "Four times as many cadres are not enough for {target}: it is met in {chance} of "
            "years, and {certainty} are asked for. Even then a case waits for them longer than "
            "for anything else.",
            **told,
        )
    elif abundant["high"] >= decision.question["certainty"]:
        first = say(
            "Cadres hardly limit {target}: even with four times as many it is met in {chance} of "
            "years, too few to be sure of the {certainty} that are asked for.",
            **told,
        )
    else:
        first = say(
            "Cadres are not what limits {target}: even with four times as many it is met in "
            "{chance} of years, and {certainty} are asked for.",
            **told,
        )
    return [first, *_reached(decision, now, abundant), _where_time_goes(abundant)]


def _waits_for_cadres(row: Row) -> bool:
    """Whether a case spends more time in queues than with anything else: then cadres do limit."""
    times = _times_of(row)
    return max(times, key=lambda name: times[name], default="").startswith("time_in_queue")


def _times_of(row: Row) -> dict[str, float]:
    """Days of a case's first 60, by what it spends them on."""
    means = {name: row["means"][f"{name}.recorded"] for name in TIMES}
    return {name: days for name, days in means.items() if days is not None}


def _reached(decision: Decision, now: Row, abundant: Row) -> list[str]:
    found = []
    targets = decision.question["targets"]
    for name, value in abundant["means"].items():
        asked = any(target.startswith(name) for target in targets)
        if not asked or value is None or now["means"][name] is None:
            continue
        kpi, side = KPIS[name.partition(".")[0]], name.partition(".")[2].partition("@")[0]
        found.append(
            say(
                "{kpi}: {now} now, {abundant} with four times the cadres.",
                kpi=sided(kpi, side),
                now=words.quantity(now["means"][name], 0.0, kpi.unit_of(side)),
                abundant=words.quantity(value, 0.0, kpi.unit_of(side)),
            )
        )
    return found


def _where_time_goes(row: Row) -> str:
    times = _times_of(row)
    whole = sum(times.values()) or 1.0
    longest = sorted(times, key=lambda name: -times[name])[:3]
    parts = ("；" if language() == "zh" else "; ").join(
        say(
            "{kpi} {share}",
            kpi=_label(name),
            share=words.percent(times[name] / whole),
        )
        for name in longest
    )
    return say("Then a case spends its first 60 days as follows: {parts}.", parts=parts)


def _with_more_time(decision: Decision) -> str:
    question, answer = decision.question, decision.answer
    return say(
        "{trials} years were simulated, {tried} numbers tried. A narrower --indifference (now "
        "{points} points) and more --years make the answer sharper.",
        trials=f"{answer['trials']:,}",
        tried=answer["tried"],
        points=f"{100 * question['indifference']:g}",
    )


# ---------------------------------------------------------------- figures


def save_staff_figures(decision: Decision, folder: Path) -> list[Path]:
    """Write ``staff.en.png`` and the like, and ``hiring...`` if there is a path.

    Where no number of cadres meets the target, ``staff`` shows where the time goes instead.
    """
    if decision.answer["verdict"] != "found":
        return style.save_everywhere("staff", lambda lang: times_figure(decision, lang), folder)
    written = style.save_everywhere("staff", lambda lang: staff_figure(decision, lang), folder)
    if "path" in decision.answer:
        written += style.save_everywhere(
            "hiring", lambda lang: hiring_figure(decision, lang), folder
        )
    return written


def staff_figure(decision: Decision, lang: str) -> Figure:
    """The share of years that meet the target against the cadres of each tier."""
    with speaking(lang), style.styled():
        tiers = decision.answer["tiers"]
        figure, panels = _page(decision, say("How many cadres are enough?"), len(tiers))
        for place, (axes, post) in enumerate(zip(panels, tiers, strict=True)):
            _draw_tier(axes, decision, place, post)
            if place:
                axes.tick_params(labelleft=False)
        _note(
            figure,
            say(
                "Each tier varied alone, the others as in the fewest. Share of simulated years "
                "that meet the target, with 95 % intervals; dashed: the certainty asked for."
            ),
        )
    return figure


def times_figure(decision: Decision, lang: str) -> Figure:
    """Where the first 60 days of a case go, by numbers of cadres: what more do not shorten."""
    with speaking(lang), style.styled():
        figure, (axes,) = _page(decision, say("Where a case spends its first 60 days"), 1)
        box = axes.get_position()
        axes.set_position((NAMES / WIDTH, box.y0, box.x1 - NAMES / WIDTH - 0.02, box.height))
        columns = _columns(decision)
        _draw_times(axes, [row for _, row in columns])
        heads = zip(columns, (style.TEXT, *COLUMN_INKS[1:]), strict=False)
        for place, ((name, row), ink) in enumerate(reversed(list(heads))):
            text = say("{cadres}: target met in {chance} of years", cadres=name, chance=chance(row))
            axes.text(
                0.99, 0.06 + 0.09 * place, text, transform=axes.transAxes, ha="right", color=ink
            )
        axes.set_xlabel(say("days a case, means over the simulated years"))
    return figure


def _draw_times(axes: Axes, rows: list[Row]) -> None:
    """A row for each part of the time, the longest first, with a dot for each number of cadres."""
    first = {name: days for name, days in rows[0]["means"].items() if name.startswith("time_")}
    names = sorted(first, key=lambda name: -(first[name] or 0.0))
    for y, name in enumerate(names):
        days = [row["means"][name] for row in rows]
        known = [value for value in days if value is not None]
        axes.plot([min(known, default=0.0), max(known, default=0.0)], [y, y], color=style.RULE)
        for value, ink in zip(days, COLUMN_INKS, strict=False):
            if value is not None:
                axes.plot([value], [y], "o", color=ink, markersize=7)
        marks.before_row(axes, y, _label(name), style.INK)
        told = " → ".join(map(_days, days))
        axes.annotate(
            told, (max(known, default=0.0), y), xytext=(9, 0), textcoords="offset points",
            va="center", fontsize=style.NOTE, color=style.TEXT,
        )  # fmt: skip
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 1.15 * max((value or 0.0) for value in first.values()) or 1.0)
    axes.set_yticks([])
    axes.grid(axis="x")


def _page(decision: Decision, title: str, count: int) -> tuple[Figure, list[Axes]]:
    height = PANEL_HEIGHT + 2.1
    figure = Figure(figsize=(WIDTH, height))
    _text(figure, 0.62, height - 0.5, title, style.TITLE, style.INK)
    below = say("{name}: {target}", name=decision.name, target=_target(decision))
    _text(figure, 0.62, height - 0.82, below, style.SUBTITLE, style.TEXT)
    width = (WIDTH - 1.1 - 0.4 - GAP * (count - 1)) / count
    panels = []
    for place in range(count):
        left = 1.1 + place * (width + GAP)
        rect = (left / WIDTH, 0.95 / height, width / WIDTH, PANEL_HEIGHT / height - 0.02)
        panels.append(figure.add_axes(rect, label=str(place)))
    return figure, panels


def _note(figure: Figure, text: str) -> None:
    _text(figure, 0.62, 0.2, text, style.NOTE, style.TEXT)


def _text(figure: Figure, x: float, y: float, text: str, size: float, colour: str) -> None:
    height = figure.get_size_inches()[1]
    figure.text(x / WIDTH, y / height, text, fontsize=size, color=colour)


def _draw_tier(axes: Axes, decision: Decision, place: int, post: Row) -> None:
    fewest = _the(decision, "fewest")
    assert fewest is not None
    rows = [row for row in decision.answer["rows"] if row["tier"] == post["tier"]]
    rows = sorted([*rows, fewest], key=lambda row: float(row["numbers"][place]))
    x = [row["numbers"][place] for row in rows]
    axes.plot(x, [row["met"] / row["years"] for row in rows], color=FEWEST, linewidth=1.2)
    for at, row in zip(x, rows, strict=True):
        _draw_chance(axes, at, row, FEWEST if row is fewest else style.TEXT, row is fewest)
    axes.axhline(decision.question["certainty"], color=style.TEXT, linewidth=0.9, dashes=(4, 3))
    axes.annotate(
        say("fewest: {count}", count=f"{fewest['numbers'][place]:,}"),
        (fewest["numbers"][place], fewest["low"]), xytext=(7, -3), textcoords="offset points",
        ha="left", va="top", fontsize=style.LABEL, color=FEWEST,
    )  # fmt: skip
    marks.percent_axis(axes)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.margins(x=0.12)
    title = say("{tier}, cadres; now {now}", tier=words.tier_name(post["tier"]), now=post["now"])
    style.panel_title(axes, title)
    if min(x) <= post["now"] <= max(x):
        axes.axvline(post["now"], color=NOW, linewidth=1.0)


def _draw_chance(axes: Axes, x: float, row: Row, colour: str, strong: bool) -> None:
    axes.plot([x, x], [row["low"], row["high"]], color=colour, linewidth=1.6 if strong else 1.0)
    axes.plot([x], [row["met"] / row["years"]], "o", color=colour, markersize=7 if strong else 4)


def hiring_figure(decision: Decision, lang: str) -> Figure:
    """Cadres over time, and how often the target is met in the year up to a day."""
    with speaking(lang), style.styled():
        figure, (left, right) = _page(decision, say("The way there"), 2)
        path = decision.answer["path"]
        ends = path["after"]["to"]
        _draw_steps(left, path, ends)
        _draw_rolling(right, decision, ends)
        _note(
            figure,
            say(
                "Newcomers are slower at first. Right: share of simulated years up to that day "
                "that meet the target, with 95 % intervals; grey: while hiring goes on."
            ),
        )
    return figure


def _draw_steps(axes: Axes, path: Row, ends: int) -> None:
    colours = iter(style.TIER_COLOURS * len(path["steps"]))
    named: list[float] = []  # heights at which a line has its name already
    for (tier, steps), colour in zip(path["steps"].items(), colours, strict=False):
        more = [count - steps[0][1] for _, count in steps]
        days = [day for day, _ in steps]
        axes.step([*days, ends], [*more, more[-1]], where="post", color=colour)
        axes.annotate(
            f"{words.tier_name(tier)} {more[-1]:+,.0f}".replace("-", "−"), (ends, more[-1]),
            xytext=(-2, 4 + 12 * named.count(more[-1])), textcoords="offset points",
            ha="right", va="bottom", fontsize=style.LABEL, color=colour,
        )  # fmt: skip
        named.append(more[-1])
    style.panel_title(axes, say("Cadres more than now"))
    axes.set_xlim(0, 1.02 * ends)  # room for a dot on the last day
    axes.margins(y=0.15)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_xlabel(say("days from the start"))


def _draw_rolling(axes: Axes, decision: Decision, ends: int) -> None:
    path = decision.answer["path"]
    axes.axvspan(path["begins"], path["begins"] + path["over"], color=style.GRID, linewidth=0)
    for window in path["rolling"]:
        _draw_chance(axes, window["to"], window, FEWEST, strong=False)
    _draw_chance(axes, path["after"]["to"], path["after"], FEWEST, strong=True)
    axes.axhline(decision.question["certainty"], color=style.TEXT, linewidth=0.9, dashes=(4, 3))
    marks.percent_axis(axes)
    axes.set_xlim(0, 1.02 * ends)  # room for a dot on the last day
    style.panel_title(axes, say("Target met in the year up to that day"))
    axes.set_xlabel(say("days from the start"))
