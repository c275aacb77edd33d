"""The verb and its page: the page's command runs, in both languages, and says what it found."""

import shlex
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from govsim import cli
from govsim.decisions.forecasting import Forecast, open_forecast
from govsim.language import speaking
from govsim.report.composing import compose
from govsim.report.document import Block, Document, Facts, Grid, Points
from govsim.report.forecasting import (
    forecast_figure,
    forecast_findings,
    forecast_tables,
    slowest_offices,
)
from govsim.report.source import sources

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "decide" / "forecast.md").read_text("utf-8")
TOWN = str(ROOT / "scenarios" / "small_town.yaml")


def govsim(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, list(arguments))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's own command, for four weeks and with two replications."""
    line = next(line for line in PAGE.splitlines() if line.startswith("govsim forecast"))
    words = [str(ROOT / w) if "/" in w else w for w in shlex.split(line)[1:]]
    folder = tmp_path_factory.mktemp("page") / "forecast"
    result = govsim(
        *words, "--replications", "2", "--set", "horizon=28 d", "--set", "history=30 d",
        "--out", str(folder), "--lang", "en",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "279 grievances are open on 2011-01-01, the oldest for 175 days." in result.output
    assert "2 replications give no limits" in result.output
    assert "Not in the table" in result.output
    return folder


@pytest.fixture(scope="module")
def found(folder: Path) -> Forecast:
    return open_forecast(folder)


def test_pictures_are_there_in_both_languages(folder: Path) -> None:
    names = {file.name for file in folder.iterdir()}
    assert {f"forecast.{lang}.{kind}" for lang in ("en", "zh") for kind in ("png", "svg")} <= names


def test_dates_after_the_run_are_called_so(found: Forecast) -> None:
    (table,) = forecast_tables(found)
    assert table.columns == ("Baseline", "Added staff", "Night visits")
    cells = {line.label: line.cells[0] for line in table.lines}
    assert cells["All of them through, probability 90 %"] == "after 2011-01-28"
    reached = [left <= 139 for left in found.still_open("baseline")]  # half of 279, rounded up
    days = [int(np.argmax(there)) + 1 if there.any() else 99 for there in reached]
    cell = cells["Half of today's grievances through, probability 50 %"]
    middle = int(np.ceil(np.mean(days)))
    assert cell == (f"2011-01-{middle:02d}" if max(days) < 99 else "after 2011-01-28")


def test_chinese_findings_have_no_english(found: Forecast) -> None:
    with speaking("zh"):
        text = " ".join(forecast_findings(found))
    assert "件诉求尚未办结" in text
    assert "grievances" not in text and "probability" not in text


def test_the_slowest_office_has_the_latest_day(found: Forecast) -> None:
    order = slowest_offices(found)
    days = [day for _, day, _ in order]
    assert days == sorted(days, reverse=True)
    assert {name for name, _, _ in order} == set(found.offices)


def test_the_figure_names_every_policy_and_the_level(found: Forecast) -> None:
    figure = forecast_figure(found, "en")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[:3] == ["Baseline", "Added staff", "Night visits"]
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert any(text.startswith("usual level") for text in texts)
    one, two = figure.axes[0].get_ylim(), figure.axes[1].get_ylim()
    assert one == two and one[1] >= 279


def test_without_a_table_the_verb_shows_one() -> None:
    result = govsim("forecast", TOWN)
    assert result.exit_code == 2
    assert "office,age_days,count,class" in result.output


def test_a_wrong_table_is_told_by_its_cell(tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    file.write_text("office,age_days\nstreet 3,1\n", encoding="utf-8")
    result = govsim("forecast", TOWN, "--backlog", str(file), "--out", str(tmp_path / "x"))
    assert result.exit_code == 2
    assert f"{file}:2:1: office: there is no office 'street 3'" in result.output
    assert not (tmp_path / "x").exists()


def test_a_template_is_written_and_nothing_simulated(tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    result = govsim("forecast", TOWN, "--backlog-template", str(file), "--lang", "zh")
    assert result.exit_code == 0 and "11 行" in result.output
    assert file.read_text("utf-8-sig").startswith("单位,已登记天数")
    again = govsim("forecast", TOWN, "--backlog-template", str(file))
    assert again.exit_code == 2 and "already" in again.output


def test_its_report_tells_it_once_and_offers_no_run_that_nobody_can_choose(folder: Path) -> None:
    (source,) = sources([folder])
    told = compose([source], "en")
    texts = _plain(told)
    assert "(usual)" not in texts
    assert texts.count("Not in the table") == len(told.parts)
    assert source.policy_sets == ("baseline", "added_staff", "night_visits")


def _plain(told: Document) -> str:
    """What is said, but for the alternative texts of pictures and the scenario's own paths."""
    return " ".join(
        text
        for part in told.parts
        for section in part.sections
        for block in section.blocks
        for text in _texts(block)
    )


def _texts(block: Block) -> list[str]:
    if isinstance(block, Points):
        return list(block.items)
    if isinstance(block, Facts):
        return [text for row in block.rows for text in row]
    if isinstance(block, Grid):
        return [column.text for column in block.columns] + [
            cell.text for row in block.rows for cell in row
        ]
    return []


def test_a_pile_below_the_usual_level_has_nothing_to_come_back_from(
    found: Forecast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with speaking("en"):
        for level, coming_back in ((found.open - 1.0, 3), (found.open + 1.0, 0)):
            monkeypatch.setitem(vars(found), "level", np.full(len(found.replications), level))
            lines = forecast_findings(found)
            assert sum("the backlog is back there" in line for line in lines) == coming_back
            assert any("nothing to come back from" in line for line in lines) == (not coming_back)
