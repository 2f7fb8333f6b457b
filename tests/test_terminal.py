"""What commands print: tables that a person can read, however wide the terminal is."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from nqgraph.command.terminal import LONGEST, Terminal
from nqgraph.graph.graph import Graph

HEADINGS = ("Hemmnis", "Kennung", "Praxis", "Zahl")
ROWS = (
    ("Zersplittertes Fördersystem", "p-eins-zwei", "Beratungsnetz der Kammern", "12"),
    ("Keine Zeit", "p-drei", "", "3"),
)

Print = Callable[..., list[str]]


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Print:
    """A function that prints a table on a terminal of some width and gives the lines."""

    def run(width: int, rows: Sequence[Sequence[str]] = ROWS, **options: Any) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(width))
        Terminal("de").grid(HEADINGS, rows, **options)
        return capsysbinary.readouterr().out.decode().splitlines()

    return run


def test_a_table_that_fits_has_a_line_for_each_row(printed: Print) -> None:
    """With room enough nothing is wrapped, numbers stand flush right."""
    assert printed(100, numbers=(3,)) == [
        "Hemmnis                      Kennung      Praxis                     Zahl",
        "─────────────────────────────────────────────────────────────────────────",
        "Zersplittertes Fördersystem  p-eins-zwei  Beratungsnetz der Kammern    12",
        "Keine Zeit                   p-drei                                     3",
    ]


def test_cells_wrap_between_words(printed: Print) -> None:
    """In a narrower table words stay whole."""
    assert printed(50) == [
        "Hemmnis           Kennung      Praxis         Zahl",
        "──────────────────────────────────────────────────",
        "Zersplittertes    p-eins-zwei  Beratungsnetz  12",
        "Fördersystem                   der Kammern",
        "Keine Zeit        p-drei                      3",
    ]


def test_keys_go_behind_names_where_space_is_short(printed: Print) -> None:
    """A key does not take a column of its own if the table fits without."""
    assert printed(40, keys={1: 2}) == [
        "Hemmnis         Praxis [Kennung]    Zahl",
        "────────────────────────────────────────",
        "Zersplittertes  Beratungsnetz der   12",
        "Fördersystem    Kammern",
        "                [p-eins-zwei]",
        "Keine Zeit      [p-drei]            3",
    ]


def test_what_does_not_fit_becomes_blocks(printed: Print) -> None:
    """Each row is a block of lines, one for each cell that is filled, with a blank line between."""
    assert printed(30) == [
        "Hemmnis  Zersplittertes",
        "         Fördersystem",
        "Kennung  p-eins-zwei",
        "Praxis   Beratungsnetz der",
        "         Kammern",
        "Zahl     12",
        "",
        "Hemmnis  Keine Zeit",
        "Kennung  p-drei",
        "Zahl     3",
    ]


def test_tall_rows_become_blocks(printed: Print) -> None:
    """Where a table would be mostly gaps, blocks are easier to read."""
    lines = printed(60, [("kurz", "k", "viele Wörter " * 60, "1")])
    assert lines[0] == "Hemmnis  kurz"
    assert all(len(line) <= 60 for line in lines)


def test_only_very_long_words_are_parted(printed: Print) -> None:
    """Words part at hyphens, and only those of more than LONGEST letters anywhere, before rows become blocks."""
    word = "Qualifizierungschancengesetzesänderung"
    lines = printed(56, [(word, "k", "Teil-Qualifizierung", "1")])
    assert lines[1].startswith("──")
    first, rest = lines[2].split()[0], lines[3].split()[0]
    assert first + rest == word and len(first) >= LONGEST
    assert "Teil-" in lines[2] and "Qualifizierung" in lines[3]


def test_an_empty_table_is_its_headings(printed: Print) -> None:
    """Without rows the headings still say what was asked for."""
    assert printed(80, ())[0] == "Hemmnis  Kennung  Praxis  Zahl"


@pytest.mark.parametrize("width", [80, 120])
def test_no_word_of_an_answer_is_parted(width: int, shipped_graph: Graph, printed: Print) -> None:
    """The answer to the main question shows each word of up to LONGEST letters whole."""
    names, cells = shipped_graph.query("praxis-zu-hemmnis").texts("de")
    wanted = [names.index(n) for n in ("Hemmnis", "Kennung", "Praxis, Förderung oder Recht", "Beleg")]
    rows = [tuple(row[n] for n in wanted) for row in cells]
    shown = set(re.split(r"\s+", " ".join(printed(width, rows))))
    for obstacle, _, practice, _ in rows:
        for word in obstacle.split() + practice.split():
            assert len(word) > LONGEST or word in shown or "-" in word, word


class _Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_step_takes_the_place_of_the_last_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """One live line, gone in the end even where something fails; nothing of it where the terminal knows no signs."""
    shown = _Tty()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    with pytest.raises(ValueError), Terminal("de").progress() as progress:
        progress("validate")
        progress("nrw")
        raise ValueError
    first, second, last = shown.getvalue().split("\r\x1b[K")[1:]
    assert first.startswith("… ") and "nrw" in second and last == ""
    shown.seek(0)
    shown.truncate()
    monkeypatch.setenv("TERM", "dumb")
    with Terminal("de").progress() as progress:
        progress("validate")
    assert shown.getvalue() == ""
