"""At a month's end some of the old cases are closed in bulk."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.closing import close
from govsim.engines.compiled.draws import one
from govsim.engines.compiled.rows import case_at, rules_of, scratch, whole
from govsim.engines.compiled.sorting import sort
from govsim.model.randomness import Purpose, contact_index
from govsim.model.records import ABSENT, Outcome

NUMBER_BITS = 40  # of a case, below its office
OLD_CASES = 0  # what the list in scratch is of


@part
def list_old_cases(city: Any, month: int) -> None:
    """Which cases will be closed, office by office and by number; the loop closes them."""
    keys = scratch(city)
    cases = keys[city.scratch_room // 2 :]
    n = 0
    for c in range(city.cases_used):
        case = case_at(city, c)
        if case.number == ABSENT or not case.open or case.in_work or case.problem == ABSENT:
            continue
        rules = rules_of(city, case.office).closing
        if city.now - case.registered < rules.clean_up_after:
            continue
        index = contact_index(whole(case.member), whole(case.contact), month)
        share = rules.clean_up_share * city.loops.clean_up
        if one(city, case.subject, Purpose.CLEAN_UP, index) < share:
            keys[n] = whole(case.office) << NUMBER_BITS | case.number
            cases[n] = c
            n += 1
    sort(keys, cases, n)
    city.listed = 0
    city.list_size = n
    city.list_kind = OLD_CASES


@part
def clear_out_next(city: Any) -> None:
    """The next case on the list."""
    c = scratch(city)[city.scratch_room // 2 + city.listed]
    city.listed += 1
    close(city, c, Outcome.CLEARED_OUT)
