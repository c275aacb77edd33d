"""What can be wrong with what a user gave us. Checked once, at the door."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: where it stands, what it is, and what would be right.

    ``where`` is "file:line:column" or "--set"; ``key`` the dotted path; ``message`` a plain
    sentence that names the value and what is allowed.
    """

    where: str
    key: str
    message: str

    def __str__(self) -> str:
        key = f" {self.key}:" if self.key else ""
        return f"{self.where}:{key} {self.message}"


class InputError(ValueError):
    """The input is wrong. Carries every mistake found, not only the first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))
