"""Posts of tiers as numbers that can be varied, and what a year with so many comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govsim.decisions.arms import Arm, Arms
from govsim.decisions.cheapest import Numbers
from govsim.decisions.conditions import Condition
from govsim.decisions.sequential import SequentialTest, sequential_test
from govsim.language import say
from govsim.model.plan import Plan
from govsim.outcomes.lookup import Floats
from govsim.scenario import Scenario
from govsim.scenario.staffing import cadres_written, fewest

ABUNDANT = 4  # times as many as now: whatever lacks then, it is not cadres
FINE = 50  # steps that the cadres of a tier are at most counted in
PILOT = 24  # years by which the search finds its way
BAD = 0.25  # the share of them it looks at: the bad ones
FRESH, SHOWN = 1_000_000, 2_000_000  # first replications of the strict test, and of what is shown
ROUND = tuple(digit * 10**zeros for zeros in range(6) for digit in (1, 2, 5))
LOOSE = 0.1  # how often a test of the search may err: it only shows the way
ERROR = 0.05  # of all strict tests together
LEAST_FIRST = 8  # years that any test begins with


class Post(NamedTuple):
    """The cadres of a tier's desks, as a number that can be varied."""

    tier: str
    now: int
    least: int  # one at each desk
    most: int
    step: int
    pay: float  # yuan a year of one


def posts_of(scenario: Scenario, plan: Plan, tiers: Sequence[str]) -> tuple[Post, ...]:
    """The posts of these tiers."""
    return tuple(_post(scenario, plan, list(scenario.tiers).index(name), name) for name in tiers)


def _post(scenario: Scenario, plan: Plan, number: int, name: str) -> Post:
    tier = scenario.tiers[name]
    now = cadres_written(tier) + tier.staffing.more_cadres
    step = _step(now)
    down, up = (now - fewest(tier)) // step, -(-(ABUNDANT - 1) * now // step)
    pay = [
        cadre.pay_per_year
        for cadre in plan.cadres
        if not cadre.leader and plan.offices[plan.desks[cadre.desk].office].tier == number
    ]
    return Post(name, now, now - down * step, now + up * step, step, float(np.mean(pay)))


def _step(now: int) -> int:
    """One, or the round number nearest below a fiftieth of what is there."""
    return max((size for size in ROUND if size <= now / FINE), default=1)


class Chance(NamedTuple):
    """In how many of so many years all targets were met."""

    met: int
    years: int


@dataclass
class Posts:
    """What the search asks: so many cadres at each tier, would that be enough?

    Two looks are kept apart. The search is led by replications from 0 on. What it comes to must
    then pass a strict test on fresh ones, so that luck in the search cannot pass for the answer.
    """

    arms: Arms
    posts: tuple[Post, ...]
    targets: tuple[Condition, ...]
    places: tuple[int, ...]  # of the targets among the arms' measures
    certainty: float
    indifference: float
    policies: tuple[str, ...] = ()
    asked: dict[Numbers, bool] = field(default_factory=dict)
    strict: dict[Numbers, bool] = field(default_factory=dict)
    _units: list[float] = field(default_factory=list)

    # ------------------------------------------------------------ arms

    def arm(self, numbers: Numbers, *more: str) -> Arm:
        """The arm with so many cadres at each tier, and other values besides."""
        written = self.arms.scenario(Arm()).tiers
        settings = tuple(
            f"tiers.{post.tier}.staffing.more_cadres="
            f"{count - post.now + written[post.tier].staffing.more_cadres}"
            for post, count in zip(self.posts, numbers, strict=True)
            if count != post.now
        )
        return Arm(self.policies, (*settings, *more))

    @property
    def now(self) -> Numbers:
        """As many as there are."""
        return tuple(post.now for post in self.posts)

    @property
    def most(self) -> Numbers:
        """More than could be wanted."""
        return tuple(post.most for post in self.posts)

    def cost(self, numbers: Numbers) -> float:
        """Yuan a year more than now; below 0: less."""
        return sum(
            (count - post.now) * post.pay for post, count in zip(self.posts, numbers, strict=True)
        )

    # ------------------------------------------------------------ what the search asks

    def is_enough(self, numbers: Numbers) -> bool:
        """Whether the targets are met often enough, by a test that only shows the way."""
        if numbers not in self.asked:
            self.asked[numbers] = self._settled(numbers, self._test(LOOSE), 0)
        return self.asked[numbers]

    def is_surely_enough(self, numbers: Numbers) -> bool:
        """The same on fresh years; all such tests together err in one of twenty decisions."""
        if numbers not in self.strict:
            nth = len(self.strict) + 1
            test = self._test(ERROR / (nth * (nth + 1)))  # 1/2 + 1/6 + 1/12 + ... = 1
            self.strict[numbers] = self._settled(numbers, test, FRESH)
        return self.strict[numbers]

    def shortfall(self, numbers: Numbers) -> float:
        """How far the worst target is missed in the worst quarter of years, in common units."""
        missed = self._missed(numbers)
        bad = np.sort(missed)[-max(int(BAD * len(missed)), 1) :]
        return float(bad.mean())

    def _test(self, error: float) -> SequentialTest:
        around = (self.certainty - self.indifference, self.certainty + self.indifference)
        return sequential_test(*around, error)

    def _settled(self, numbers: Numbers, test: SequentialTest, first: int) -> bool:
        arm = self.arm(numbers)
        outcomes: list[bool] = []
        while (verdict := test.verdict(outcomes)) is None:
            years = min(max(test.next_look(outcomes), LEAST_FIRST), test.most)
            self._simulate(arm, years, first, numbers)
            outcomes = self.met(arm, years, first).tolist()
        return verdict

    def _simulate(self, arm: Arm, years: int, first: int, numbers: Numbers) -> None:
        counts = ", ".join(
            f"{post.tier} {count:,}" for post, count in zip(self.posts, numbers, strict=True)
        )
        doing = say("trying {numbers}", numbers=counts) if not first else say("making sure")
        self.arms.simulate({arm: years}, doing, first=first)

    # ------------------------------------------------------------ years

    def met(self, arm: Arm, years: int, first: int = 0) -> NDArray[np.bool_]:
        """In which of some years, simulated already, all targets were met; NaN is not met."""
        values = self.arms.values(arm, years, first)
        held = [
            target.holds(values[:, place])
            for target, place in zip(self.targets, self.places, strict=True)
        ]
        all_held: NDArray[np.bool_] = np.all(held, axis=0)
        return all_held

    def chance(self, arm: Arm, years: int, first: int = SHOWN) -> Chance:
        """How often the targets are met, by years that decided nothing."""
        self.arms.simulate({arm: years}, say("measuring the answer"), first=first)
        return Chance(int(self.met(arm, years, first).sum()), years)

    def _missed(self, numbers: Numbers) -> Floats:
        units = self._common_units()
        values = self._pilot(numbers)
        missed = [
            (values[:, place] - target.value) * (-1.0 if target.wants_more else 1.0) / unit
            for target, place, unit in zip(self.targets, self.places, units, strict=True)
        ]
        worst: Floats = np.nan_to_num(np.max(missed, axis=0), nan=1e9)
        return worst

    def _common_units(self) -> list[float]:
        """What separates now from plenty makes targets in different units comparable."""
        if not self._units:
            ends = [self._pilot(self.now), self._pilot(self.most)]
            for target, place in zip(self.targets, self.places, strict=True):
                low, high = (float(np.nan_to_num(np.nanmean(v[:, place]))) for v in ends)
                self._units.append(abs(high - low) or abs(target.value) or 1.0)
        return self._units

    def _pilot(self, numbers: Numbers) -> Floats:
        arm = self.arm(numbers)
        self._simulate(arm, PILOT, 0, numbers)
        return self.arms.values(arm, PILOT)
