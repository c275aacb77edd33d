"""The pictures of the report, in its order: each a function of results, with a title and a text.

digest = Digest.of(results)            # reads once what all of them need
with speaking("zh"):
    for picture in PICTURES.values():
        figure = picture.draw(digest, "zh", "wide")    # None if these results cannot carry it
        if figure is not None:
            picture.title(digest), picture.alt(digest)
"""

from typing import NamedTuple, Protocol

from matplotlib.figure import Figure

from govsim.experiments import Results
from govsim.report.pictures import (
    backlog,
    best,
    cost_effect,
    delays,
    flow,
    hours,
    iceberg,
    load,
    on_time,
    precision,
    time_goes,
    twins,
)
from govsim.report.pictures.digest import Digest
from govsim.report.pictures.sheet import Width


class Draw(Protocol):
    """Draws a picture in a language, or says with None that the results cannot carry it."""

    def __call__(
        self, results: Results | Digest, lang: str, width: Width = "wide"
    ) -> Figure | None: ...


class Say(Protocol):
    """A text about a picture, in the language in use."""

    def __call__(self, results: Results | Digest) -> str: ...


class Picture(NamedTuple):
    """One picture: its finding as a title, itself, and in words for those who cannot see it."""

    name: str
    title: Say
    draw: Draw
    alt: Say


_MODULES = {
    "backlog": backlog,
    "on_time": on_time,
    "delays": delays,
    "time_goes": time_goes,
    "flow": flow,
    "load": load,
    "hours": hours,
    "cost_effect": cost_effect,
    "iceberg": iceberg,
    "twins": twins,
    "precision": precision,
    "best": best,
}
PICTURES = {name: Picture(name, m.title, m.draw, m.alt) for name, m in _MODULES.items()}

__all__ = ["PICTURES", "Digest", "Picture", "Width"]
