"""The replication's random numbers, by name: the same as the agents', see ``model.randomness``."""

from typing import Any

import numpy as np

from govsim.compiling import allow, part, small
from govsim.engines.compiled import bits  # noqa: F401, the rules call it
from govsim.engines.compiled.rows import law_row, law_values, whole
from govsim.model import arithmetic, laws, randomness
from govsim.model.laws import Family
from govsim.model.plan import Law

allow(arithmetic)
allow(laws)
allow(randomness)


@part
def pair(city: Any, entity: int, purpose: int, index: int) -> tuple[float, float]:
    """Two independent uniforms."""
    counter0: Any = np.uint64(entity)
    counter1: Any = np.uint64(randomness.reason(purpose, index))
    return randomness.draw(key_words(city), counter0, counter1)


@small
def key_words(city: Any) -> Any:
    """The words that the rounds add."""
    k = city.keys
    return k[0], k[1], k[2], k[3], k[4], k[5]


@part
def one_each(city: Any, entities: Any, added: int, purpose: int, index: int, drawn: Any) -> None:
    """A uniform for each of some entities, whose ids are these numbers and something added.

    The processor makes several at a time, which it cannot where draws are asked for one by one.
    """
    keys = key_words(city)
    counter1: Any = np.uint64(randomness.reason(purpose, index))
    for i in range(len(entities)):
        counter0: Any = np.uint64(entities[i] + added)
        drawn[i] = randomness.draw(keys, counter0, counter1)[0]


@part
def one(city: Any, entity: int, purpose: int, index: int) -> float:
    """A uniform."""
    return pair(city, entity, purpose, index)[0]


@part
def quantile(city: Any, law: int, u: float) -> float:
    """The value of a law of the plan at rank u."""
    row = law_row(city, law)
    table = law_values(city)[row.first : row.first + row.count]
    return laws.quantile(Law(row.family, row.a, row.b, row.c, table), u)


@part
def quantile_each(city: Any, law: int, ranks: Any, values: Any) -> None:
    """The values of a law at some ranks. Those of a table are read several at a time."""
    row = law_row(city, law)
    if row.family == Family.TABLE:
        table = law_values(city)[row.first : row.first + row.count]
        for i in range(len(values)):
            values[i] = laws.from_table(table, ranks[i])
    else:
        for i in range(len(values)):
            values[i] = quantile(city, law, ranks[i])


@part
def rounded(city: Any, law: int, u: float) -> int:
    """A duration of a law of the plan at rank u, in whole seconds."""
    row = law_row(city, law)
    table = law_values(city)[row.first : row.first + row.count]
    return laws.seconds(Law(row.family, row.a, row.b, row.c, table), u)


@part
def value(city: Any, law: int, entity: int, purpose: int, index: int) -> float:
    """A number drawn from a law; a constant needs no draw."""
    row = law_row(city, law)
    if row.family == Family.CONSTANT:
        return row.a
    return quantile(city, law, one(city, entity, purpose, index))


@part
def seconds(city: Any, law: int, entity: int, purpose: int, index: int) -> int:
    """A duration drawn from a law, in whole seconds."""
    if law_row(city, law).family == Family.CONSTANT:
        return rounded(city, law, 0.5)
    return rounded(city, law, one(city, entity, purpose, index))


@part
def about(city: Any, case: Any, purpose: int) -> tuple[float, float]:
    """Two draws about this step of a grievance."""
    index = randomness.contact_index(whole(case.member), whole(case.contact), case.step)
    return pair(city, case.subject, purpose, index)


@part
def about_contact(city: Any, case: Any, purpose: int) -> tuple[float, float]:
    """Two draws about a grievance as a whole."""
    index = randomness.contact_index(whole(case.member), whole(case.contact), 0)
    return pair(city, case.subject, purpose, index)
