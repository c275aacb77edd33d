"""The figure of scaling.py: time and memory by a city's size, memory by the length of a run."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from govsim.report import style

if TYPE_CHECKING:
    from scaling import Cost, Scaling

WIDTH, HEIGHT = 12.0, 4.85  # inches
LEFT, BOTTOM, PANEL_WIDTH, PANEL_HEIGHT, GAP = 0.75, 0.65, 3.25, 2.5, 0.65
TIME, MEMORY, REFERENCE = style.POLICY_COLOURS[0], style.POLICY_COLOURS[1], style.BASELINE

CHINESE = {
    "What a replication costs, from a town to a city as large as Beijing": (
        "一次重复的开销：从小镇到北京规模的城市"
    ),
    "compiled engine with the tally, one process, one core": "编译引擎含汇总，单进程、单核",
    "Time": "时间",
    "CPU seconds a year of the city": "模拟城市一年的 CPU 秒数",
    "Memory": "内存",
    "peak of the whole process, MB": "整个进程的峰值，MB",
    "Memory and the length of a run": "内存与运行长度",
    "peak of the whole process, MB; one district": "整个进程的峰值，MB；一个区",
    "grievances registered in the year": "全年登记诉求",
    "simulated years": "模拟年数",
    "in proportion": "按比例",
    "{n} residents, {s} s": "{n}居民，{s} 秒",
    "before the run": "运行前",
    "1 GB": "1 GB",
    "{n} grievances": "{n}件诉求",
}


def draw(found: "Scaling", path: Path, language: str) -> None:
    """Write the picture."""

    def tell(text: str, **values: object) -> str:
        return (CHINESE[text] if language == "zh" else text).format(**values)

    with style.styled():
        figure = Figure(figsize=(WIDTH, HEIGHT))
        _write(figure, LEFT - 0.45, HEIGHT - 0.48, _title(tell), style.TITLE, style.INK)
        below = tell("compiled engine with the tally, one process, one core")
        _write(figure, LEFT - 0.45, HEIGHT - 0.8, below, style.SUBTITLE, style.TEXT)
        _time(_panel(figure, 0), found.sizes, tell, language)
        _memory(_panel(figure, 1), found.sizes, tell, language)
        _years(_panel(figure, 2), found.years, tell, language)
        style.save(figure, path)


Tell = Callable[..., str]


def _title(tell: Tell) -> str:
    return tell("What a replication costs, from a town to a city as large as Beijing")


def _write(figure: Figure, x: float, y: float, text: str, size: float, colour: str) -> None:
    figure.text(x / WIDTH, y / HEIGHT, text, fontsize=size, color=colour)


def _panel(figure: Figure, place: int) -> Axes:
    left = LEFT + place * (PANEL_WIDTH + GAP)
    return figure.add_axes(
        (left / WIDTH, BOTTOM / HEIGHT, PANEL_WIDTH / WIDTH, PANEL_HEIGHT / HEIGHT)
    )


# ---------------------------------------------------------------- panels


def _time(axes: Axes, sizes: Sequence["Cost"], tell: Tell, language: str) -> None:
    cases = [cost.grievances for cost in sizes]
    seconds = [cost.seconds for cost in sizes]
    _headings(axes, tell("Time"), tell("CPU seconds a year of the city"))
    _both_logarithmic(axes, cases, seconds, language)
    axes.plot(cases, [seconds[0] * n / cases[0] for n in cases], color=REFERENCE, lw=1.0)
    axes.plot(cases, seconds, color=TIME, marker="o", markersize=5)
    middle = len(cases) // 2
    _label(axes, cases[middle], seconds[0] * cases[middle] / cases[0], tell("in proportion"),
           REFERENCE, (8, -12))  # fmt: skip
    first, last = sizes[0], sizes[-1]
    for cost, place, align in ((first, (10, 0), "left"), (last, (4, 9), "right")):
        people = _number(cost.residents, language)
        text = tell("{n} residents, {s} s", n=people, s=_plain(cost.seconds))
        _label(axes, cost.grievances, cost.seconds, text, TIME, place, align)


def _memory(axes: Axes, sizes: Sequence["Cost"], tell: Tell, language: str) -> None:
    cases = [cost.grievances for cost in sizes]
    peaks = [cost.peak for cost in sizes]
    before = [cost.before for cost in sizes]
    _headings(axes, tell("Memory"), tell("peak of the whole process, MB"))
    _both_logarithmic(axes, cases, [*peaks, *before, 1024], language)
    axes.axhline(1024, color=style.TEXT, lw=0.8, dashes=(3, 3))
    _label(axes, cases[0], 1024, tell("1 GB"), style.TEXT, (0, 4))
    axes.plot(cases, before, color=REFERENCE, lw=1.2)
    axes.plot(cases, peaks, color=MEMORY, marker="o", markersize=5)
    _label(axes, cases[-1], before[-1], tell("before the run"), REFERENCE, (0, -10), "right")
    _label(axes, cases[-1], peaks[-1], f"{peaks[-1]:,.0f} MB", MEMORY, (4, 9), "right")
    _label(axes, cases[0], peaks[0], f"{peaks[0]:,.0f} MB", MEMORY, (0, 8))


def _years(axes: Axes, years: dict[int, "Cost"], tell: Tell, language: str) -> None:
    title = tell("Memory and the length of a run")
    _headings(axes, title, tell("peak of the whole process, MB; one district"))
    counts, costs = list(years), list(years.values())
    peaks = [cost.peak for cost in costs]
    axes.plot(counts, peaks, color=MEMORY, marker="o", markersize=5)
    axes.set_ylim(0, 1.35 * max(peaks))
    axes.set_xlim(min(counts) - 0.4, max(counts) + 0.6)
    axes.xaxis.set_major_locator(FixedLocator(counts))
    axes.set_xlabel(tell("simulated years"))
    axes.grid(axis="x", visible=False)
    for count, cost, align in ((counts[0], costs[0], "left"), (counts[-1], costs[-1], "right")):
        cases = tell("{n} grievances", n=_number(cost.grievances, language))
        place = (-4 if align == "left" else 6, 9)
        _label(axes, count, cost.peak, f"{cost.peak:.0f} MB\n{cases}", MEMORY, place, align)


# ---------------------------------------------------------------- marks


def _headings(axes: Axes, title: str, unit: str) -> None:
    axes.text(0, 1.17, title, transform=axes.transAxes, fontsize=style.HEADING, color=style.INK)
    axes.text(0, 1.07, unit, transform=axes.transAxes, fontsize=style.LABEL, color=style.TEXT)


def _both_logarithmic(axes: Axes, x: Sequence[float], y: Sequence[float], language: str) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(min(x) / 1.5, max(x) * 1.6)
    axes.set_ylim(min(y) / 2.2, max(y) * 4.5)
    for axis, low, high in ((axes.xaxis, *axes.get_xlim()), (axes.yaxis, *axes.get_ylim())):
        steps = (1, 2, 5) if high / low < 200 else (1,)
        ticks = [step * 10.0**k for k in range(-6, 12) for step in steps]
        axis.set_major_locator(FixedLocator([tick for tick in ticks if low <= tick <= high]))
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda n, _: _number(n, language)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda n, _: _plain(n)))
    name = "grievances registered in the year"
    axes.set_xlabel(CHINESE[name] if language == "zh" else name)


def _label(
    axes: Axes, x: float, y: float, text: str, colour: str,
    offset: tuple[float, float], align: str = "left",
) -> None:  # fmt: skip
    above = "bottom" if offset[1] > 2 else "top" if offset[1] < -2 else "center"
    axes.annotate(
        text, (x, y), xytext=offset, textcoords="offset points", color=colour,
        fontsize=style.LABEL, ha=align, va=above, linespacing=1.3,
    )  # fmt: skip


def _plain(number: float) -> str:
    """Ten and more whole, less with one digit that counts."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.1g}"


def _number(number: float, language: str) -> str:
    """As each language counts: thousands and millions, or 万 and 亿."""
    if language == "zh":
        return f"{float(f'{number / 1e4:.3g}'):,g} 万" if number >= 1e4 else f"{number:,.0f} "
    if number >= 1e6:
        return f"{number / 1e6:.3g} million"
    return f"{round(number, -3):,.0f}" if number >= 1e5 else f"{float(f'{number:.2g}'):,.0f}"
