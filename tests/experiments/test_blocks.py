"""The rows of a sweep on disk: what is done, what is missing, and what a killed writer leaves."""

from pathlib import Path

import pyarrow as pa
import pytest

from govsim.experiments import blocks
from govsim.experiments.blocks import DONE, Blocks, Span, schema_of
from govsim.experiments.measures import Measured

SCHEMA = schema_of([Measured("backlog", "true")])


def rows(span: Span) -> pa.Table:
    numbers = range(span.first, span.after)
    columns = [[n // 3 for n in numbers], [n % 3 for n in numbers], [DONE] * len(span)]
    columns += [[""] * len(span), [n / 7 for n in numbers]]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def filled(folder: Path, *spans: tuple[int, int]) -> Blocks:
    made = Blocks(folder, SCHEMA)
    for span in spans:
        made.add(Span(*span), rows(Span(*span)))
    return made


def whole(made: Blocks) -> pa.Table:
    return pa.concat_tables(list(made.batches()))


def test_gaps(folder: Path) -> None:
    made = filled(folder, (3, 5), (5, 9), (20, 21))
    assert list(made.missing(30)) == [Span(0, 3), Span(9, 20), Span(21, 30)]
    assert made.done() == 7
    assert list(Blocks(folder, SCHEMA).missing(30)) == list(made.missing(30))
    assert list(Blocks(folder / "none", SCHEMA).missing(2)) == [Span(0, 2)]


def test_rows_come_back_in_order(folder: Path) -> None:
    made = filled(folder, (5, 9), (0, 5), (9, 10))
    assert whole(made).equals(rows(Span(0, 10)))


def test_merging_changes_nothing_but_the_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "MERGED", 4)
    made = filled(folder, *((at, at + 1) for at in range(9)), (10, 11))
    made.merge()
    assert made.spans() == [Span(0, 4), Span(4, 8), Span(8, 9), Span(10, 11)]
    assert sorted(file.name for file in folder.iterdir()) == [s.file for s in made.spans()]
    made.add(Span(9, 10), rows(Span(9, 10)))
    assert whole(made).equals(rows(Span(0, 11)))


def test_many_blocks_never_make_many_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MERGED", 4)
    made = Blocks(folder, SCHEMA)
    for at in range(200):
        made.add(Span(at, at + 1), rows(Span(at, at + 1)))
        made.merge()
    assert len(list(folder.iterdir())) < 4 * 5
    assert whole(made).equals(rows(Span(0, 200)))


def test_a_writer_killed_while_merging(folder: Path) -> None:
    filled(folder, (0, 4), (4, 6))
    filled(folder, (0, 6))  # the merged file has its name, the small ones are still there
    again = Blocks(folder, SCHEMA)
    assert again.spans() == [Span(0, 6)]
    again.clean()
    assert [file.name for file in folder.iterdir()] == [Span(0, 6).file]
    assert whole(again).equals(rows(Span(0, 6)))


def test_a_half_written_file_counts_for_nothing(folder: Path) -> None:
    made = filled(folder, (0, 4))
    beside = folder / (Span(4, 8).file + ".new")
    beside.write_bytes(b"PAR1 and then the power went")
    made.clean()
    assert not beside.exists()
    assert list(made.missing(8)) == [Span(4, 8)]


@pytest.mark.parametrize("damage", ["flip", "cut", "other rows", "no parquet"])
def test_a_damaged_file_is_named_and_set_aside(folder: Path, damage: str) -> None:
    filled(folder, (0, 40), (40, 80))
    file = folder / Span(0, 40).file
    content = bytearray(file.read_bytes())
    if damage == "flip":
        content[len(content) // 3] ^= 0x10
    elif damage == "cut":
        del content[len(content) // 2 :]
    elif damage == "other rows":
        content = bytearray((folder / Span(40, 80).file).read_bytes())
        filled(folder, (100, 101))
        content = bytearray((folder / Span(100, 101).file).read_bytes())
    else:
        content = bytearray(b"gone")
    file.write_bytes(content)
    made = Blocks(folder, SCHEMA)
    with pytest.warns(RuntimeWarning, match=rf"{file.name} is damaged"):
        made.clean()
    assert next(made.missing(200)) == Span(0, 40)
    assert (folder / (file.name + ".damaged")).exists()


def test_spans_of_another_cut_do_not_count_twice(folder: Path) -> None:
    filled(folder, (0, 6), (4, 9), (9, 12))
    made = Blocks(folder, SCHEMA)
    assert made.spans() == [Span(0, 6), Span(9, 12)]
    assert made.done() == 9
    assert list(made.missing(12)) == [Span(6, 9)]
