"""Titles that say what was found, and only if chance allows it."""

from math import isfinite

from govsim.experiments.comparison import Question
from govsim.language import say
from govsim.outcomes import KPIS
from govsim.report import words
from govsim.report.pictures.digest import Digest, Row, policy_name
from govsim.report.summary import sided

MANY_TIMES = 2.0  # more than before: a change that is told as a factor


def change_title(digest: Digest, kpi: str, side: str, neutral: str) -> str:
    """ "Night visits: Backlog at the end −12 %", of the policy set looked at closely.

    The neutral title stands where there is none, or where the change is not certain.
    """
    row = change(digest, kpi, side)
    if row is None or not row.certain:
        return neutral
    label = sided(KPIS[kpi], side)
    facts = {
        "policy": policy_name(str(digest.chosen)),
        "kpi": label,
        "change": told(digest, kpi, side),
    }
    return say("{policy}: {kpi} {change}", **facts)


def change(digest: Digest, kpi: str, side: str) -> Row | None:
    """The change that the policy set looked at closely makes; None where there is none."""
    if digest.chosen is None or digest.chosen == digest.base:
        return None
    row = digest.rows.get(Question(kpi, side), {}).get(digest.chosen)
    return row if row is not None and isfinite(row.change) else None


def told(digest: Digest, kpi: str, side: str) -> str:
    """The change in words: points for shares, per cent of the first for whatever counts."""
    row = change(digest, kpi, side)
    assert row is not None
    unit = KPIS[kpi].unit_of(side)
    base = row.mean - row.change
    if unit in {"share", "0-1"} or base <= 0.0:
        return words.quantity(row.change, float("nan"), unit, signed=True)
    return signed_percent(row.change / base)


def signed_percent(part: float) -> str:
    """0.12 -> "+12 %"; from three times on as a factor."""
    if part >= MANY_TIMES:
        return f"×{1 + part:.0f}"
    text = words.percent(abs(part)) if abs(part) >= 0.095 else _fine(abs(part))
    return ("+" if part > 0 else "−") + text


def _fine(part: float) -> str:
    return words.quantity(part, float("nan"), "share")
