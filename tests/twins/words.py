"""Pieces of a random scenario: laws, and blocks whose values are picked from short lists."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from twins.choices import Choices

KEEP = object()  # among the options: leave it to the defaults
Options = Mapping[str, Sequence[Any]]


def block(c: Choices, options: Options) -> dict[str, Any]:
    """One option for each key, often the first; functions among them are asked for theirs."""
    picked = {key: c.one(values) if c.maybe(60) else values[0] for key, values in options.items()}
    return {
        key: value(c) if callable(value) else value
        for key, value in picked.items()
        if value is not KEEP
    }


# ---------------------------------------------------------------- laws

Write = Callable[[float], Any]


def _constant(c: Choices, write: Write, x: float) -> dict[str, Any]:
    return {"value": write(x)}


def _exponential(c: Choices, write: Write, x: float) -> dict[str, Any]:
    return {"mean": write(x)}


def _lognormal(c: Choices, write: Write, x: float) -> dict[str, Any]:
    if c.maybe(50):
        return {"median": write(x), "sigma": c.one((0.5, 0, 1.3))}
    return {"mean": write(x), "cv": c.one((1.2, 0.1, 2.5))}


def _gamma(c: Choices, write: Write, x: float) -> dict[str, Any]:
    return {"mean": write(x), "shape": c.one((2, 0.4, 6))}


def _weibull(c: Choices, write: Write, x: float) -> dict[str, Any]:
    return {"scale": write(x), "shape": c.one((2, 0.6, 1))}


def _triangular(c: Choices, write: Write, x: float) -> dict[str, Any]:
    low, high = c.one(((0.5, 2.0), (0.5, 1.0), (1.0, 1.5)))
    return {"low": write(x * low), "mode": write(x), "high": write(x * high)}


def _empirical(c: Choices, write: Write, x: float) -> dict[str, Any]:
    values = [write(x * factor) for factor in c.one(((1, 2), (1,), (0.5, 1, 1, 2)))]
    if c.maybe(50):
        return {"values": values, "weights": [c.one((1, 2.5, 0)) for _ in values[1:]] + [1]}
    return {"values": values}


FAMILIES = {
    "constant": _constant,
    "exponential": _exponential,
    "lognormal": _lognormal,
    "gamma": _gamma,
    "weibull": _weibull,
    "triangular": _triangular,
    "empirical": _empirical,
}


def law(c: Choices, write: Write, x: float) -> dict[str, Any]:
    """A law of any family that lies about x."""
    family = c.one(tuple(FAMILIES)) if x > 0 else "constant"
    return {"distribution": family, **FAMILIES[family](c, write, x)}


def waits(*hours: float) -> Callable[[Choices], dict[str, Any]]:
    """A duration about one of so many hours, or a law that gives nothing or for ever."""
    return lambda c: for_ever(c, c.one(hours)) if c.maybe(5) else durations(*hours)(c)


def for_ever(c: Choices, hours: float) -> dict[str, Any]:
    """A median as wished, and tails as long as a clock can say and longer."""
    return {"distribution": "lognormal", "median": f"{hours * 3600 + 1:g} s", "sigma": 25}


def durations(*hours: float) -> Callable[[Choices], dict[str, Any]]:
    """A law of work about one of so many hours."""
    return lambda c: law(c, lambda x: f"{x * 3600:g} s", c.one(hours))


def factors(*about: float) -> Callable[[Choices], dict[str, Any]]:
    """A law of plain numbers."""
    return lambda c: law(c, lambda x: x, c.one(about))


def days(c: Choices) -> dict[str, Any]:
    """How much more happens on one day than on another: no law with tails the loader refuses."""
    family = c.one(("constant", "exponential", "gamma", "triangular", "empirical"))
    return {"distribution": family, **FAMILIES[family](c, lambda x: x, 1)}


def levels(c: Choices) -> dict[str, Any]:
    """The same for all communities at once: with both, no tails beyond what the loader allows."""
    family = c.one(("constant", "triangular", "empirical"))
    return {"distribution": family, **FAMILIES[family](c, lambda x: x, 1)}


def shares(*about: float) -> Callable[[Choices], dict[str, Any]]:
    """A law of shares; those about a half reach up to 1, and the unbounded ones beyond."""
    return lambda c: law(c, lambda x: x, c.one(about))
