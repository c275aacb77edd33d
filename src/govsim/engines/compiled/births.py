"""Where problems and enquiries come from: drawn day by day, whatever happens in the offices."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import room_to_put_down, schedule
from govsim.engines.compiled.channels import channel_chosen, channel_opens
from govsim.engines.compiled.draws import one, one_each, pair, quantile, quantile_each, value
from govsim.engines.compiled.prevention import is_prevented
from govsim.engines.compiled.problems import begins, new_problem
from govsim.engines.compiled.resident import (
    ID_OF_DAY_BITS,
    fellow_speaks_up,
    likeliest_today,
    lives_with,
    report_probability,
    required_tier,
    resident_of,
    spoke_up_long_ago,
)
from govsim.engines.compiled.rows import (
    class_at,
    class_shares,
    community_ids,
    community_of,
    day_counts,
    day_factor,
    day_levels,
    hour_cumulative,
    law_row,
    office_at,
    problem_at,
    ranks,
    resident_at,
    segment_shares,
    surge_at,
    whole,
)
from govsim.model import demand, residents
from govsim.model.laws import Family
from govsim.model.plan import DAY
from govsim.model.randomness import Purpose, problem_id, resident_id
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, NO_INDEX, Birth

ORDINARY_STREAM = 0
ENQUIRY_STREAM = 15
SECOND_BITS = 46  # of a key of the stock, below the second of birth


# ---------------------------------------------------------------- a day in all communities


@part
def draw_levels(city: Any, day: int) -> None:
    """The day's factor on what begins, in each community."""
    levels, drawn = day_levels(city), ranks(city)
    usual = day_factor(city)[day + city.history_days] * _common_level(city, day)
    law = city.overdispersion
    if law_row(city, law).family == Family.CONSTANT:
        levels[:] = usual * law_row(city, law).a
        return
    added = problem_id(0, day, ORDINARY_STREAM, 0)
    one_each(city, community_ids(city), added, Purpose.DAY_LEVEL, 0, drawn)
    quantile_each(city, law, drawn, levels)
    for community in range(city.community_count):
        levels[community] *= usual


@part
def _common_level(city: Any, day: int) -> float:
    """The day's level in the whole city: weather, news, the mood of the week."""
    law = city.common_level
    today = value(city, law, demand.day_entity(day), Purpose.COMMON_LEVEL, 0)
    yesterday = value(city, law, demand.day_entity(day - 1), Purpose.COMMON_LEVEL, 0)
    return demand.common_level(today, yesterday)


@part
def draw_counts(city: Any, day: int, stream: int) -> None:
    """How many begin in each community on one day, in one stream, once the day's levels are drawn.

    Most counts are zero: what the first piece's rank alone can tell is told without its sum.
    """
    levels, drawn, counts = day_levels(city), ranks(city), day_counts(city)
    purpose = whole(Purpose.ENQUIRIES) if stream == ENQUIRY_STREAM else whole(Purpose.BIRTHS)
    added = problem_id(0, day, stream, 0)
    one_each(city, community_ids(city), added, purpose, 0, drawn)
    for community in range(city.community_count):
        mean = mean_of_stream(city, community, day, stream, levels[community])
        counts[community] = 0
        if mean > 0.0:
            entity = problem_id(community, day, stream, 0)
            counts[community] = count(city, entity, purpose, mean, drawn[community])


@part
def count(city: Any, entity: int, purpose: int, mean: float, u: float) -> int:
    """A Poisson number at rank u, or in pieces of which u is the first one's rank."""
    if mean < demand.LARGEST_PIECE:
        return demand.poisson(mean, u)
    parts = demand.pieces(mean)
    n = demand.poisson(mean / parts, u)
    for piece in range(1, parts):
        n += demand.poisson(mean / parts, one(city, entity, purpose, piece))
    return n


@part
def mean_of_stream(city: Any, community: int, day: int, stream: int, level: float) -> float:
    """Expected number in one community on one day, in one stream; none if it does not run."""
    people = office_at(city, community).residents
    if stream == ENQUIRY_STREAM:
        return city.enquiries_per_day * people * level
    mean = city.problems_per_day * people * level
    if stream == ORDINARY_STREAM:
        return mean
    surge = surge_at(city, stream - 1)
    here = surge.first_community <= community < surge.last_community
    if not here or not surge.first_day <= day < surge.last_day:
        return -1.0
    share = 1.0 if surge.klass == ABSENT else class_shares(city)[surge.klass]
    return mean * share * (surge.factor - 1.0)


@part
def second_of_birth(city: Any, number: int) -> int:
    """When on its day a problem or enquiry begins."""
    u = one(city, number, Purpose.BIRTH_MOMENT, 0)
    return demand.moment_of_day(hour_cumulative(city), u)


@part
def draw_problem(
    city: Any, number: int, born: int, who: int, klass: int, u_severity: float, u_tier: float
) -> int:
    """What the problem is like: drawn once, keyed by its id. What is asked later is drawn later."""
    community = number >> ID_OF_DAY_BITS
    p = new_problem(city)
    problem = problem_at(city, p)
    facts = class_at(city, klass)
    problem.id = number
    problem.resident_id = resident_id(community, who)
    problem.severity_at_birth = residents.clip(quantile(city, facts.severity, u_severity))
    problem.born = born
    problem.resident = resident_of(city, problem.resident_id)
    problem.first_open = ABSENT
    problem.open_grievances = 0
    problem.rows = 0
    problem.awaited = 0
    problem.first_member = ABSENT
    problem.contacts = 0
    problem.recurrences = 0
    problem.klass = klass
    problem.channel = NO_INDEX
    problem.required_tier = required_tier(city, facts.hardness, u_tier)
    problem.lives = 1
    problem.comes_back = 0
    problem.known = 0
    problem.hardened = 0
    problem.terminated = 0
    return p


@part
def who_is_hit(city: Any, number: int) -> int:
    """Number of the resident within the community."""
    people = office_at(city, number >> ID_OF_DAY_BITS).residents
    return demand.number_below(people, one(city, number, Purpose.WHO, 0))


@part
def class_of(city: Any, number: int, u: float) -> int:
    """The class that a surge brings, or one drawn by the classes' shares."""
    stream = number >> 16 & 15
    if stream != ORDINARY_STREAM and stream != ENQUIRY_STREAM:
        klass = surge_at(city, stream - 1).klass
        if klass != ABSENT:
            return klass
    return demand.pick(class_shares(city), u)


@part
def residents_hit(city: Any, number: int) -> int:
    """One, or with some probability a heavy-tailed number of residents."""
    if city.collective_share <= 0.0:
        return 1
    u_collective, u_size = pair(city, number, Purpose.COLLECTIVE, 0)
    if u_collective >= city.collective_share:
        return 1
    limit = city.collective_limit
    size = whole(min(quantile(city, city.collective_size, u_size), float(limit)) + 0.5)
    return max(min(size, limit), 2)


# ---------------------------------------------------------------- beginnings


@part
def is_born(city: Any, number: int, who: int) -> None:
    """A problem or an enquiry begins now."""
    if number >> 16 & 15 == ENQUIRY_STREAM:
        enquiry_begins(city, number)
        return
    u_class, u_severity = pair(city, number, Purpose.CLASS_SEVERITY, 0)
    u_heal, u_tier = pair(city, number, Purpose.HEAL_TIER, 0)
    klass = class_of(city, number, u_class)
    p = draw_problem(city, number, city.now, who, klass, u_severity, u_tier)
    if is_prevented(city, problem_at(city, p)):
        _give_back(city, p)
        return
    begins(city, p, Birth.NEW, u_heal)
    _fellows(city, p)
    lives_with(city, p, True)


@part
def was_born_before(city: Any, number: int, moment: int) -> None:
    """Part of the stock of the first day, unless it has ended or somebody has spoken of it."""
    u_class, u_severity = pair(city, number, Purpose.CLASS_SEVERITY, 0)
    u_heal, u_tier = pair(city, number, Purpose.HEAL_TIER, 0)
    klass = class_of(city, number, u_class)
    if moment + demand.heals_after(class_at(city, klass).self_heal, u_heal) <= 0:
        return
    who = who_is_hit(city, number)
    p = draw_problem(city, number, moment, who, klass, u_severity, u_tier)
    problem = problem_at(city, p)
    if spoke_up_long_ago(city, problem):
        _give_back(city, p)
        return
    begins(city, p, Birth.INITIAL, u_heal)
    lives_with(city, p, False)


@part
def _give_back(city: Any, p: int) -> None:
    """The row of a problem that does not begin."""
    problem = problem_at(city, p)
    problem.lives = 0
    problem.id = ABSENT
    problem.first_open = city.free_problem
    city.free_problem = p
    city.problems_free += 1


@part
def enquiry_begins(city: Any, number: int) -> None:
    """A question: asked when the channel is open."""
    u, v = pair(city, number, Purpose.CHANNEL, 0)
    segment = demand.pick(segment_shares(city), v)
    channel = channel_chosen(city, u, segment, number >> ID_OF_DAY_BITS, ABSENT)
    moment = channel_opens(city, channel, city.now)
    schedule(city, moment, Rank.CONTACT, number, 0, channel << 8 | segment)


@part
def _fellows(city: Any, p: int) -> None:
    """Others hit by a collective problem may speak up as well."""
    strength = city.loops.duplicates
    if strength <= 0.0:
        return
    problem = problem_at(city, p)
    factor = city.reporting.fellow_factor
    likeliest = city.likeliest_fellow
    if city.spread_count > 0:  # nobody is asked who could not speak up today
        likeliest = likeliest_today(city, factor, community_of(problem))
    for number in range(1, residents_hit(city, problem.id)):
        u = one(city, problem.id, Purpose.FELLOW, number)
        if u < strength * likeliest:
            r = resident_of(city, fellow(city, problem, number))
            resident = resident_at(city, r)
            if u < strength * report_probability(city, problem, resident, factor):
                fellow_speaks_up(city, p, problem, number, whole(resident.segment))


@part
def fellow(city: Any, problem: Any, number: int) -> int:
    """The id of another resident hit by a collective problem."""
    community = community_of(problem)
    people = office_at(city, community).residents
    u = one(city, problem.id, Purpose.FELLOW_WHO, number)
    return resident_id(community, demand.number_below(people, u))


# ---------------------------------------------------------------- a day ahead


@part
def draw_day(city: Any, day: int) -> bool:
    """What begins on a day goes into the agenda.

    False if there is no room: called again, it goes on where it stopped.
    """
    draw_levels(city, day)
    while city.drawn_stream <= ENQUIRY_STREAM:
        draw_counts(city, day, city.drawn_stream)
        while city.drawn_community < city.community_count:
            count = day_counts(city)[city.drawn_community]
            if count > room_to_put_down(city):
                return False
            foresee(city, city.drawn_community, day, city.drawn_stream, count)
            city.drawn_community += 1
        city.drawn_community = 0
        city.drawn_stream = stream_after(city, city.drawn_stream)
    city.drawn_stream = ORDINARY_STREAM
    return True


@part
def foresee(city: Any, community: int, day: int, stream: int, count: int) -> None:
    """So many beginnings, of one community, day and stream."""
    entity = problem_id(community, day, stream, 0)
    for number in range(entity, entity + count):
        moment = day * DAY + second_of_birth(city, number)
        who = ABSENT if stream == ENQUIRY_STREAM else who_is_hit(city, number)
        schedule(city, moment, Rank.BIRTH, number, who, 0)


@part
def stream_after(city: Any, stream: int) -> int:
    """The ordinary stream, then the surges, then enquiries."""
    if stream < city.surge_count:
        return stream + 1
    return ENQUIRY_STREAM if stream < ENQUIRY_STREAM else ENQUIRY_STREAM + 1


@part
def list_day(city: Any, day: int, keys: Any) -> int:
    """What began in all communities on a day before the first: how many there are.

    ``keys`` takes (second, community, stream, number) of each, as far as it has room.
    """
    n = 0
    draw_levels(city, day)
    stream = ORDINARY_STREAM
    while stream < ENQUIRY_STREAM:
        draw_counts(city, day, stream)
        for community in range(city.community_count):
            entity = problem_id(community, day, stream, 0)
            for k in range(day_counts(city)[community]):
                if n < len(keys):
                    second = second_of_birth(city, entity + k)
                    keys[n] = second << SECOND_BITS | community << 20 | stream << 16 | k
                n += 1
        stream = stream_after(city, stream)
    return n
