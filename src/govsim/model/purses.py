"""Money that runs out."""

BOTTOMLESS = 1.0e300  # yuan in the purse of who has none: no limit


def left(per_year: float, spent: float) -> float:
    """What may still be spent of a yearly sum."""
    return per_year - spent if spent < per_year else 0.0


def can_pay(yuan: float, left: float) -> bool:
    """Whether there is enough for one more piece; what costs nothing can always be had."""
    return yuan <= left
