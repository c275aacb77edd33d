"""Being watched, scored and ranked: what superiors do to the offices below them."""

from govsim.model.handling import rushed

FINE = 1 << 30  # steps of a score: offices closer than that share it
PLACE_BITS = 24  # of an office's number, below its score


def reminded(begun: int, wait: int, first: int, last: int, rush: float) -> int:
    """When a reply under preparation goes out if superiors remind the office of it twice.

    From the first reminder on preparing goes (1 + rush) times as fast, from the last one on
    (1 + 2 rush) times, and what is late is not forgotten.
    """
    return rushed(begun, wait, first, last, rush, 1.0 / (1.0 + 2.0 * rush) - 1.0)


def is_scored(strength: float, report: int) -> bool:
    """Whether anybody scores an office."""
    return strength > 0.0 or report > 0


def earned(weight: float, good: int, of: int) -> float:
    """What a rate adds to a score; nothing where there was nothing to be good at."""
    return weight * good / of if of > 0 else 0.0


def counted(weight: float, of: int) -> float:
    """How much a rate counts: not at all where there was nothing to be good at."""
    return weight if of > 0 else 0.0


def mixed(records: float, residents: float, resident_weight: float) -> float:
    """A score: what the office's own records say, and what residents say themselves."""
    return records + resident_weight * (residents - records)


def place(score: float, office: int) -> int:
    """A number by which offices stand in order: the best score first, ties by number."""
    return int((1.0 - score) * FINE + 0.5) << PLACE_BITS | office


def behind(rank: int, count: int) -> float:
    """How far down the ranking an office stands: 0 for the first, 1 for the last."""
    return rank / (count - 1) if count > 1 else 0.0


def paper_pressure(strength: float, behind: float, resident_weight: float) -> float:
    """Pressure to look good in the records; none from what residents judge themselves."""
    return strength * behind * (1.0 - resident_weight)


def hurry(strength: float, behind: float, effort: float, most: float) -> float:
    """How many times as fast people work who are far down the ranking, at most so many times."""
    faster = 1.0 + effort * strength * behind
    return faster if faster < most else most
