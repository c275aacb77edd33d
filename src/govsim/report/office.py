"""What Word files and slides have in common: types, letters, archives without a clock."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from govsim.errors import Finding, InputError
from govsim.language import say
from govsim.report.document import Document

LATIN, CHINESE = "Calibri", "Microsoft YaHei"  # every office has them, or puts others in place
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that an archive can say
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
LONGEST = 4000  # letters of one text; no cell and no line of ours has more


def needs(module: str) -> None:
    """Raises InputError: a library is not installed."""
    if find_spec(module) is None:
        message = say('This format needs another library: pip install "govsim[office]"')
        raise InputError([Finding("--format", "", message)])


def plain(text: str) -> str:
    """A text without what XML cannot hold or nobody can see, and of a sensible length."""
    seen = UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)
    return seen if len(seen) <= LONGEST else seen[: LONGEST - 1] + "…"


def moment(told: Document) -> datetime:
    """When the results were finished, for a file's properties."""
    try:
        found = datetime.fromisoformat(told.moment)
    except ValueError:
        return datetime(*FIRST_DAY[:3])
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def without_clock(archive: bytes) -> bytes:
    """The same archive, of which no part says when it was written."""
    content = BytesIO()
    with ZipFile(BytesIO(archive)) as old, ZipFile(content, "w", ZIP_DEFLATED) as new:
        for name, part in _parts(old):
            info = ZipInfo(name, FIRST_DAY)
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, part)
    return content.getvalue()


def _parts(archive: ZipFile) -> Iterator[tuple[str, bytes]]:
    for info in archive.infolist():
        yield info.filename, archive.read(info)
