"""Layers, settings, evidence, policies: what stands in the scenario at the end."""

import copy
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from govsim.errors import InputError
from govsim.scenario import Scenario, load
from govsim.scenario.laws import Empirical, Lognormal, Weibull
from govsim.scenario.layers import defaults
from govsim.scenario.provenance import leaves
from govsim.scenario.reading import Evidence
from scenario.mutations import HERE, SHIPPED

BASE = HERE / "valid" / "base.yaml"
DAY = 86_400


def valid(name: str) -> Scenario:
    return load(HERE / "valid" / f"{name}.yaml")


def written(folder: Path, text: str, name: str = "written.yaml") -> Path:
    (folder / "base.yaml").write_bytes(BASE.read_bytes())
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def mistakes(path: Path, **options: list[str]) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(path, **options)
    return [str(finding) for finding in caught.value.findings]


# ---------------------------------------------------------------- defaults and layers


def test_a_scenario_has_the_keys_of_the_defaults_and_no_others() -> None:
    keys = set(defaults().entries) | {"tiers"}
    assert set(Scenario.model_fields) == keys


def test_defaults_fill_tiers_desks_and_classes() -> None:
    scenario = load(BASE)
    assert scenario.tiers["community"].leaders.count == 0
    work = scenario.tiers["street"].touch_work
    assert isinstance(work, Lognormal)
    assert (work.mean, work.cv) == (7200.0, 1.2)
    assert scenario.tiers["community"].desks["front"].weekly_hours == 40 * 3600
    assert scenario.classes["urgent"].reasonable
    assert not scenario.classes["unreasonable"].reasonable
    assert scenario.classes["hard"].several_departments == 0.42
    assert scenario.classes["worry"].several_departments == 0.0


def test_a_changed_default_block_reaches_every_tier(tmp_path: Path) -> None:
    text = "govsim: 1\nextends: base.yaml\ntier_defaults: {leaders: {count: 7}}\n"
    scenario = load(written(tmp_path, text))
    assert scenario.tiers["community"].leaders.count == 7
    assert scenario.tiers["street"].leaders.count == 2  # what the tier itself says


def test_another_distribution_replaces_and_parameters_merge() -> None:
    scenario = valid("distributions")
    delay, confirmation = scenario.reporting.delay, scenario.closing.confirmation
    assert isinstance(delay, Empirical)
    assert delay.values == (DAY, 2 * DAY, 30 * DAY)
    assert isinstance(confirmation, Lognormal)
    assert confirmation.median is None
    median, sigma = confirmation.median_and_sigma()
    assert median * 2.718281828459045 ** (sigma * sigma / 2) == pytest.approx(8 * DAY)


def test_none_takes_entries_out_and_their_names_out_of_reach() -> None:
    scenario = valid("removals")
    assert list(scenario.segments) == ["general", "elderly", "migrant"]
    assert "dispute" not in scenario.classes
    assert list(scenario.channels) == ["walk_in"]
    assert set(scenario.channels["walk_in"].reach) == set(scenario.segments)
    assert "night_visits" in scenario.policies and "added_staff" not in scenario.policies
    assert list(scenario.tiers) == ["community", "street", "county"]


def test_naming_every_tier_orders_them() -> None:
    assert list(valid("reordered").tiers) == ["community", "village_group", "street"]


def test_groups_take_desks_and_residents_from_their_tier() -> None:
    community = valid("groups").tiers["community"]
    assert community.offices is None
    assert community.office_count == 5
    town, mountain = community.office_groups.values()
    assert (town.residents, mountain.residents) == (1000, 400)
    assert town.desks["front"].cadres == 5
    assert list(mountain.desks) == ["hall", "van"]


def test_a_tier_without_groups_is_one_group() -> None:
    (group,) = load(BASE).tiers["community"].office_groups.values()
    assert (group.offices, group.residents, list(group.desks)) == (4, 1000, ["front"])


def test_a_chain_of_files_keeps_the_place_of_every_value() -> None:
    scenario = valid("chain")
    assert scenario.horizon == 45 * DAY
    assert scenario.origin("horizon").where.endswith("chain.yaml:3:10")
    assert scenario.origin("name").where.endswith("chinese.yaml:3:7")
    assert scenario.origin("tiers.community.residents").where.endswith("base.yaml:8:16")
    assert scenario.origin("tiers.community.can_solve").where.endswith("base.yaml:9:16")
    assert scenario.origin("closing.care").where == "default"
    with pytest.raises(KeyError):
        scenario.origin("closing.nothing")


def test_chinese_units_and_names() -> None:
    scenario = valid("chinese")
    community = scenario.tiers["community"]
    assert community.reply_deadline == (5 * DAY, True)
    assert community.desks["front"].pay == 60_000
    assert scenario.calendars["夜班"].hours == ((70_200, 77_400),)
    assert scenario.channels["热线"].reach == dict.fromkeys(scenario.segments, 1.0)
    assert scenario.selected_policies == ("周日夜访",)
    assert scenario.deadlines.restart_on_transfer


def test_a_file_from_windows() -> None:
    scenario = valid("windows")
    assert scenario.name == 'from Windows: "quoted", # no comment'
    assert scenario.question == "two\nlines\n"


# ---------------------------------------------------------------- evidence


def test_evidence_is_kept_and_does_not_outlive_its_value() -> None:
    scenario = valid("evidence")
    assert scenario.origin("history").evidence.note == "longer than the default's"
    delay = scenario.reporting.delay
    assert isinstance(delay, Weibull)
    assert scenario.origin("reporting.delay.shape").evidence.grade == "data"
    assert scenario.origin("demand.season").evidence.source == "made up"
    changed = scenario.origin("work.office_slowness.sigma").evidence
    assert changed == Evidence(span=(0.3, 1.0), inherited=True)
    (entry,) = [e for e in scenario.register() if e.path == "work.office_slowness.sigma"]
    assert (entry.grade, entry.source) == ("assumption", "not given")
    assert entry.range == ("0.3", "1.0")
    assert entry.range_is_default


def test_every_number_of_the_defaults_says_where_it_comes_from_or_is_an_assumption() -> None:
    for entry in load(BASE).register():
        assert entry.grade in ("regulation", "data", "published", "assumption", "choice")


def test_a_value_outside_its_range_may_be_set_but_not_written(tmp_path: Path) -> None:
    setting = "trust.half_life={value: 900 d, range: [1 d, 2 d], source: a test}"
    assert load(BASE, set=[setting]).trust.half_life == 900 * DAY
    assert load(BASE, set=["trust.half_life=90000 h"]).trust.half_life == 3750 * DAY
    text = "govsim: 1\nextends: base.yaml\ntrust: {half_life: {value: 9 d, range: [1 d, 2 d]}}\n"
    (found,) = mistakes(written(tmp_path, text))
    assert "lies outside its own range" in found


# ---------------------------------------------------------------- --set


@pytest.mark.parametrize(
    ("setting", "path", "expected"),
    [
        ("policies.night_visits.intensity=0.5", "policies.night_visits.intensity", 0.5),
        ("tiers.street.desks.handlers.cadres=8", "tiers.street.desks.handlers.cadres", 8),
        ("tiers.street.leaders.count=3", "tiers.street.leaders.count", 3),
        ("demand.season.0=1", "demand.season.0", 1),
        ("demand.problems=0.3 /year", "demand.problems", "0.3 /year"),
        ("classes.urgent.outside_wait.median=3 d", "classes.urgent.outside_wait.median", "3 d"),
        ("name=", "name", None),
    ],
)
def test_one_value_is_set(setting: str, path: str, expected: object) -> None:
    if expected is None:
        assert "an empty value is not a text" in mistakes(BASE, set=[setting])[0]
        return
    scenario = load(BASE, set=[setting])
    assert scenario.origin(path).where == f"--set {path}"
    node: Any = scenario.tree
    for name in path.split("."):
        node = node[int(name)] if isinstance(node, list) else node[name]
    assert node == expected


def test_blocks_can_be_set_and_added_and_taken_out() -> None:
    settings = [
        "demand.surges.storm={start: 2011-01-05, length: 3 d, factor: 2}",
        "demand.surges.storm.factor=5",
        "reporting.delay={distribution: constant, value: 1 d}",
        "policies.added_staff=none",
        "in_force=[night_visits]",
        "tier_defaults.leaders.count=4",
    ]
    scenario = load(BASE, set=settings)
    assert scenario.demand.surges["storm"].factor == 5
    assert scenario.demand.surges["storm"].klass == "all"
    assert scenario.reporting.delay.model_dump() == {"distribution": "constant", "value": DAY}
    assert "night_visits" in scenario.policies and "added_staff" not in scenario.policies
    assert scenario.selected_policies == ("night_visits",)
    assert scenario.tiers["community"].leaders.count == 4


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (
            "demnd.problems=3 /year",
            "--set demnd.problems: the scenario has no such key; the nearest is demand.problems",
        ),
        (
            "demand.problem=3 /year",
            '--set demand.problem: demand.problem: unknown key "problem"; did you mean problems? '
            "(allowed here: problems, enquiries, common_level, overdispersion, season, weekdays, "
            "hours, collective_share, collective_size, collective_limit, surges)",
        ),
        (
            "demand.season.12=1",
            "--set demand.season.12: the values of this list have the numbers 0 to 11",
        ),
        (
            "tiers.strete.offices=3",
            "--set tiers.strete.offices: the scenario has no such key; "
            "the nearest is tiers.street.offices",
        ),
        (
            "demand.problems=3",
            '--set demand.problems: demand.problems: "3" has no unit; write for example 3 /year',
        ),
        ("horizon", '--set: "horizon" must have the form path=value'),
        ("=5", '--set: "=5" must have the form path=value'),
        ("govsim=2", '--set govsim: govsim: unknown key "govsim"'),
        (
            "name=[a",
            "--set name: a bracket opened in line 1 is not closed, "
            "or a comma is missing before this",
        ),
    ],
)
def test_a_wrong_setting_is_explained(setting: str, expected: str) -> None:
    assert mistakes(BASE, set=[setting]) == [expected]


# ---------------------------------------------------------------- policies


def test_policies_are_selected_in_order_and_once() -> None:
    scenario = load(BASE, policies=["added_staff", "night_visits", "added_staff"])
    assert scenario.selected_policies == ("added_staff", "night_visits")
    in_force = load(BASE, set=["in_force=[night_visits]"], policies=["added_staff"])
    assert in_force.selected_policies == ("night_visits", "added_staff")


def test_an_unknown_policy_is_explained() -> None:
    there = ", ".join(load(BASE).policies)
    assert mistakes(BASE, policies=["night_visit"]) == [
        f"--policy: there is no policy night_visit; there are: {there}; did you mean night_visits?"
    ]


def test_a_policy_file_is_merged_in_and_selected(tmp_path: Path) -> None:
    text = "govsim: 1\npolicies:\n  sundays: {kind: night_visits, weekday: Sun, at_most: 3}\n"
    scenario = load(BASE, policies=[str(written(tmp_path, text)), "added_staff"])
    assert scenario.selected_policies == ("sundays", "added_staff")
    sundays = scenario.policies["sundays"].model_dump()
    assert (sundays["weekday"], sundays["at_most"], sundays["companions"]) == (6, 3, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("govsim: 1\n", "the file holds no policies"),
        ("govsim: 1\npolicies: [a]\n", "the file holds no policies"),
        (
            "govsim: 1\nname: x\npolicies: {night_visits: {at_most: 3}}\n",
            "a policy file holds the keys govsim and policies only",
        ),
        ("policies: {}\n", "the first key of the file must be govsim: 1"),
    ],
)
def test_a_wrong_policy_file_is_explained(tmp_path: Path, text: str, expected: str) -> None:
    (found,) = mistakes(BASE, policies=[str(written(tmp_path, text))])
    assert expected in found


# ---------------------------------------------------------------- the scenario as a thing


def test_runs_that_can_be_compared_share_their_ground() -> None:
    ground = load(BASE).ground()
    assert load(BASE, policies=["night_visits"], set=["name=Other"]).ground() == ground
    assert load(BASE, set=["policies.night_visits.intensity=0.5"]).ground() == ground
    assert load(BASE, set=["trust.half_life=731 d"]).ground() != ground


def test_the_digest_sees_values_and_not_how_they_are_written() -> None:
    plain = load(BASE).digest()
    assert len(plain) == 64
    assert load(BASE, set=["trust.half_life=17520 h", "name=Other"]).digest() == plain
    assert load(BASE, set=["trust.half_life={value: 730 d, source: s}"]).digest() == plain
    assert load(BASE, set=["trust.half_life=731 d"]).digest() != plain
    assert load(BASE, policies=["night_visits"]).digest() != plain
    assert (
        load(BASE, policies=["night_visits", "added_staff"]).digest()
        != load(BASE, policies=["added_staff", "night_visits"]).digest()
    )


def test_a_scenario_travels_to_other_processes_and_cannot_be_changed() -> None:
    scenario = load(SHIPPED[0], policies=["night_visits"])
    for twin in (pickle.loads(pickle.dumps(scenario)), copy.deepcopy(scenario)):
        assert twin.digest() == scenario.digest()
        assert twin.resolved_yaml() == scenario.resolved_yaml()
    with pytest.raises(ValidationError):
        scenario.horizon = 5


def test_every_leaf_of_the_tree_is_in_the_register() -> None:
    scenario = load(BASE)
    assert [entry.path for entry in scenario.register()] == [
        ".".join(path) for path, _ in leaves(scenario.root)
    ]


def test_loading_is_quick() -> None:
    path = next(path for path in SHIPPED if path.stem == "district")
    load(path)
    best = min(_timed(path) for _ in range(5))
    assert best < 0.150


def _timed(path: Path) -> float:
    began = time.perf_counter()
    load(path)
    return time.perf_counter() - began


def test_reading_a_scenario_needs_no_data_frames() -> None:
    code = (
        "import sys, govsim.scenario; "
        "print(sorted({'pandas', 'matplotlib', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
