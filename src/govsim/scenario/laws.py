"""Probability laws as a planner writes them: ``{distribution: lognormal, median: 3 d, sigma: 1}``.

The parameters that say *where* a law lies carry the unit that the place asks for: seconds for waits
and work, plain numbers for factors, shares for severity and trust.
"""

import math
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, Self, TypeAlias, TypeVar

from pydantic import Field, field_validator, model_validator

from govsim.language import say
from govsim.scenario.kinds import (
    LAW_SECONDS,
    POSITIVE,
    SHARE,
    Kind,
    NotNegative,
    Positive,
    Words,
    items,
    refuse,
    word,
)

Place = TypeVar("Place", bound=float)


def _positive(value: float | None) -> float | None:
    if value is not None and value <= 0:
        raise refuse(say("this parameter must be more than 0 in this distribution"))
    return value


class Constant(Words, Generic[Place]):
    """Always the same value."""

    distribution: Literal["constant"] = word("always the same value")
    value: Place = word("the value")


class Exponential(Words, Generic[Place]):
    """Memoryless waits."""

    distribution: Literal["exponential"] = word("memoryless")
    mean: Place = word("the mean")

    _above_zero = field_validator("mean", mode="after")(_positive)


class Lognormal(Words, Generic[Place]):
    """Right-skewed, given by median and sigma or by mean and coefficient of variation."""

    distribution: Literal["lognormal"] = word("right-skewed; give median and sigma, or mean and cv")
    median: Place | None = Field(None, description="half of all values are below")
    sigma: NotNegative | None = Field(None, description="spread of the logarithm")
    mean: Place | None = Field(None, description="the mean")
    cv: NotNegative | None = Field(None, description="standard deviation / mean")

    _above_zero = field_validator("median", "mean", mode="after")(_positive)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = tuple(
            name for name in ("median", "sigma", "mean", "cv") if name in self.model_fields_set
        )
        if given not in (("median", "sigma"), ("mean", "cv")):
            text = "a lognormal distribution needs median and sigma, or mean and cv; found {given}"
            raise refuse(say(text, given=", ".join(given) or say("none of them")))
        return self

    def median_and_sigma(self) -> tuple[float, float]:
        """The law by its median and the standard deviation of its logarithm."""
        if self.median is not None and self.sigma is not None:
            return float(self.median), self.sigma
        assert self.mean is not None and self.cv is not None
        variance = math.log1p(self.cv * self.cv)
        return self.mean / math.exp(variance / 2), math.sqrt(variance)


class Gamma(Words, Generic[Place]):
    """Given by mean and shape; shape 1 is exponential."""

    distribution: Literal["gamma"] = word("skewed; shape 1 is exponential")
    mean: Place = word("the mean")
    shape: Positive = word("the larger, the narrower")

    _above_zero = field_validator("mean", mode="after")(_positive)


class Weibull(Words, Generic[Place]):
    """Given by scale and shape."""

    distribution: Literal["weibull"] = word("waits whose end comes nearer (shape above 1) or not")
    scale: Place = word("63 % of all values are below")
    shape: Positive = word("1 is exponential")

    _above_zero = field_validator("scale", mode="after")(_positive)


class Triangular(Words, Generic[Place]):
    """Between two ends, most often near the mode."""

    distribution: Literal["triangular"] = word("between two ends, most often near the mode")
    low: Place = word("the lower end")
    mode: Place = word("the most frequent value")
    high: Place = word("the upper end")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise refuse(say("low, mode and high must stand in this order, and low below high"))
        return self


class Empirical(Words, Generic[Place]):
    """One of the given values, each with its weight."""

    distribution: Literal["empirical"] = word("one of the given values")
    values: Annotated[tuple[Place, ...], items(1, 10_000)] = word("the values")
    weights: tuple[NotNegative, ...] = Field((), description="as many; all the same if left out")

    @model_validator(mode="after")
    def _as_many(self) -> Self:
        if self.weights and len(self.weights) != len(self.values):
            text = "{weights} weights do not fit {values} values; give as many"
            raise refuse(say(text, weights=len(self.weights), values=len(self.values)))
        if self.weights and sum(self.weights) <= 0:
            raise refuse(say("at least one weight must be more than 0"))
        return self


LAWS = (Constant, Exponential, Lognormal, Gamma, Weibull, Triangular, Empirical)
Distribution: TypeAlias = (
    Constant[float]
    | Exponential[float]
    | Lognormal[float]
    | Gamma[float]
    | Weibull[float]
    | Triangular[float]
    | Empirical[float]
)


def _laws(place: str, kind: Kind) -> Any:
    """The laws of one kind of place. Their classes get names of this module, to be pickled by."""
    number = Annotated[float, kind]
    members: list[Any] = []
    for law in LAWS:
        member: Any = law[number]
        member.__name__ = member.__qualname__ = f"{place}{law.__name__}"
        globals()[member.__name__] = member
        members.append(member)
    return Annotated[reduce(or_, members), Field(discriminator="distribution")]


if TYPE_CHECKING:  # to a type checker all places look alike: their numbers are floats
    DurationLaw: TypeAlias = Distribution
    NumberLaw: TypeAlias = Distribution
    ShareLaw: TypeAlias = Distribution
else:
    DurationLaw = _laws("Duration", LAW_SECONDS)
    NumberLaw = _laws("Number", POSITIVE)
    ShareLaw = _laws("Share", SHARE)
