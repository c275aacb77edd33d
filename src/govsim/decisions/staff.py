"""The fewest cadres with which a year meets its targets, as surely as is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from govsim.decisions.arms import Arm, Arms, Tell
from govsim.decisions.cheapest import Numbers, Search
from govsim.decisions.conditions import Condition, read_condition
from govsim.decisions.folder import Decision, compare_arms, decision_folder, publish
from govsim.decisions.hiring import YEAR, Pace, hiring_path
from govsim.decisions.posts import ERROR, SHOWN, Posts, posts_of
from govsim.decisions.sequential import exact_interval
from govsim.experiments.asked import check_numbers, engine_called, wrong
from govsim.experiments.measures import Measured
from govsim.language import say
from govsim.model.plan import DAY
from govsim.outcomes.lookup import Floats
from govsim.outcomes.scopes import Scopes
from govsim.scenario import Scenario, compile_plan, read
from govsim.scenario.naming import known_tier
from govsim.scenario.quantities import WrongQuantity, day, seconds
from govsim.scenario.staffing import cadres_written

KIND = "staff"
TIMES = (
    "time_in_queue",
    "time_in_work",
    "time_interrupted",
    "time_outside",
    "time_with_resident",
    "time_bounced",
    "time_in_confirmation",
)  # days of a grievance's first 60: where its time goes
YEARS = 100  # by which chances are shown
PATH_YEARS = 40
COMPARED = 20  # replications of the comparison in the folder
LONGEST = 20 * YEAR
EDGE = 0.25  # a chance that falls by so much for a step fewer is a knife-edge
SIDES = {-5: 30, -1: 60, 1: 60, 5: 30}  # steps around the answer, and years for each


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question, checked."""

    targets: tuple[Condition, ...]
    certainty: float
    indifference: float
    vary: tuple[str, ...]
    pace: Pace | None
    policies: tuple[str, ...]
    years: int


def staff(  # noqa: PLR0913 - what can be asked
    scenario: Path | str,
    target: Sequence[str] | str,
    *,
    certainty: float = 0.9,
    vary: Sequence[str] = (),
    begins: date | None = None,
    over: str = "1 year",
    indifference: float | None = None,
    years: int = YEARS,
    policies: Sequence[str] = (),
    settings: Sequence[str] = (),
    seed: int = 1,
    engine: str = "compiled",
    workers: int | None = None,
    out: Path | str | None = None,
    checks: bool = True,
    notice: Callable[[str], None] | None = None,
    tell: Tell | None = None,
) -> Decision:
    """Find the cheapest numbers of cadres by tier that meet all targets in enough years.

    Args:
        scenario: its file.
        target: conditions such as ``reply_on_time.recorded >= 95%``; all must hold in a year.
        certainty: the share of years in which they must.
        vary: tiers whose cadres may be more or fewer; all of them if not given.
        begins: the day from which on cadres are hired; the scenario's first if not given.
        over: how long hiring takes, for example ``2 years``.
        indifference: how far off ``certainty`` a number is neither right nor wrong; half of what
            is left to certainty, and five points at most, if not given.
        years: years by which the chances of the answer are shown.
        policies, settings: what holds in every arm, as in ``run``.
        seed, engine, workers, out, checks, notice: as in ``run``.
        tell: told how far it is.

    Returns:
        The decision. ``answer["verdict"]`` is ``found``, or ``not_by_staff`` if even four times the
        cadres do not meet the targets often enough: then ``answer["time"]`` says where time goes.

    Raises:
        InputError: a question that has no answer for what it says; all of ``run``'s.
        Interrupted, WorkerDied: as in ``run``; the same call goes on.
    """
    begun = datetime.now().astimezone()
    check_numbers(years, seed, workers)
    engine_called(engine)
    written = read(scenario)
    base = written.scenario(tuple(settings), tuple(policies))
    texts = (target,) if isinstance(target, str) else tuple(target)
    asked = _Asked(
        _targets(texts, base),
        _share(certainty, "--certainty"),
        _indifference(indifference, certainty),
        _tiers(tuple(vary), base),
        _pace(begins, over, base),
        tuple(policies),
        years,
    )
    measures = _measures(asked.targets)
    folder = Path(out) if out is not None else None
    with (
        decision_folder(folder, KIND, base.name) as trials,
        Arms(
            written, measures, tuple(settings), seed, engine, workers, trials, checks, notice, tell
        ) as arms,
    ):
        posts = _posts(arms, asked, measures)
        answer, named = _answer(arms, posts, asked)
        compared = compare_arms(arms, named, min(COMPARED, years), folder)
        return publish(
            KIND, arms, _question(asked), answer, begun, folder=folder, comparison=compared
        )


# ---------------------------------------------------------------- what is asked


def _targets(texts: tuple[str, ...], base: Scenario) -> tuple[Condition, ...]:
    if not texts:
        raise wrong("--target", say("There must be at least one target."))
    scopes = Scopes.of(compile_plan(base))
    return tuple(read_condition(text, scopes, "--target") for text in texts)


def _share(share: float, option: str) -> float:
    if not 0.0 < share < 1.0:
        message = say("{value} must lie between 0 and 100 %, without these", value=f"{share:g}")
        raise wrong(option, message)
    return share


def _indifference(wish: float | None, certainty: float) -> float:
    room = min(certainty, 1.0 - certainty)
    if wish is None:
        return min(0.05, room / 2)
    if not 0.001 <= wish < room:
        message = say(
            "{value} is too wide or too narrow for a certainty of {certainty}",
            value=f"{wish:g}",
            certainty=f"{certainty:g}",
        )
        raise wrong("--indifference", message)
    return wish


def _tiers(vary: tuple[str, ...], base: Scenario) -> tuple[str, ...]:
    for name in vary:
        for _, message in known_tier(base, "", name):
            raise wrong("--vary", message)
    named = tuple(dict.fromkeys(vary)) or tuple(base.tiers)
    found = tuple(name for name in base.tiers if name in named)  # lowest first
    if len(found) < len(named):
        raise wrong(
            "--vary", say("name tiers by their own names: {known}", known=", ".join(base.tiers))
        )
    for name in found:
        if cadres_written(base.tiers[name]) == 0:
            raise wrong("--vary", say("no desk of {tier} has cadres", tier=name))
    return found


def day_typed(text: str | None, option: str) -> date | None:
    """A date as typed. Raises InputError: it is none."""
    try:
        return None if text is None else day(text)
    except WrongQuantity as error:
        raise wrong(option, str(error)) from None


def _pace(begins: date | None, over: str, base: Scenario) -> Pace:
    first = 0 if begins is None else (begins - base.start).days * DAY
    try:
        length = seconds(over)
    except WrongQuantity as error:
        raise wrong("--over", str(error)) from None
    if first < 0 or first + length + YEAR > LONGEST:
        message = say("hiring must lie after {start} and be over within 19 years", start=base.start)
        raise wrong("--from", message)
    return Pace(first, -(-length // DAY) * DAY)


def _measures(targets: tuple[Condition, ...]) -> tuple[Measured, ...]:
    times = (Measured(name, "recorded") for name in TIMES)
    return tuple(dict.fromkeys((*(target.measure for target in targets), *times)))


def _posts(arms: Arms, asked: _Asked, measures: tuple[Measured, ...]) -> Posts:
    now = Arm(asked.policies)
    return Posts(
        arms,
        posts_of(arms.scenario(now), arms.plan(now), asked.vary),
        asked.targets,
        tuple(measures.index(target.measure) for target in asked.targets),
        asked.certainty,
        asked.indifference,
        asked.policies,
    )


def _question(asked: _Asked) -> dict[str, Any]:
    return {
        "targets": [target.text for target in asked.targets],
        "certainty": asked.certainty,
        "indifference": asked.indifference,
        "error": ERROR,
        "vary": list(asked.vary),
        "policies": list(asked.policies),
        "years": asked.years,
    }


# ---------------------------------------------------------------- the answer


def _answer(arms: Arms, posts: Posts, asked: _Asked) -> tuple[dict[str, Any], dict[str, Arm]]:
    """The answer as plain data, and the arms it is about under their names."""
    found = _search(posts).run()
    tiers = [post._asdict() for post in posts.posts]
    rows = [_row(posts, asked, "now", posts.now)]
    named = {"now": posts.arm(posts.now)}
    if found is None:
        rows.append(_row(posts, asked, "abundant", posts.most))
        named["abundant"] = posts.arm(posts.most)
        answer: dict[str, Any] = {"verdict": "not_by_staff", "tiers": tiers, "rows": rows}
    else:
        rows += _around(posts, asked, found)
        named["fewest"] = posts.arm(found)
        robust = _robust(posts, found, rows)
        if robust != found:
            rows.append(_row(posts, asked, "robust", robust))
            named["robust"] = posts.arm(robust)
        answer = {"verdict": "found", "tiers": tiers, "rows": rows}
        if robust != posts.now and asked.pace is not None:
            answer["path"] = hiring_path(posts, robust, asked.pace, min(PATH_YEARS, asked.years))
    distinct = {arm: name for name, arm in reversed(named.items())}
    answer |= {"tried": len(posts.asked), "tests": len(posts.strict), "trials": len(arms.kept)}
    return answer, {name: arm for name, arm in named.items() if distinct[arm] == name}


def _search(posts: Posts) -> Search:
    return Search(
        posts,
        posts.now,
        tuple(post.least for post in posts.posts),
        posts.most,
        tuple(post.step for post in posts.posts),
        tuple(post.pay for post in posts.posts),
    )


def _around(posts: Posts, asked: _Asked, found: Numbers) -> list[dict[str, Any]]:
    """The answer and, for each tier, steps fewer and more with all other tiers as they are."""
    rows = [_row(posts, asked, "fewest", found)]
    for kind, post in enumerate(posts.posts):
        for side, years in SIDES.items():
            at = found[kind] + side * post.step
            if at >= post.least:
                numbers = (*found[:kind], at, *found[kind + 1 :])
                few = replace(asked, years=min(years, asked.years))
                rows.append(_row(posts, few, "beside", numbers, post.tier, side))
    return rows


def _row(
    posts: Posts, asked: _Asked, what: str, numbers: Numbers, tier: str = "", side: int = 0
) -> dict[str, Any]:
    """Some numbers with their chance and what a year comes to on average."""
    arm = posts.arm(numbers)
    chance = posts.chance(arm, asked.years)
    low, high = exact_interval(*chance)
    values = posts.arms.values(arm, asked.years, SHOWN)
    return {
        "what": what,
        "tier": tier,
        "side": side,
        "numbers": list(numbers),
        "cost": posts.cost(numbers),
        "met": chance.met,
        "years": chance.years,
        "low": low,
        "high": high,
        "means": dict(zip([m.name for m in posts.arms.measures], _means(values), strict=True)),
    }


def _means(values: Floats) -> list[float | None]:
    seen = [column[~np.isnan(column)] for column in values.T]
    return [float(column.mean()) if len(column) else None for column in seen]


def _robust(posts: Posts, found: Numbers, rows: list[dict[str, Any]]) -> Numbers:
    """A step more at each tier where a step fewer makes the chance fall off a cliff."""
    steps = []
    chance = next(row["met"] / row["years"] for row in rows if row["what"] == "fewest")
    for post, count in zip(posts.posts, found, strict=True):
        fewer = [r for r in rows if r["tier"] == post.tier and r["side"] == -1]
        falls = any(chance - row["met"] / row["years"] > EDGE for row in fewer)
        steps.append(min(count + post.step, post.most) if falls else count)
    return tuple(steps)
