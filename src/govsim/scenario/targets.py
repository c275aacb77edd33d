"""What the rules of an office are to become while a policy is in force."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias


class Times(NamedTuple):
    """A target that depends on what holds without the policy: so many times as much."""

    factor: float


class Plus(NamedTuple):
    """A target that depends on what holds without the policy: so much more."""

    amount: float


Target: TypeAlias = float | Times | Plus

# Part of the rules, its number, its value.
Targets: TypeAlias = Mapping[str, Mapping[str, Target]]
