"""Scenario files: the shipped ones, tricky ones, and one file for every mistake."""

from pathlib import Path

import pytest

from govsim.errors import InputError
from govsim.scenario import Scenario, load, show
from govsim.scenario.policies import KIND_NAMES
from scenario.mutations import HERE, SHIPPED

VALID = sorted((HERE / "valid").glob("*.yaml"))
INVALID = sorted((HERE / "invalid").glob("*.yaml"))


@pytest.fixture(params=[*SHIPPED, *VALID], ids=lambda path: path.stem)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load(request.param)


def test_the_shipped_scenarios_are_there() -> None:
    assert {path.stem for path in SHIPPED} >= {"small_town", "district", "nanchang_2011"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_says_what_it_asks_in_both_languages(path: Path) -> None:
    first, *_ = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith("# Question: ")
    scenario = load(path)
    assert not scenario.question.startswith(scenario.name)
    assert scenario.question.endswith("?")
    assert scenario.question_zh.endswith("？")
    assert scenario.name_zh != scenario.name


@pytest.mark.parametrize(("page", "chinese"), [("README.md", False), ("README.zh-CN.md", True)])
def test_every_shipped_scenario_stands_in_the_list(page: str, chinese: bool) -> None:
    text = (SHIPPED[0].parent / page).read_text(encoding="utf-8")
    for path in SHIPPED:
        scenario = load(path)
        name, question = (
            (scenario.name_zh, scenario.question_zh)
            if chinese
            else (scenario.name, scenario.question)
        )
        assert f"| [`{path.stem}`]({path.name}) | {name} | {question} |" in text


def test_a_resolved_scenario_is_the_same_when_loaded_again(
    scenario: Scenario, tmp_path: Path
) -> None:
    resolved = scenario.resolved_yaml()
    (tmp_path / "resolved.yaml").write_text(resolved, encoding="utf-8")
    again = load(tmp_path / "resolved.yaml")
    assert again.resolved_yaml() == resolved
    assert again.digest() == scenario.digest()
    assert again.selected_policies == scenario.selected_policies


def test_every_value_is_shown_and_has_an_origin(scenario: Scenario) -> None:
    text = show(scenario)
    for entry in scenario.register():
        assert entry.path in text
        assert scenario.origin(entry.path).where == entry.where
        assert entry.unit


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_mistake_is_named_with_its_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    with pytest.raises(InputError) as caught:
        load(path.name)
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert f"{caught.value}\n" == expected.replace("{policies}", ", ".join(KIND_NAMES))


def test_there_are_many_mistakes() -> None:
    assert len(INVALID) >= 60


def test_all_mistakes_of_a_file_are_named_at_once_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text(
        "govsim: 1\nhorizon: 5\nstart: 1.1.2011\ntriage: {eror: 0.1, error: 2}\n"
        "reporting: {probability: {value: 0.3, sorce: x}}\n"
        "trust:\n  half_life: 1 d\n  half_life: 2 d\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load(file)
    places = [finding.where.removeprefix(f"{file}:") for finding in caught.value.findings]
    assert places == ["1:1", "2:10", "3:8", "4:10", "4:28", "5:39", "8:3"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nowhere.yaml", "there is no such file"),
        ("folder.yaml", "this is a folder, not a scenario file"),
        ("a\0b.yaml", "the file cannot be opened"),
        ("x" * 5000 + ".yaml", "the file cannot be opened"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, expected: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(InputError) as caught:
        load(tmp_path / name)
    assert [finding.message for finding in caught.value.findings] == [expected]


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "huge.yaml"
    file.write_bytes(b"govsim: 1\n" + b"# filler\n" * 200_000)
    with pytest.raises(InputError, match="larger than 1048576 bytes"):
        load(file)
    file.write_bytes(b"govsim: 1\nin_force: [" + b"a," * 60_000 + b"]\n")
    with pytest.raises(InputError, match="more than 50000 values"):
        load(file)
    file.write_bytes(b"govsim: 1\nname: " + b"[" * 500_000)
    with pytest.raises(InputError, match="nested more than 24 deep"):
        load(file)


def test_files_that_extend_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.yaml").write_text(f"govsim: 1\nextends: {other}.yaml\n")
    with pytest.raises(InputError, match=r"c\.yaml:2:10: extends: .*extends itself"):
        load(tmp_path / "a.yaml")
    for number in range(12):
        text = f"govsim: 1\nextends: {number + 1}.yaml\n"
        (tmp_path / f"{number}.yaml").write_text(text)
    with pytest.raises(InputError, match="more than 8 files extend each other"):
        load(tmp_path / "0.yaml")
