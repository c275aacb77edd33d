"""Special desks: what they take, and what they invent."""

FEW = 1e-9  # what rounding may take off a whole number
MOST_SESSIONS = 100


def is_taken(u: float, share: float, severity: float, severity_below: float) -> bool:
    """Whether a special desk takes a case: a share of the milder ones."""
    return u < share and severity < severity_below


def due_in_week(week: int, per_week: float) -> int:
    """How many fall due in the week of that number (from 1), so many a week on average."""
    return int(week * per_week + FEW) - int((week - 1) * per_week + FEW)


def sessions_needed(x: float) -> int:
    """A number of sessions: whole, one at least."""
    if x < 1.5:
        return 1
    return int(x + 0.5) if x < MOST_SESSIONS else MOST_SESSIONS
