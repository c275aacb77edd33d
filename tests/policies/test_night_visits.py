"""Night visits: what leaders hear in the evening, and what their absence costs by day."""

from engines.effects import Run, leaves_the_baseline, run
from govsim.model.plan import DAY
from govsim.model.records import FIRST, KNOWN, Activity, Kind, Origin

YEAR = "horizon=365 d"
NOBODY_COMES = (
    "policies.night_visits.turnout=0",
    "policies.night_visits.time_off=1",
    "policies.night_visits.hours=19:00-23:00",
    "policies.night_visits.leaders_from=county",
    "tiers.county.leaders.count=1",  # where there are many, nobody waits for a signature
    "tier_defaults.leaders.share_of_time=0.05",
)


def visited(*settings: str) -> Run:
    return run(YEAR, *settings, policies=("night_visits",))


def living(trace: Run) -> int:
    ended = trace.count(Kind.SOLVED) + trace.count(Kind.HEALED)
    return trace.count(Kind.BORN) + trace.count(Kind.RECURRED) - ended


def known_and_living(trace: Run) -> int:
    ended = sum((trace.of(kind)["flags"] & KNOWN != 0).sum() for kind in (Kind.SOLVED, Kind.HEALED))
    again = (trace.of(Kind.RECURRED)["flags"] & KNOWN != 0).sum()
    return int(trace.count(Kind.BECAME_KNOWN) + again - ended)


def days_to_a_signature(trace: Run) -> float:
    signed = trace.of(Kind.WORKED, Activity.APPROVE)
    return float((signed["started"] - signed["enabled"]).mean()) / DAY


def test_at_intensity_0_or_too_late_nothing_changes() -> None:
    assert leaves_the_baseline("night_visits")


def test_what_was_hidden_comes_to_light_and_the_backlog_rises_first() -> None:
    visits, base = visited(), run(YEAR)
    assert living(visits) < living(base)
    assert known_and_living(visits) > 1.05 * known_and_living(base)
    late = [r.of(Kind.OVERDUE)["flags"] & FIRST != 0 for r in (visits, base)]
    assert late[0].sum() > late[1].sum()


def test_hours_that_leaders_take_back_are_missing_for_signatures() -> None:
    away, there = visited(*NOBODY_COMES), run(YEAR, *NOBODY_COMES)
    assert len(away.registered()) < 1.03 * len(there.registered())  # no more to sign
    assert days_to_a_signature(away) > 1.5 * days_to_a_signature(there)


def test_what_a_leader_has_heard_goes_first_and_the_others_wait_longer() -> None:
    busy = ("demand.problems=0.5 /year",)
    first = visited(*busy)
    equal = visited(*busy, "policies.night_visits.leaders_case_first=no")
    waits = []
    for trace in (first, equal):
        work = trace.all["kind"] == Kind.WORKED
        mine = trace.all["channel"] == trace.plan.visits[0].channel
        wait = trace.all["started"] - trace.all["enabled"]
        waits.append((wait[work & mine].mean(), wait[work & ~mine].mean()))
    assert waits[0][0] < waits[1][0]
    assert waits[0][1] > waits[1][1]


def test_who_has_met_a_leader_goes_over_heads_more_often() -> None:
    visits = visited()
    shy = visited("loops.leaders_attract=0")
    assert visits.count(Kind.REGISTERED, Origin.SKIP_LEVEL) > shy.count(
        Kind.REGISTERED, Origin.SKIP_LEVEL
    )
