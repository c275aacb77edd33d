"""The clock, the recorder and the draws of the agents: what the engine's speed rests on."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from simpy.events import Event

from engines.traces import plan_of
from govsim.engines.agents import no_search_for_garbage
from govsim.engines.agents.births import Beginning
from govsim.engines.agents.city import City
from govsim.engines.agents.clock import Clock
from govsim.engines.agents.recorder import PACKED
from govsim.model import demand
from govsim.model.laws import quantile
from govsim.model.plan import DAY
from govsim.model.randomness import Purpose, draw, key_schedule, problem_id
from govsim.model.ranks import Rank
from govsim.model.records import RECORD

HORIZON = 3 * DAY + 100


def let_pass(clock: Clock) -> None:
    for day in range(4):
        clock.day_begins(day)
        clock.passes(min((day + 1) * DAY, HORIZON))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_what_is_called_comes_by_time_rank_and_key_whoever_came_first(
    order: tuple[int, ...],
) -> None:
    clock, heard = Clock(HORIZON), []
    moments = [
        (5, Rank.FINISH, 9),
        (5, Rank.CONTACT, 1 << 100),
        (5, Rank.CONTACT, (1 << 100) + 1),
        (2 * DAY, Rank.FINISH, 0),
    ]
    for i in order:
        clock.call(*moments[i], heard.append, i)
    let_pass(clock)
    assert heard == [0, 1, 2, 3]


def test_equal_places_keep_the_order_in_which_they_were_called() -> None:
    clock, heard = Clock(HORIZON), []
    for i in range(5):
        clock.call(DAY + 7, Rank.REPLY_DUE, 3, heard.append, i)
    let_pass(clock)
    assert heard == [0, 1, 2, 3, 4]


def test_a_process_takes_its_place_among_the_calls() -> None:
    clock, heard = Clock(HORIZON), []

    def story() -> Generator[Event, None, None]:
        yield clock.at(DAY + 5, Rank.VISIT, 2)
        heard.append((clock.now, "process"))

    clock.process(story())
    clock.call(DAY + 5, Rank.BIRTH, 0, lambda: heard.append((clock.now, "after")))
    clock.call(DAY + 5, Rank.VISIT, 1, lambda: heard.append((clock.now, "before")))
    let_pass(clock)
    assert heard == [(DAY + 5, "before"), (DAY + 5, "process"), (DAY + 5, "after")]


def test_what_is_called_for_now_comes_in_this_second() -> None:
    clock, heard = Clock(HORIZON), []

    def cause() -> None:
        clock.call(clock.now, Rank.MATCH, 0, lambda: heard.append((clock.now, "effect")))
        heard.append((clock.now, "cause"))

    clock.call(DAY - 1, Rank.CONTACT, 0, cause)
    clock.call(DAY, Rank.FINISH, 0, lambda: heard.append((clock.now, "next")))
    let_pass(clock)
    assert heard == [(DAY - 1, "cause"), (DAY - 1, "effect"), (DAY, "next")]


def test_nothing_comes_at_the_horizon() -> None:
    clock, heard = Clock(HORIZON), []
    clock.call(HORIZON - 1, Rank.PAY, 0, heard.append, "last")
    clock.call(HORIZON, Rank.FINISH, 0, heard.append, "too late")
    clock.call(1 << 60, Rank.FINISH, 0, heard.append, "never")
    let_pass(clock)
    assert heard == ["last"]
    assert clock.now == HORIZON


def test_a_process_that_fails_stops_the_run() -> None:
    clock = Clock(HORIZON)

    def story() -> Generator[Event, None, None]:
        yield clock.at(5, Rank.PAY, 0)
        raise ValueError("broke")

    clock.process(story())
    with pytest.raises(ValueError, match="broke"):
        let_pass(clock)


def test_packed_rows_are_records_field_by_field() -> None:
    row = (1, -2, 3, 4, 5, 1 << 60, 6, -7, 8, 9, 10, 11, 12, 13, 14, 65_535, -0.1)
    packed = np.frombuffer(PACKED.pack(*row), dtype=RECORD)
    assert packed.tolist() == [row] == np.array([row], dtype=RECORD).tolist()


def city() -> City:
    return City(plan_of("demand.problems=3 /year"), 1, 0, lambda _: None)


def test_foreseen_draws_are_the_draws() -> None:
    draws = city().draws
    entities = np.arange(7, 1_000, 31, dtype=np.uint64)
    drawn, step = draws.foreseen(entities)
    assert len(draws.places) > 10
    for place, entity in enumerate(entities.tolist()):
        for why, at in draws.places.items():
            first = place * step + at
            assert (drawn[first], drawn[first + 1]) == draw(draws.keys, entity, why)


def test_what_is_foreseen_or_not_is_drawn_alike() -> None:
    births = city().problems.births
    loud = 0
    for _, beginnings in births.of_days(0, 10):
        for beginning in beginnings:
            if isinstance(beginning, Beginning) and beginning.foreseen is not None:
                loud += 1
                problem = births.problem(beginning)
                unforeseen = replace(problem, foreseen=None)
                for why in births.draws.places:
                    purpose, index = why >> 48, why & (1 << 48) - 1
                    one = births.draws.about(problem, purpose, index)
                    assert one == births.draws.about(unforeseen, purpose, index)
    assert loud > 50


def test_births_do_not_depend_on_how_many_days_are_drawn_together() -> None:
    births = city().problems.births
    together = [b for _, some in births.of_days(-20, 12) for b in some]
    alone = [b for day in range(-20, 12) for _, some in births.of_days(day, day + 1) for b in some]
    assert [b[:10] for b in together] == [b[:10] for b in alone]
    assert len(together) > 1_000


STORM = "demand.surges={storm: {start: 2011-01-02, length: 2 d, factor: 2, class: urgent}}"


@pytest.mark.parametrize("rate", ["0.01", "0.5", "30"])  # most counts zero; some; drawn in pieces
def test_births_are_those_of_the_rules_one_community_after_the_other(rate: str) -> None:
    plan = plan_of(f"demand.problems={rate} /year", "history=5 d", STORM)
    city = City(plan, 1, 0, lambda _: None)
    for day in range(-2, 4):
        ((_, beginnings),) = city.problems.births.of_days(day, day + 1)
        found = [(b.moment, b.id, b.community) for b in beginnings]
        assert found == sorted(by_the_rules(city, day))


def by_the_rules(city: City, day: int) -> Iterator[tuple[int, int, int]]:
    """Moment, id and community of all that begins on a day, as docs/model.md says it."""
    facts = city.plan.demand
    today, yesterday = (
        quantile(facts.common_level, city.draws.pair(demand.day_entity(d), Purpose.COMMON_LEVEL)[0])
        for d in (day, day - 1)
    )
    common = demand.common_level(today, yesterday)
    for office in city.problems.births.communities:
        entity = problem_id(office.ordinal, day, 0, 0)
        chance = quantile(facts.overdispersion, city.draws.pair(entity, Purpose.DAY_LEVEL)[0])
        level = facts.day_factor[day + city.plan.history_days] * common * chance
        mean = facts.problems_per_day * office.residents * level
        yield from stream(city, day, office.ordinal, 0, mean)
        (storm,) = facts.surges
        if storm.first_day <= day < storm.last_day:
            share = city.plan.classes[storm.klass].share
            yield from stream(city, day, office.ordinal, 1, mean * share * (storm.factor - 1.0))
        enquiries = facts.enquiries_per_day * office.residents * level
        yield from stream(city, day, office.ordinal, 15, enquiries)


def stream(
    city: City, day: int, community: int, number: int, mean: float
) -> Iterator[tuple[int, int, int]]:
    entity = problem_id(community, day, number, 0)
    purpose = Purpose.ENQUIRIES if number == 15 else Purpose.BIRTHS
    count, parts = 0, demand.pieces(mean)
    for part in range(parts):
        count += demand.poisson(mean / parts, city.draws.pair(entity, purpose, part)[0])
    for k in range(count):
        u = city.draws.pair(entity + k, Purpose.BIRTH_MOMENT)[0]
        second = demand.moment_of_day(city.plan.demand.hour_cumulative, u)
        yield day * DAY + second, entity + k, community


def test_the_search_for_garbage_is_taken_up_again() -> None:
    import gc

    assert gc.isenabled()
    with pytest.raises(ValueError), no_search_for_garbage():
        assert not gc.isenabled()
        raise ValueError
    assert gc.isenabled()


def test_keys_are_those_of_the_replication() -> None:
    assert City(plan_of("horizon=1 d"), 5, 6, lambda _: None).draws.keys == key_schedule(5, 6)
