"""How every figure looks: type, greys, colours, and files that are the same bytes every time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from govsim.language import LANGUAGES

FONT_FAMILY = "Govsim Sans SC"
FONT_FILE = files("govsim") / "report" / "fonts" / "GovsimSansSC-Regular.otf"

# One type scale, in points; the second line is of the report's pictures, half as wide.
TITLE, SUBTITLE, HEADING, PANEL, LABEL, NOTE = 19.0, 11.0, 12.0, 10.0, 9.0, 8.5
HEAD, BODY, SMALL = 9.0, 8.0, 7.0

INK = "#1f2328"  # titles, values
TEXT = "#57606a"  # labels, notes
RULE = "#d0d7de"  # axes
GRID = "#eaeef2"
BASELINE = "#8b949e"
FAINT = "#c4cad1"  # policies that are there, but not named by a colour
SIDE_COLOURS = {"recorded": BASELINE, "true": "#0072B2"}

# Okabe and Ito's colours, which the colour-blind tell apart; blue first, yellow never on white.
POLICY_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
TIER_COLOURS = ("#009E73", "#0072B2", "#CC79A7", "#D55E00", "#E69F00")

BAND = 0.16  # opacity of an interval

_SETTINGS: dict[Any, Any] = {
    "font.family": [FONT_FAMILY, "DejaVu Sans"],
    "font.size": LABEL,
    "text.color": INK,
    "text.parse_math": False,  # a name may hold dollar signs
    "axes.unicode_minus": False,
    "axes.edgecolor": RULE,
    "axes.labelcolor": TEXT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "xtick.labelsize": LABEL,
    "ytick.labelsize": LABEL,
    "xtick.major.size": 3.0,
    "xtick.major.width": 0.8,
    "ytick.major.size": 0.0,
    "xtick.major.pad": 3.0,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "govsim",
    "svg.fonttype": "path",
    "path.simplify": True,
}


@cache
def register_font() -> None:
    """Make the bundled font known to matplotlib, once."""
    with as_file(FONT_FILE) as path:
        font_manager.fontManager.addfont(str(path))


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save in this style; leave matplotlib as it was."""
    register_font()
    with rc_context(_SETTINGS):
        yield


def save(figure: Figure, path: Path) -> None:
    """Write a PNG or SVG without dates or versions in it: the same figure gives the same bytes."""
    path.write_bytes(rendered(figure, path.suffix.removeprefix(".")))


def rendered(figure: Figure, kind: str, dpi: int = 150) -> bytes:
    """The same in memory; ``kind`` is png or svg."""
    nameless: dict[str, dict[str, str | None]] = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": None},
    }
    content = BytesIO()
    with styled():
        figure.savefig(content, format=kind, dpi=dpi, metadata=nameless[kind])
    return content.getvalue()


def pixels(figure: Figure, dpi: int) -> NDArray[np.uint8]:
    """The same as red, green, blue, opacity: (height, width, 4)."""
    with styled():
        figure.set_dpi(dpi)
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        return np.array(canvas.buffer_rgba())


def save_everywhere(name: str, draw: Callable[[str], Figure], folder: Path) -> list[Path]:
    """A figure in every language, as PNG and as SVG; says where they are."""
    written = []
    for lang in LANGUAGES:
        figure = draw(lang)
        for ending in ("png", "svg"):
            path = folder / f"{name}.{lang}.{ending}"
            save(figure, path)
            written.append(path)
    return written


def colours(policy_sets: Sequence[str]) -> dict[str, str]:
    """A colour for each policy set: grey for the first, which others are compared with."""
    accents = POLICY_COLOURS * len(policy_sets)
    return dict(zip(policy_sets, (BASELINE, *accents), strict=False))


def panel_title(axes: Axes, text: str, colour: str = INK) -> None:
    """A small title above the left edge of a panel."""
    axes.set_title(text, loc="left", fontsize=PANEL, color=colour, pad=6)
