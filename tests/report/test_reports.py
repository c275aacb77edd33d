"""Reports: what they say, that names do no harm, that the same results give the same bytes."""

import re
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pptx
import pyarrow as pa
import pytest
from hostile import NAMES
from lxml import html as lxml_html
from markupsafe import escape
from matplotlib.figure import Figure
from reported import TOWN, document, small_comparison, told
from synthetic import City

import govsim
from govsim.errors import InputError
from govsim.experiments import Results
from govsim.language import LANGUAGES
from govsim.report import images, pdf
from govsim.report.composing import compose
from govsim.report.document import (
    Details,
    Document,
    Facts,
    Grid,
    Picture,
    Section,
    narrow,
    pictures,
)
from govsim.report.docx import as_docx
from govsim.report.html import as_html
from govsim.report.pptx import as_pptx
from govsim.report.reporting import write_report
from govsim.report.source import Source
from govsim.report.webfont import missing

Render = Callable[[Document], bytes]
CODE = re.compile(r"<(code|pre)[^>]*>.*?</\1>|<t[dh] class=\"[^\"]*quoted[^\"]*\".*?</t[dh]>", re.S)
HEAD = re.compile(r"<style>.*?</style>|<script>.*?</script>|<head>.*?</head>", re.S)
TAG = re.compile(r"<[^>]*>")
KNOWN = {"STRESS-DES", "Monks et al.", "govsim", "Student", "Bonferroni", "scenario.resolved.yaml"}
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,;.'-]+[A-Za-z]{2,}){2,}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reported") / "out"
    small_comparison(out)
    return out


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, str]:
    return {
        file.name.split(".")[1]: file.read_text("utf-8")
        for file in write_report(folder, lang="both")
    }


def section(results: Results, name: str, lang: str = "en") -> Section:
    return next(s for s in document(results, lang).parts[0].sections if s.name == name)


def grids(some: Section) -> list[Grid]:
    return [block for block in some.blocks if isinstance(block, Grid)]


# ---------------------------------------------------------------- what it says


def test_all_that_was_asked_for_is_there_in_order(pages: dict[str, str]) -> None:
    names = re.findall(r'<section id="([\w-]+)"', pages["en"])
    assert names == [
        "answer", "measures", "pictures", "twins", "trust", "assumptions", "policies", "method",
        "reproduce",
    ]  # fmt: skip
    assert re.findall(r'<section id="([\w-]+)"', pages["zh"]) == names


def test_the_answer_says_what_how_much_at_what_cost_and_how_sure() -> None:
    results = told("night_visits", "night_visits+added_staff")
    (facts,) = section(results, "answer").blocks
    assert isinstance(facts, Facts)
    answer = dict(facts.rows)
    assert list(answer) == [
        "The question", "Best for what", "By how much", "At what cost", "How sure",
    ]  # fmt: skip
    assert answer["Best for what"].startswith("Night visits + Added staff is best for: ")
    best = "resolved within 60 days, true from 63.9 % to 67.1 % (+3.2 ± 0.1 points)"
    assert best in answer["By how much"]
    assert "Night visits + Added staff −1.10" in answer["At what cost"]
    assert "paired" not in answer["How sure"]
    assert "95 %" in answer["How sure"]


def test_policies_that_change_nothing_are_not_called_best() -> None:
    results = told("night_visits")
    table = results.tables.kpis.to_pandas()
    same = table[table["policy_set"] == "baseline"]["value"].to_numpy()
    table.loc[table["policy_set"] == "night_visits", "value"] = same
    kpis = pa.Table.from_pandas(table, preserve_index=False)
    unmoved = Results.in_memory(results.manifest, results.tables._replace(kpis=kpis))
    (facts,) = section(unmoved, "answer").blocks
    told_best = dict(facts.rows)["Best for what"]
    assert told_best.startswith("All are the same for practical purposes: ")
    assert "is best for" not in told_best
    assert "By how much" not in dict(facts.rows)


def test_the_gap_is_recorded_less_true() -> None:
    first = grids(section(told("night_visits"), "measures"))[0]
    row = next(row for row in first.rows if row[0].text == "Resolved within 60 days")
    recorded, true, gap = (float(cell.sort) for cell in row[1:])
    assert gap == pytest.approx(recorded - true)
    assert gap > 0.2


def test_a_change_says_whether_it_is_better_and_whether_it_is_chance() -> None:
    changes = grids(section(told("night_visits"), "measures"))[1]
    row = next(row for row in changes.rows if row[0].text == "Backlog at the end, recorded")
    assert row[2].tone == "better"
    assert row[2].marked.endswith("▲")
    assert row[2].text.startswith("−")
    assert "95 %" in row[2].tip


def test_many_policies_stand_in_tables_that_fit_a_page() -> None:
    results = told(*(f"policy_{n}" for n in range(10)))
    changes = [g for g in grids(section(results, "measures")) if g.title.startswith("Changes")]
    assert [len(grid.columns) for grid in changes] == [5, 5, 5, 3]
    shown = [column.text for grid in changes for column in grid.columns[2:]]
    assert shown == [f"Policy {n}" for n in range(10)]


def test_precision_and_replications_still_needed() -> None:
    trust = section(told("night_visits"), "trust")
    (grid,) = next(b for b in trust.blocks if isinstance(b, Details)).blocks
    assert isinstance(grid, Grid)
    widths = [float(row[1].sort) for row in grid.rows]
    assert all(0.0 <= width < 0.2 for width in widths)
    assert all(int(row[3].text.replace(",", "")) >= 4 for row in grid.rows)


def test_offices_that_are_not_touched_are_counted(folder: Path) -> None:
    results = govsim.open_results(folder)
    assert isinstance(results, Results)
    offices = results.offices(0)
    assert set(offices["policy_set"]) == set(results.policy_sets)
    one = offices[offices["policy_set"] == "baseline"]
    assert one["scope_id"].nunique() > 3


def test_the_method_has_all_items_of_stress_des(pages: dict[str, str]) -> None:
    items = re.findall(r"<dt>(\d(?:\.\d)+) ", pages["en"])
    assert items == [
        "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4",
        "2.5.5", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1",
    ]  # fmt: skip
    assert not re.search(r"<dt>\d[^<]*</dt><dd>\s*</dd>", pages["en"])


def test_the_register_has_every_value_of_the_policies_compared_and_no_other(
    folder: Path, dots: None
) -> None:
    page = as_html(compose([Source(govsim.open_results(folder))], "en"))
    assert "policies.night_visits." in page
    assert "policies.hotline." not in page


def test_the_command_and_the_hashes_are_there(folder: Path, pages: dict[str, str]) -> None:
    manifest = govsim.open_results(folder).manifest
    assert manifest["scenario"]["digest"] in pages["en"]
    assert manifest["versions"]["numpy"] in pages["zh"]


def test_an_interrupted_run_says_what_is_missing(dots: None) -> None:
    results = told("night_visits")
    results.manifest.update(complete=False, replications=20)
    page = as_html(document(results))
    assert "This run was interrupted: 4 of 20 replications" in page


def test_one_policy_set_alone_is_told_too() -> None:
    from synthetic import made

    results = made(replications=3)
    results.manifest["replications"] = 3
    (facts,) = section(results, "answer").blocks
    assert "The records say" in dict(facts.rows)["What stands out"]


def test_one_replication_has_no_interval(dots: None) -> None:
    from synthetic import made

    for sets in (("baseline",), ("baseline", "night_visits")):
        results = made(replications=1, policy_sets=sets)
        results.manifest["replications"] = 1
        text = TAG.sub(" ", as_html(document(results)))
        assert "nan" not in text.lower().split()


def test_several_folders_together(folder: Path, tmp_path: Path, dots: None) -> None:
    (file,) = write_report([folder, folder], lang="en", out=tmp_path / "two.html")
    page = file.read_text("utf-8")
    assert page.count('<header class="part">') == 2
    anchors = re.findall(r' id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))


# ---------------------------------------------------------------- sweeps


def test_an_interrupted_sweep_says_how_much_is_missing(tmp_path: Path, dots: None) -> None:
    experiment = tmp_path / "little.yaml"
    experiment.write_text(
        f"govsim: 1\nscenario: {TOWN}\nset: {{horizon: 20 d, history: 0 d}}\n"
        "levers: {policies: [baseline, added_staff]}\n"
        "uncertainties: {demand.problems: [0.1 /year, 0.3 /year]}\n"
        "outcomes: [backlog, cost]\nreplications: 3\n"
    )
    out = tmp_path / "out"
    govsim.sweep(experiment, out=out, workers=1)
    whole = as_html(compose([Source(govsim.open_results(out))], "en"))
    assert "Added staff" in whole
    assert "is not finished" not in whole
    results = govsim.open_results(out)
    results.manifest["replications"] = 5
    part = as_html(compose([Source(results)], "zh"))
    assert "20 次重复中还缺 8 次" in part


# ---------------------------------------------------------------- languages


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_letter_can_be_drawn(pages: dict[str, str], lang: str) -> None:
    text = TAG.sub(" ", HEAD.sub("", pages[lang]))
    assert missing(text) == set()


def test_a_chinese_report_has_no_english_sentence(pages: dict[str, str]) -> None:
    text = TAG.sub("\n", CODE.sub("", HEAD.sub("", pages["zh"])))
    for known in KNOWN:
        text = text.replace(known, "")
    assert ENGLISH.findall(text) == []
    assert ENGLISH.findall("was 20 of the replications left")


def test_an_english_report_has_no_chinese(pages: dict[str, str]) -> None:
    text = TAG.sub(" ", CODE.sub("", HEAD.sub("", pages["en"])))
    assert re.findall(r"[\u4e00-\u9fff]+", text) == []


def test_days_are_written_as_people_write_them(pages: dict[str, str]) -> None:
    assert "from 1 January 2" in pages["en"]
    assert re.search(r"自 20\d\d年1月1日 起", pages["zh"])


# ---------------------------------------------------------------- names that would do harm


@pytest.fixture(scope="module")
def spoiled() -> Document:
    """A report in which every name is one of these."""
    results = told(*NAMES, replications=3)
    results.manifest["scenario"]["name"] = " ".join(NAMES)
    results.manifest["command"] = " ".join(NAMES)
    return document(results)


@pytest.fixture
def dots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of nothing: names within them are looked at by a test of their own."""
    dot = images.Drawing(images.in_dots(Figure(figsize=(1, 1)), 20), 96, 96)
    for name in ("for_screen", "for_phone", "for_office"):
        monkeypatch.setattr(images, name, lambda _: dot)
    empty = property(lambda _: lambda: Figure(figsize=(1, 1)), lambda _, drawn: None)
    for name in ("draw", "narrow"):
        monkeypatch.setattr(Picture, name, empty)


def test_no_name_becomes_markup(spoiled: Document, dots: None) -> None:
    page = as_html(spoiled)
    tree = lxml_html.document_fromstring(page.encode())
    assert {element.tag for element in tree.iter() if isinstance(element.tag, str)} <= {
        "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3",
        "div", "nav", "ul", "li", "main", "section", "dl", "dt", "dd", "table", "caption", "thead",
        "tbody", "tr", "th", "td", "svg", "circle", "line", "span", "details", "summary", "figure",
        "figcaption", "img", "picture", "source", "footer", "script", "code", "pre",
    }  # fmt: skip
    assert len(tree.findall(".//script")) == 1
    assert not [n for e in tree.iter() for n in e.attrib if n.lower().startswith("on")]
    assert {a.get("href")[:1] for a in tree.iter("a")} == {"#"}
    assert {i.get("src")[:11] for i in tree.iter("img")} == {"data:image/"}
    assert "\x00" not in page
    assert "\u202e" not in page
    assert NAMES[5] in page  # not taken for a template
    for name in NAMES[:5]:
        assert name not in page
        assert str(escape(name)) in page


@pytest.mark.parametrize(
    ("render", "reader"), [(as_docx, docx.Document), (as_pptx, pptx.Presentation)]
)
def test_no_name_breaks_word_or_slides(
    spoiled: Document, dots: None, render: Render, reader: Callable[[BytesIO], object]
) -> None:
    content = render(spoiled)
    reader(BytesIO(content))
    with ZipFile(BytesIO(content)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist() if n.endswith((".xml", ".rels"))}
    every = b"".join(parts.values())
    assert b"&lt;script&gt;" in every
    assert not re.search(rb"<(?:\w+:)?(script|img|iframe|oleObject|externalLink)\b", every)
    assert b"\xe2\x80\xae" not in every
    links = [part for n, part in parts.items() if n.endswith(".rels")]
    assert not [link for link in links if b'TargetMode="External"' in link]
    fields = re.findall(rb"<w:instrText[^>]*>([^<]*)<", every)
    assert set(fields) <= {b"PAGE", b"NUMPAGES"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Glyph .* missing")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_can_be_drawn(lang: str) -> None:
    names = [name for name in NAMES if len(name) < 1000]
    results = told(*names, replications=2)
    results.manifest["scenario"]["name"] = " ".join(names)
    for picture in pictures(document(results, lang)):
        drawn = images.pressed(images.for_screen(picture.draw()))
        assert b"<script" not in drawn.content
        assert b"onload" not in drawn.content


def test_the_page_forbids_itself_everything(pages: dict[str, str]) -> None:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', pages["en"])
    assert found
    policy = found[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_nothing_is_fetched(pages: dict[str, str]) -> None:
    page = pages["en"]
    assert not re.findall(r'(?:src|href|srcset)="(?!#|data:)', page)
    assert "@import" not in page


# ---------------------------------------------------------------- files


def test_the_same_results_give_the_same_bytes() -> None:
    for render in (lambda d: as_html(d).encode(), as_docx, as_pptx):
        once, again = (render(document(told("night_visits"))) for _ in range(2))
        assert once == again


def test_dates_are_those_of_the_results() -> None:
    content = as_docx(document(told("night_visits")))
    facts = docx.Document(BytesIO(content)).core_properties
    assert facts.created.isoformat().startswith("2031-05-05T23:09:10")
    with ZipFile(BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_word_has_headings_tables_and_pictures_with_words(folder: Path) -> None:
    found = docx.Document(BytesIO(as_docx(compose([Source(govsim.open_results(folder))], "zh"))))
    styles = {p.style.name for p in found.paragraphs}
    assert {"Title", "Heading 1", "Heading 2"} <= styles
    assert len(found.tables) > 8
    assert found.tables[0].cell(0, 0).text == "指标"
    fonts = found.element.xpath(".//w:rFonts/@w:eastAsia")
    assert set(fonts) == {"Microsoft YaHei"}
    texts = found.element.xpath(".//wp:docPr/@descr")
    assert texts
    assert all(len(text) > 20 for text in texts)


def test_slides_hold_what_they_show(folder: Path) -> None:
    made = pptx.Presentation(BytesIO(as_pptx(compose([Source(govsim.open_results(folder))], "en"))))
    shapes = [shape for slide in made.slides for shape in slide.shapes]
    for shape in shapes:
        assert shape.left >= 0
        assert shape.left + shape.width <= made.slide_width
        assert shape.top + shape.height <= made.slide_height
    shown = [shape for shape in shapes if shape.shape_type == 13]
    assert shown
    assert all(s._element.nvPicPr.cNvPr.get("descr") for s in shown)
    assert any(shape.has_table for shape in shapes)


def test_every_picture_has_a_text(folder: Path) -> None:
    for lang in LANGUAGES:
        found = list(pictures(compose([Source(govsim.open_results(folder))], lang)))
        assert len(found) >= 3
        assert all(len(picture.alt) > 30 for picture in found)
        assert len({picture.name for picture in found}) == len(found)


def test_a_wide_table_becomes_several() -> None:
    results = told("night_visits")
    grid = grids(section(results, "measures"))[0]
    parts = list(narrow(grid, 2))
    assert [len(part.columns) for part in parts] == [2, 2, 2]
    assert all(part.rows[0][0] == grid.rows[0][0] for part in parts)


def test_a_file_that_cannot_be_written_is_told(folder: Path, tmp_path: Path) -> None:
    for out in (tmp_path / "not" / "there.html", tmp_path):
        with pytest.raises(InputError):
            write_report(folder, lang="en", out=out)
    assert not list(tmp_path.rglob("*.new"))


@pytest.mark.parametrize(
    ("how", "where"),
    [
        ({"lang": "fr"}, "--lang"),
        ({"format": "xls"}, "--format"),
        ({"format": "<b>"}, "--format"),
    ],
)
def test_what_we_do_not_speak(folder: Path, how: dict[str, str], where: str) -> None:
    with pytest.raises(InputError) as told_:
        write_report(folder, **how)
    assert told_.value.findings[0].where == where


def test_no_results_are_told_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(InputError) as told_:
        write_report([tmp_path, tmp_path / "nowhere"])
    assert len(told_.value.findings) == 2


def test_a_scenario_changed_by_hand_is_told(folder: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(folder, tmp_path / "copy")
    file = tmp_path / "copy" / "scenario.resolved.yaml"
    file.write_text(file.read_text("utf-8").replace("horizon:", "horizn:"), "utf-8")
    with pytest.raises(InputError, match="horizn"):
        write_report(tmp_path / "copy", lang="en")


def test_results_in_memory_need_a_place(tmp_path: Path, dots: None) -> None:
    results = told("night_visits")
    with pytest.raises(InputError):
        write_report(results)
    (file,) = write_report(results, out=tmp_path / "report.html", lang="en")
    assert file.read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.slow
def test_ten_policies_and_a_thousand_replications() -> None:
    """Ten seconds are the promise, of a machine that has nothing else to do; and three megabytes.

    Weekly series and delays have a hundred replications: pictures draw no more.
    """
    results = told(*(f"policy_{n}" for n in range(9)), replications=100)
    big = City(policy_sets=results.policy_sets, replications=1000)
    kpis = pa.Table.from_pandas(big.kpis(), preserve_index=False)
    done = {name: list(range(1000)) for name in results.policy_sets}
    manifest = {**results.manifest, "replications": 1000, "done": done}
    large = Results.in_memory(manifest, results.tables._replace(kpis=kpis))
    begun = time.process_time()
    page = as_html(document(large, "zh"))  # letters take more room there
    assert time.process_time() - begun < 30
    assert len(page.encode()) < 3_000_000


# ---------------------------------------------------------------- PDF


def test_without_anything_to_print_with_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    monkeypatch.setattr(pdf, "found_browser", lambda: None)
    with pytest.raises(InputError, match=r"govsim\[pdf\]"):
        pdf.as_pdf(document(told("night_visits")))


needs_browser = pytest.mark.skipif(
    pdf.found_browser() is None, reason="no Chromium, Chrome or Edge on this machine"
)


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_are_numbered_and_letters_can_be_read_out(
    lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pypdf import PdfReader

    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    content = pdf.as_pdf(document(told("night_visits"), lang))
    read = PdfReader(BytesIO(content))
    texts = [page.extract_text() for page in read.pages]
    assert len(texts) > 3
    assert all(f"{n} / {len(texts)}" in text for n, text in enumerate(texts, 1))
    wanted = {"en": "The ledger and the truth", "zh": "台账与真实"}[lang]
    assert any(wanted in text for text in texts)
    assert all(abs(float(page.mediabox.width) - 595) < 1 for page in read.pages)
    assert content == pdf.as_pdf(document(told("night_visits"), lang))
