"""Every number here was counted by hand from the story in conftest.py."""

import math

import pandas as pd
import pytest

from govsim.language import speaking
from govsim.model.plan import Plan
from govsim.outcomes import KPIS, Outcome, Tally, outcome_tables
from govsim.outcomes.lookup import Records
from govsim.outcomes.staff import YEAR

NAMES = [
    "registered",
    "closed",
    "answered_share",
    "reply_on_time",
    "resolution_rate",
    "satisfaction",
    "backlog",
    "escalated_share",
    "bounced_share",
    "reopened_share",
    "skip_level_share",
    "latent_problems",
    "trust",
    "cadre_hours",
    "leader_hours",
    "cost",
]

COST = 1234.5 + (3 * 50_000 + 30_000) * 28 / 365


@pytest.fixture
def outcome(plan: Plan, story: Records) -> Outcome:
    tally = Tally(plan)
    tally.drain(story)
    return tally.finish()


@pytest.fixture
def kpis(outcome: Outcome) -> pd.DataFrame:
    return outcome_tables(outcome, 0).kpis.to_pandas()


def value(kpis: pd.DataFrame, kpi: str, side: str, scope: str = "city", id: str = "") -> float:
    found = kpis[
        (kpis.kpi == kpi) & (kpis.side == side) & (kpis.scope == scope) & (kpis.scope_id == id)
    ]
    assert len(found) == 1
    return float(found["value"].iloc[0])


@pytest.mark.parametrize(
    ("kpi", "recorded", "true"),
    [
        ("registered", 5, 6),
        ("closed", 1, 1),  # in the run: 1, and 2 twice, taken back twice
        ("answered_share", 3 / 5, None),  # 1, 2, 6; 3 on day 70 is too late
        ("answered_or_solved_ratio", 3 / 5, 1 / 5),  # 6 is not closed yet on the last day
        ("reply_on_time", 3 / 5, 1 / 5),  # 1, 2, 6 in time; 3 and 4 missed theirs
        ("resolution_rate", 2 / 5, 1 / 5),  # 1, and 6 on day 40; 2 is open again
        ("satisfaction", 1.0, 1 / 5),  # called back: 1 and 6; 2 has thought better of it
        ("backlog", 3, 4),  # problems 2, 3, 4 and 6
        ("escalated_share", 1 / 5, None),
        ("bounced_share", 1 / 5, None),
        ("reopened_share", 1 / 5, None),
        ("skip_level_share", 0, None),
        ("latent_problems", None, 2),
        ("trust", None, 0.5 - 0.2 / 2000),
        ("cadre_hours", 600 / 3600 + 2 + 1 + 0.5, None),  # the hour on 6 comes after the run
        ("leader_hours", 2.25, None),
        ("cost", COST, None),
        ("withdrawn", 1, None),
        ("problems_born", None, 7),
        ("problems_solved", None, 1),
        ("solved_share", None, 1 / 7),  # 7 is older than the run
        ("problems_healed", None, 1),
        ("enquiries", 1, None),
        ("visits", 1, None),
        ("visit_hours", 2, None),
        ("time_off_hours", 2, None),
        # Days 1 to 61: 1 one day; 2 from day 20 on; 3 before each of three spells; 4 until it was
        # given up, untouched; 6 from its reply on.
        ("time_in_queue", (1 + 41 + (2 + 1 + 1) + 8 + 36) / 5, None),
        ("time_in_work", (3.75 + 1) / 24 / 5, None),
        ("time_interrupted", (2 + 0 + 0.5 + 0.75 + 23) / 24 / 5, None),
        ("time_outside", ((2 - 4 / 24) + (52 - 1 / 24)) / 5, None),  # 3 until day 61, not 70
        ("closed_on_paper_share", None, 1 / 5),  # 6
        # First closings: 1 and 2 in their term, 3 and 6 after it; 4 never.
        ("on_time_completion", 2 / 5, 1 / 5),
        ("first_contact_resolution", 2 / 5, 1 / 5),  # 1 and 6
        ("satisfaction_called_back", 1.0, 1 / 2),  # 6 is not
        ("solved_at_call_back", 1 / 2, 1 / 5),
        ("satisfaction_not_called_back", None, 1 / 2),  # 2, before and after
        ("bounces_per_case", 1 / 5, None),
        ("transfers_per_case", 2 / 5, None),
        ("gaming_index", None, 1 / 5),
        ("overtime_hours", 2.5, None),
        ("cadre_overtime", 0.5, None),
        ("leader_overtime", 2, None),
        ("hours_off_cases_share", 2 / (600 / 3600 + 3.75 + 2), None),
        ("cost_per_registered", COST / 5, None),
        ("cost_per_solved", COST, COST),
        ("coverage", None, 5 / 7),
        ("coverage_of_living", None, 4 / 6),
        ("participation", 5 / (2 * 28 / 365), 6 / (2 * 28 / 365)),
        ("worst_decile_resolution", 2 / 5, 1 / 5),  # the other community has nothing to resolve
        ("worst_decile_reply", 3 / 4, 1 / 4),
        ("worst_decile_coverage", None, 5 / 7),
        ("segment_gap_resolution", 1 / 2, 1 / 4),  # two of four, one of them truly; none of one
        ("segment_gap_satisfaction", 0.0, 1 / 4),  # of the elderly nobody was called back
        ("channel_gap_resolution", 0.0, 0.0),  # there is one channel
    ],
)
def test_city(kpis: pd.DataFrame, kpi: str, recorded: float | None, true: float | None) -> None:
    for side, expected in (("recorded", recorded), ("true", true)):
        if expected is not None:
            assert value(kpis, kpi, side) == pytest.approx(expected, abs=1e-12)
        else:
            assert side not in KPIS[kpi].sides()


def test_cases_count_where_they_were_registered_and_lie_where_they_lie(kpis: pd.DataFrame) -> None:
    assert value(kpis, "registered", "recorded", "tier", "0") == 5
    assert value(kpis, "registered", "recorded", "tier", "1") == 0
    assert value(kpis, "escalated_share", "recorded", "office", "0.0") == 1 / 5
    assert value(kpis, "backlog", "recorded", "office", "0.0") == 2
    assert value(kpis, "backlog", "recorded", "tier", "1") == 1
    assert value(kpis, "reply_on_time", "recorded", "tier", "0") == 3 / 4
    assert value(kpis, "reply_on_time", "recorded", "tier", "1") == 0.0
    assert value(kpis, "leader_hours", "recorded", "tier", "1") == 2.25


def test_classes_and_segments(kpis: pd.DataFrame) -> None:
    assert value(kpis, "registered", "recorded", "class", "hard") == 1
    assert value(kpis, "registered", "recorded", "segment", "general") == 4
    assert value(kpis, "trust", "true", "segment", "general") == pytest.approx(0.5 - 0.2 / 1500)
    assert value(kpis, "trust", "true", "segment", "elderly") == 0.5


def test_no_base_is_nan_never_zero(kpis: pd.DataFrame) -> None:
    assert math.isnan(value(kpis, "answered_or_solved_ratio", "recorded", "office", "0.1"))
    assert math.isnan(value(kpis, "satisfaction", "recorded", "class", "hard"))
    assert value(kpis, "satisfaction", "true", "class", "hard") == 0.0  # one has come


def test_scopes_where_a_kpi_means_nothing_are_left_out(kpis: pd.DataFrame) -> None:
    scopes = kpis.groupby(["kpi", "side"])["scope"].agg(set)
    assert scopes["cost", "recorded"] == {"city"}
    assert "channel" not in scopes["latent_problems", "true"]
    tiers = kpis[(kpis.kpi == "trust") & (kpis.scope == "tier")]
    assert list(tiers.scope_id) == ["0"]


def test_medians_take_open_cases_into_account(kpis: pd.DataFrame) -> None:
    # Replies after 2, 3 and 4 days; given up at 8; one more reply at 69.
    assert value(kpis, "median_reply_days", "recorded") == pytest.approx(4.0, rel=0.01)
    # Closed after 3, 39 and 69 days; given up at 8; the fifth is still open at 87.
    assert value(kpis, "median_resolution_days", "recorded") == pytest.approx(69.0, rel=0.01)
    # Nothing was registered there.
    assert math.isnan(value(kpis, "median_reply_days", "recorded", "tier", "1"))


@pytest.mark.parametrize("kpi", ["median_open_age", "ninth_decile_open_age", "oldest_open"])
def test_ages_of_what_is_open(kpis: pd.DataFrame, kpi: str) -> None:
    for scope, id in (("city", ""), ("tier", "0")):
        assert value(kpis, kpi, "recorded", scope, id) == pytest.approx(27.0, rel=0.01)
    assert math.isnan(value(kpis, kpi, "recorded", "tier", "1"))  # nothing was registered there


def test_without_a_surge_there_is_nothing_to_recover_from(kpis: pd.DataFrame) -> None:
    for kpi in ("recovery_days", "recovered_share"):
        for side in ("recorded", "true"):
            assert math.isnan(value(kpis, kpi, side))


def test_utilisation(kpis: pd.DataFrame) -> None:
    busy = value(kpis, "cadre_hours", "recorded") + 0.25
    assert value(kpis, "utilisation", "recorded") == pytest.approx(busy / (28 * 24 * 1.6))


def test_a_year_costs_a_years_pay() -> None:
    assert YEAR == 365 * 86_400


def test_the_registry_is_whole() -> None:
    assert set(NAMES) <= set(KPIS)
    assert {name for name, kpi in KPIS.items() if kpi.headline} == set(NAMES)
    for name, kpi in KPIS.items():
        assert kpi.name == name
        assert kpi.sides()
        assert kpi.direction in (-1, 0, 1)
        for side in kpi.sides():
            assert getattr(kpi, side).endswith(".")
            assert kpi.unit_of(side)


def test_both_sides_come_where_both_are_defined(outcome: Outcome) -> None:
    for kpi in KPIS.values():
        pair = kpi.of(outcome)
        sides = tuple(s for s in ("recorded", "true") if getattr(pair, s) is not None)
        assert sides == kpi.sides(), kpi.name


def test_columns(kpis: pd.DataFrame) -> None:
    expected = ["replication", "policy_set", "scope", "scope_id", "kpi", "side", "value", "unit"]
    assert list(kpis.columns) == expected
    assert not kpis.duplicated(["scope", "scope_id", "kpi", "side"]).any()


def test_names_do_not_depend_on_the_language(plan: Plan, story: Records) -> None:
    tally = Tally(plan)
    tally.drain(story)
    with speaking("zh"):
        table = outcome_tables(tally.finish(), 0).kpis
    assert set(NAMES) <= set(table["kpi"].to_pylist())
