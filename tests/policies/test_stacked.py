"""Where policies meet: what the model page says in 3.12."""

import numpy as np
import pytest

from govsim.model.records import Activity, Errand, Kind, Origin, Outcome, Table
from policies.oversight_runs import Records, hours, of, plan_of, runs, same_in_both

EVERYTHING = (
    *("hotline", "triage", "joint_conference", "mediation", "outsourcing"),
    *("supervision", "scoring", "mandatory_reply", "termination", "night_visits"),
)
MUCH_IS_TERMINATED = (
    "policies.termination.after=review",
    "policies.termination.share=1",
    "policies.termination.crowd=0",
    "after_closing.review=1",
    "after_closing.contact_again=1",
    "closing.paper_base=3",
)


def both(policies: tuple[str, ...], *settings: str, seeds: int = 2) -> Records:
    """The records of some replications with these policies."""
    return runs(plan_of(*settings, policies=policies), seeds)


@pytest.mark.parametrize("policies", [EVERYTHING, EVERYTHING[::-1]], ids=["in order", "reversed"])
def test_the_engines_agree_on_everything_at_once(policies: tuple[str, ...]) -> None:
    same_in_both(policies)


def test_operators_take_the_calls_off_the_offices() -> None:
    alone = hours(both(("scoring",)), Errand.PAPERWORK)
    with_operators = hours(both(("hotline", "scoring")), Errand.PAPERWORK)
    reports = hours(both(("scoring",), "policies.scoring.call=0 s"), Errand.PAPERWORK)
    assert alone > with_operators == pytest.approx(reports)


def test_what_is_referred_to_law_is_not_resolved_in_the_score() -> None:
    resolution_alone = (
        "policies.scoring.response=0",
        "policies.scoring.satisfaction=0",
        "policies.scoring.strength=0",
    )
    nobody_agrees = ("policies.mediation.success=0", "policies.mediation.written_up=0")
    with_it = both(("mediation", "scoring"), *resolution_alone, *nobody_agrees)
    without = both(("scoring",), *resolution_alone)
    assert len(of(with_it, Kind.CLOSED, Outcome.REFERRED)) > 0
    assert of(with_it, Kind.SCORED)["value"].mean() < of(without, Kind.SCORED)["value"].mean()


def test_special_desks_take_nobody_who_is_turned_away() -> None:
    settings = ("policies.outsourcing.share=1", "loops.squeaky_wheel=0")
    everybody = ("policies.triage.misjudges=1", "policies.triage.turns_away=1")
    nobody_learns = ("policies.triage.magic_words=0", "policies.triage.merges=0")
    sorted_out = both(("triage", "outsourcing"), *settings, *everybody, *nobody_learns)
    assert len(of(both(("outsourcing",), *settings), Kind.WORKED, Activity.CONTRACT)) > 0
    assert len(of(sorted_out, Kind.WORKED, Activity.CONTRACT)) == 0


def test_who_calls_must_get_through_to_be_turned_away() -> None:
    all_by_telephone = ("policies.hotline.weight=1000", "policies.hotline.known_at_first=1")
    plan = plan_of(*MUCH_IS_TERMINATED, *all_by_telephone, policies=("hotline", "termination"))
    records = runs(plan, 1)
    turned_away = of(records, Kind.TURNED_AWAY, Origin.FELLOW, Origin.REPEAT)
    turned_away = turned_away[turned_away["channel"] == len(plan.channels) - 1]
    assert len(turned_away) > 0
    assert np.isin(turned_away["time"], of(records, Kind.HOURS, Errand.CALLS)["time"]).all()


def called_for(policies: tuple[str, ...], *settings: str) -> float:
    """Share of the conferences that are called for one case: the others wait for the day."""
    settings = ("policies.joint_conference.form=both", *settings)
    held = of(both((*policies, "joint_conference"), *settings), Kind.CONFERRED)
    return float((held["code"] == Table.ON_DEMAND).mean())


def test_cases_that_are_watched_are_called_for_and_mild_ones_are_not() -> None:
    nothing_else = tuple(
        f"policies.triage.{word}=0" for word in ("merges", "turns_away", "misjudges", "magic_words")
    )
    mild = called_for(("triage",), "policies.triage.mild_below=0.84", *nothing_else)
    assert mild < 0.5
    assert called_for(()) < 0.5
    assert called_for(("supervision",), "policies.supervision.watched=1") == 1.0
