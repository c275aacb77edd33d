"""What must hold between the values of a scenario: sums, orders, names that refer to each other."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

from govsim.errors import Finding
from govsim.language import say
from govsim.model.laws import quantile
from govsim.model.plan import DAY
from govsim.scenario.lawful import to_law
from govsim.scenario.models import Scenario
from govsim.scenario.naming import (
    Found,
    known,
    known_calendar,
    known_class,
    known_segments,
    known_tier,
)
from govsim.scenario.offices import MOST_CADRES, MOST_OFFICES, MOST_RESIDENTS, Desk, Tier
from govsim.scenario.reading import Mark, Node, shown
from govsim.scenario.staffing import cadres_written, fewest

NEAR = 1e-6
MOST_DAYS = 8_000  # a problem's id has room for somewhat more
MOST_SURGES = 14  # each has a stream of its own in the problems' ids
MOST_NAMES = 200
RAREST = 1.0 - 1.0e-10  # rank of the worst day that chance is expected to bring
ROOM_FOR_BIRTHS = 60_000  # on such a day
MOST_BIRTHS = 10_000  # a day in a community, on average; ids have room for 65,536


def check(scenario: Scenario) -> list[Finding]:
    """Every mistake between values that are right one by one."""
    return [
        Finding(str(_mark(scenario.root, path)), path, message)
        for rule in _RULES
        for path, message in rule(scenario)
    ]


def _mark(root: Node, path: str) -> Mark:
    """Where a path stands; of a block, where the planner wrote something into it."""
    node = root
    for name in path.split("."):
        inner = node.items[int(name)] if node.items and name.isdecimal() else node.entries.get(name)
        if inner is None:
            break
        node = inner
    if node.entries:
        return _written_in(node) or node.key_mark
    return node.mark


def _written_in(node: Node) -> Mark | None:
    """The first place within a block that is not a default."""
    if node.key_mark.layer != "default":
        return node.key_mark
    return next((mark for item in node.entries.values() if (mark := _written_in(item))), None)


# ---------------------------------------------------------------- names


def _references(scenario: Scenario) -> Found:
    for name, channel in scenario.channels.items():
        path = f"channels.{name}"
        yield from known_tier(scenario, f"{path}.lands_at", channel.lands_at)
        yield from known_calendar(scenario, f"{path}.hours", channel.hours)
        yield from known_segments(scenario, f"{path}.reach", channel.reach)
    for at, name in enumerate(scenario.in_force):
        yield from known(f"in_force.{at}", name, scenario.policies, say("policy"))
    for name, surge in scenario.demand.surges.items():
        yield from known_class(scenario, f"demand.surges.{name}.class", surge.klass, "all")


def _policies(scenario: Scenario) -> Found:
    """What each policy says of itself, and what is missing for one that is switched on."""
    for name, policy in scenario.policies.items():
        for key, text in policy.mistakes(scenario):
            yield f"policies.{name}.{key}", text
    force = scenario.in_force
    for name in scenario.selected_policies:
        if name in scenario.policies:
            path = f"in_force.{force.index(name)}" if name in force else f"policies.{name}"
            for text in scenario.policies[name].obstacles(scenario):
                yield path, f"{name}: {text}"


def _in_force_once(scenario: Scenario) -> Found:
    for at, name in enumerate(scenario.in_force):
        if name in scenario.in_force[:at]:
            yield f"in_force.{at}", say("{name} is in force twice", name=shown(name))


# ---------------------------------------------------------------- sums


def _shares(scenario: Scenario) -> Found:
    blocks = {
        "classes": [item.share for item in scenario.classes.values()],
        "segments": [item.share for item in scenario.segments.values()],
    }
    for path, shares in blocks.items():
        if abs(sum(shares) - 1) > NEAR:
            text = say(
                "the shares add up to {sum}; they must add up to 1", sum=f"{sum(shares):.6g}"
            )
            yield path, text
    if not any(channel.weight > 0 for channel in scenario.channels.values()):
        yield "channels", say("no channel has a weight above 0; nobody could report anything")


def _weights(scenario: Scenario) -> Found:
    demand = scenario.demand
    for key, weights in (
        ("season", demand.season),
        ("weekdays", demand.weekdays),
        ("hours", demand.hours),
    ):
        if not sum(weights) > 0:
            yield f"demand.{key}", say("at least one of the weights must be more than 0")


# ---------------------------------------------------------------- offices


def _tiers(scenario: Scenario) -> Found:
    if not scenario.tiers:
        yield "tiers", say("a scenario needs at least one tier")
        return
    for at, (name, tier) in enumerate(scenario.tiers.items()):
        yield from _offices_or_groups(f"tiers.{name}", tier)
        yield from _residents(f"tiers.{name}", tier, lowest=at == 0)
        yield from _handlers(scenario, f"tiers.{name}", tier)
        yield from _staffing(f"tiers.{name}", tier)


def _offices_or_groups(path: str, tier: Tier) -> Found:
    if (tier.offices is None) == (not tier.groups):
        yield path, say("a tier needs either offices or groups, and not both")


def _residents(path: str, tier: Tier, lowest: bool) -> Found:
    for name, group in tier.office_groups.items():
        inner = f"{path}.groups.{name}.residents" if name else f"{path}.residents"
        if lowest and group.residents == 0:
            yield inner, say("the offices of the lowest tier need residents")
        if not lowest and group.residents > 0:
            yield inner, say("residents belong to the lowest tier, which is written first")


def _handlers(scenario: Scenario, path: str, tier: Tier) -> Found:
    for name, group in tier.office_groups.items():
        inner = f"{path}.groups.{name}.desks" if name else f"{path}.desks"
        if not any(desk.cadres > 0 for desk in group.desks.values()):
            yield inner, say("an office needs a desk with at least one cadre")
        yield from _desk_calendars(scenario, inner, group.desks)
    yield from known_calendar(scenario, f"{path}.leaders.hours", tier.leaders.hours)


def _staffing(path: str, tier: Tier) -> Found:
    now, least = cadres_written(tier), fewest(tier)
    if now + tier.staffing.more_cadres < least:
        text = say(
            "{count} cadres fewer are too many: {now} are there, and {least} must stay, one at "
            "each desk",
            count=-tier.staffing.more_cadres,
            now=now,
            least=least,
        )
        yield f"{path}.staffing.more_cadres", text


def _desk_calendars(scenario: Scenario, path: str, desks: dict[str, Desk]) -> Found:
    for name, desk in desks.items():
        yield from known_calendar(scenario, f"{path}.{name}.hours", desk.hours)


def _ladder(scenario: Scenario) -> Found:
    tiers = list(scenario.tiers.items())
    for (below, lower), (name, upper) in pairwise(tiers):
        if upper.can_solve < lower.can_solve:
            text = say(
                "{value} is less than {lower} at {below}; a higher tier can solve what a lower can",
                value=f"{upper.can_solve:g}",
                lower=f"{lower.can_solve:g}",
                below=below,
            )
            yield f"tiers.{name}.can_solve", text
        if upper.office_count > lower.office_count:
            text = say(
                "{upper} offices stand above {lower} at {below}; each needs one below it at least",
                upper=upper.office_count,
                lower=lower.office_count,
                below=below,
            )
            yield f"tiers.{name}.offices", text
    if tiers and tiers[-1][1].can_solve < 1:
        name, top = tiers[-1]
        text = say("{value} at the highest tier; it must be 1", value=f"{top.can_solve:g}")
        yield f"tiers.{name}.can_solve", text


def _size(scenario: Scenario) -> Found:
    groups = [group for tier in scenario.tiers.values() for group in tier.office_groups.values()]
    residents = sum(group.offices * group.residents for group in groups)
    cadres = sum(
        cadres_written(tier)
        + max(tier.staffing.more_cadres, 0)
        + tier.office_count * tier.leaders.count
        for tier in scenario.tiers.values()
    )
    for count, most, what in (
        (residents, MOST_RESIDENTS, say("residents")),
        (sum(group.offices for group in groups), MOST_OFFICES, say("offices")),
        (cadres, MOST_CADRES, say("cadres and leaders")),
    ):
        if count > most:
            text = say(
                "{count} {what} are too many; at most {most}", count=count, what=what, most=most
            )
            yield "tiers", text


# ---------------------------------------------------------------- dates


def _dates(scenario: Scenario) -> Found:
    holidays = set(scenario.public_holidays)
    for at, day in enumerate(scenario.working_weekends):
        if day.weekday() < 5:
            yield f"working_weekends.{at}", say("{day} is no Saturday or Sunday", day=day)
        if day in holidays:
            yield f"working_weekends.{at}", say("{day} is a public holiday as well", day=day)
    for key, days in (
        ("public_holidays", scenario.public_holidays),
        ("working_weekends", scenario.working_weekends),
    ):
        for at, day in enumerate(days):
            if day in days[:at]:
                yield f"{key}.{at}", say("{day} stands here twice", day=day)


def _warm_up(scenario: Scenario) -> Found:
    if scenario.warm_up >= scenario.horizon:
        text = say(
            "the warm-up of {days} d leaves nothing to measure of a horizon of {horizon} d",
            days=f"{scenario.warm_up / DAY:g}",
            horizon=f"{scenario.horizon / DAY:g}",
        )
        yield "warm_up", text


def _run_in(scenario: Scenario) -> Found:
    """Weekly series begin with the run; and problems are numbered by the day of their birth."""
    if scenario.run_in % (7 * DAY):
        days = f"{scenario.run_in / DAY:g}"
        yield "run_in", say("{days} d are no whole weeks: write for example 364 d", days=days)
    simulated = scenario.run_in + scenario.horizon + scenario.follow_up
    if simulated > MOST_DAYS * DAY:
        text = say(
            "run-in, horizon and follow-up are {days} d together; allowed are {most}",
            days=f"{simulated / DAY:g}",
            most=MOST_DAYS,
        )
        yield "horizon", text


def _surges(scenario: Scenario) -> Found:
    first = scenario.start - timedelta(seconds=scenario.history)
    last = scenario.start + timedelta(seconds=scenario.horizon)
    for name, surge in scenario.demand.surges.items():
        if surge.start >= last or surge.start + timedelta(max(surge.length // DAY, 1)) <= first:
            text = say(
                "the surge lies outside the simulated time, {first} to {last}",
                first=first,
                last=last,
            )
            yield f"demand.surges.{name}.start", text
    if len(scenario.demand.surges) > MOST_SURGES:
        text = say(
            "{number} surges are too many; allowed are {most}",
            number=len(scenario.demand.surges),
            most=MOST_SURGES,
        )
        yield "demand.surges", text


def _peak(weights: tuple[float, ...]) -> float:
    """The largest weight against the mean."""
    return len(weights) * max(weights) / sum(weights) if any(weights) else 1.0


def _births(scenario: Scenario) -> Found:
    """Problems of one community and day are numbered; leave room for the worst of days."""
    demand = scenario.demand
    surge = max((surge.factor for surge in demand.surges.values()), default=1.0)
    peak = _peak(demand.season) * _peak(demand.weekdays) * surge
    busiest = max(demand.problems, demand.enquiries) * peak
    lowest = next(iter(scenario.tiers.values()))
    residents = max(group.residents for group in lowest.office_groups.values())
    by_chance = quantile(to_law(demand.overdispersion), RAREST)
    by_chance *= quantile(to_law(demand.common_level), RAREST)
    busiest = max(busiest, busiest * by_chance * MOST_BIRTHS / ROOM_FOR_BIRTHS)
    if residents * busiest > MOST_BIRTHS:
        text = say(
            "on its busiest day a community of {residents} residents would see {births} problems "
            "or enquiries; allowed are {most}: write it as several communities",
            residents=residents,
            births=round(residents * busiest),
            most=MOST_BIRTHS,
        )
        yield "demand.problems", text


def _numbers_of_names(scenario: Scenario) -> Found:
    """Event records have a byte for each of these."""
    for path in ("segments", "classes", "channels"):
        number = len(getattr(scenario, path))
        if number > MOST_NAMES:
            text = say("{number} are too many; allowed are {most}", number=number, most=MOST_NAMES)
            yield path, text


_RULES: tuple[Callable[[Scenario], Found], ...] = (
    _references,
    _policies,
    _in_force_once,
    _shares,
    _weights,
    _tiers,
    _ladder,
    _size,
    _dates,
    _warm_up,
    _run_in,
    _surges,
    _births,
    _numbers_of_names,
)
