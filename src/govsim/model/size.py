"""How much happens in a plan, roughly: what memory and patience are planned by."""

from govsim.model.plan import DAY, Plan
from govsim.model.records import Gathering

# Measured on the shipped scenarios: events of a problem from its birth to its end, reported or not,
# with its share of grievances; of an enquiry; of a visiting session.
OF_PROBLEM, OF_ENQUIRY, OF_SESSION = 12.0, 5.0, 10.0
OF_INHERITED = 20.0  # all of them are grievances


def expected_events(plan: Plan) -> float:
    """About how many events a replication has, within a factor of three where offices keep up."""
    days = plan.horizon / DAY
    problems = plan.demand.problems_per_day * (days + 0.3 * plan.history_days)
    for surge in plan.demand.surges:
        first, last = max(surge.first_day, 0), min(surge.last_day, int(days))
        problems += plan.demand.problems_per_day * (surge.factor - 1.0) * max(last - first, 0)
    sessions = sum(len(visits.sessions) for visits in plan.visits)
    enquiries = plan.demand.enquiries_per_day * days
    of_residents = plan.residents * (OF_PROBLEM * problems + OF_ENQUIRY * enquiries)
    trifles = sum(
        plan.patrols[visits.number].trivial * len(session.companions)
        for visits in plan.visits
        if visits.form == Gathering.PATROL
        for session in visits.sessions
    )
    by_calendar = len(plan.lanes) * days / 7.0
    by_calendar += sum(len(conference.meetings) for conference in plan.conferences)
    by_calendar += OF_INHERITED * len(plan.inherited)
    by_calendar += OF_SESSION * sessions + OF_ENQUIRY * trifles
    return of_residents + by_calendar + 5.0 * len(plan.cadres)


class TooMuchHappens(RuntimeError):
    """A replication does not come to its end in a sensible number of events.

    ``day`` is how far it came, ``office`` (index in the plan) where most cases lie, ``cases`` how
    many these are.
    """

    def __init__(self, day: int, office: int, cases: int) -> None:
        super().__init__(day, office, cases)
        self.day, self.office, self.cases = day, office, cases
