"""A report as one web page: no network, no markup from anybody's names, complete without scripts.

The page's own policy forbids everything but its one stylesheet and one script (by their hashes),
and pictures and a font that it carries itself. Texts are escaped by Jinja; nothing is marked safe
but what this file makes.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from govsim.language import say, speaking
from govsim.report import images
from govsim.report.document import MARKS, Document, Picture, Strip, pictures, unfolded
from govsim.report.style import FONT_FAMILY
from govsim.report.webfont import webfont

TEMPLATES = files("govsim") / "report" / "templates"
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
TAG = re.compile(r"<[^>]*>")


def as_html(told: Document, *, paper: bool = False) -> str:
    """The page. ``paper``: for a printing program, with an annex.

    Returns:
        A complete HTML5 document, UTF-8.
    """
    with speaking(told.lang):
        told = on_paper(told) if paper else told
        body = (
            _environment()
            .get_template("body.html")
            .render(
                document=told,
                images=_images(pictures(told)),
                phone_images={} if paper else _images(pictures(told), small=True),
                places=_strip,
                labels=_labels(told),
                marks=MARKS,
                paper=paper,
            )
        )
        sheet = _font(TAG.sub(" ", body) + told.title) + _file("report.css")
        script = "" if paper else _file("report.js")
        return (
            _environment()
            .get_template("page.html")
            .render(
                document=told,
                body=Markup(body),
                sheet=Markup(sheet),
                script=Markup(script),
                policy=_policy(sheet, script),
            )
        )


def _labels(told: Document) -> dict[str, str]:
    """What the page says of itself."""
    return {
        "skip": say("Skip to the content"),
        "contents": say("Contents"),
        "kicker": say("Report of a simulation"),
        "footer": say(
            "Written by {program} from stored results. It needs no network and sends nothing.",
            program=told.author,
        ),
    }


def on_paper(told: Document) -> Document:
    """The report with an annex instead of parts that unfold, in the language in use."""
    return unfolded(told, numbered, say("Annex"))


def numbered(number: int, title: str) -> str:
    """What a part of the annex is called."""
    return say("Annex {number}: {title}", number=number, title=title)


@cache
def _environment() -> Environment:
    loader = PackageLoader("govsim", "report/templates")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    environment.tests["kind"] = lambda block, name: type(block).__name__ == name
    return environment


def _seen(value: object) -> object:
    """Texts without signs that cannot be seen, some of which turn round what follows."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return UNSEEN.sub("\N{REPLACEMENT CHARACTER}", value)
    return value


def _file(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _policy(sheet: str, script: str) -> str:
    """What the page may do: nothing but show itself."""
    scripts = f"script-src {_hashed(script)}; " if script else ""
    return (
        f"default-src 'none'; style-src {_hashed(sheet)}; {scripts}"
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _font(text: str) -> str:
    data = b64encode(webfont(text)).decode()
    return (
        f'@font-face{{font-family:"{FONT_FAMILY}";'
        f'src:url("data:font/woff;base64,{data}") format("woff")}}\n'
    )


def _images(told: Iterable[Picture], *, small: bool = False) -> dict[str, dict[str, object]]:
    """By a picture's name where an image tag gets it, and its size; ``small``: for a phone."""
    if small:
        drawings = ((p.name, images.for_phone(p.narrow())) for p in told if p.narrow)
    else:
        drawings = ((p.name, images.for_screen(p.draw())) for p in told)
    return {name: _tag(image) for name, image in images.all_pressed(drawings).items()}


def _tag(image: images.Image) -> dict[str, object]:
    data = b64encode(image.content).decode()
    return {
        "src": Markup(f"data:image/{image.kind};base64,{data}"),
        "width": image.width,
        "height": image.height,
    }


HALF, MIDDLE = 46.0, 8.0  # of a strip: from zero to an end, and where its line lies


def _strip(strip: Strip) -> dict[str, str]:
    """Places of an interval's ends and mean on a strip 100 wide."""
    at = {name: 50.0 + HALF * value for name, value in strip_ends(strip).items()}
    return {name: f"{place:.1f}" for name, place in at.items()}


def strip_ends(strip: Strip) -> dict[str, float]:
    """The ends and the mean, none of them beyond the strip."""
    ends = {"low": strip.low, "mean": strip.mean, "high": strip.high}
    return {name: min(max(value, -1.0), 1.0) for name, value in ends.items()}
