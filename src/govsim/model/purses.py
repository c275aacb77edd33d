"""Money that runs out."""


def left(per_year: float, spent: float) -> float:
    """What may still be spent of a yearly sum."""
    return per_year - spent if spent < per_year else 0.0


def can_pay(yuan: float, left: float) -> bool:
    """Whether there is enough for one more piece; what costs nothing can always be had."""
    return yuan <= left
