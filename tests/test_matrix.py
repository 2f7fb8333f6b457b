"""Practice × obstacle: each of the states that a pair can be in, as readers see it, and never one for another."""

from __future__ import annotations

import re
from html import unescape

import pytest

from nqgraph.building import builds
from nqgraph.graph import versions
from nqgraph.graph.graph import Graph
from nqgraph.pages import Site
from tests.folders import BASICS, dataset

OBSTACLES = """\
Kennung,Bezeichnung (de),Gruppe,Raum,Quellen,Verlässlichkeit
h-einkommen,Einkommen,individuell,r-land,q-bericht,hoch
h-kosten,Kosten,individuell,r-land,q-bericht,hoch
h-zeit,Zeit,Betrieb,r-land,q-bericht,hoch
"""
PRACTICES = """\
Kennung,Bezeichnung (de),antwortet auf Hemmnisgruppe,stützt Empfehlung,Förderung,Quellen,Verlässlichkeit
p-gruppe,Gruppe,Betrieb,,,q-bericht,mittel
p-bestritten,Bestritten,,,,q-bericht,mittel
p-entfaellt,Passt nicht,,,entfällt,q-bericht,mittel
p-luecke,Lücke,,-,,q-bericht,mittel
p-nur-zeit,Nur Zeit,,,,q-bericht,mittel
p-wirkt,Wirkt,,,,q-bericht,mittel
"""
GAPS = """\
Kennung,Frage (de),Stand (de),Lücke betrifft,Art der Lücke,Quellen,Verlässlichkeit
g-eins,Wirkt die Lücke?,Offen.,p-luecke; h-einkommen,bekannte Lücke,q-bericht,mittel
g-zwei,Passt das?,Nein.,p-entfaellt; h-kosten,nicht zutreffend,q-bericht,mittel
g-vier,Hilft sie bei Kosten?,Nichts gefunden.,p-wirkt; h-kosten,"gesucht, nichts gefunden",q-bericht,mittel
g-drei,Wirkt es doch nicht?,Offen.,p-wirkt; h-einkommen,bekannte Lücke,q-bericht,mittel
"""
CLAIMS = """\
Subject,Relation,Object,Status,Classified by,Begründung (de),Befund,Befund in einem Satz (de),Quellen,Verlässlichkeit
p-bestritten,antwortet auf Hemmnis,h-einkommen,bestritten,Redaktion,Strittig.,reported,Zehn kamen.,q-bericht,mittel
p-wirkt,antwortet auf Hemmnis,h-einkommen,stated,source,Es zahlt Lohn.,compared,Mehr bestanden.,q-bericht,hoch
p-nur-zeit,antwortet auf Hemmnis,h-zeit,eingeordnet,Redaktion,Es spart Zeit.,,,q-bericht,mittel
p-entfaellt,antwortet teilweise auf Hemmnis,h-zeit,eingeordnet,Redaktion,Es spart etwas Zeit.,,,q-bericht,mittel
p-luecke,gehemmt durch Hemmnis,h-zeit,eingeordnet,Redaktion,Es kostet Zeit.,,,q-bericht,mittel
"""
FILES = BASICS | {
    "hemmnisse.csv": OBSTACLES,
    "praxis.csv": PRACTICES,
    "wissensluecken.csv": GAPS,
    "aussagen.csv": CLAIMS,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Pages over a dataset that has a pair in each state."""
    folder = tmp_path_factory.mktemp("matrix")
    built = builds.build([dataset(folder / "daten", FILES)], folder / "build")
    assert built.ok, built.report
    return Site(Graph(versions.open(folder / "build").load()))


def tables(html: str) -> dict[str, list[list[str]]]:
    """Group → columns and rows of its table, a cell as “class text”."""
    found = {}
    for section in re.findall(r'<section class="part">(.*?)</section>', html, re.DOTALL):
        heading = re.search(r"<h2>(.*?)</h2>", section)
        assert heading
        rows = [
            [
                " ".join([*re.findall(r'class="([^"]*)"', attributes), unescape(re.sub(r"<[^>]+>", "", text)).strip()])
                for attributes, text in re.findall(r"<t[hd]([^>]*)>(.*?)</t[hd]>", row, re.DOTALL)
            ]
            for row in re.findall(r"<tr>(.*?)</tr>", section, re.DOTALL)
        ]
        head, *body = [["absent" if cell.startswith("absent") else cell.strip() for cell in row] for row in rows]
        found[heading[1]] = [["", *head[1:]], *body]
    return found


def matrix(site: Site, address: str) -> dict[str, list[list[str]]]:
    """The tables of the page of the matrix."""
    html = site.page(address)
    assert html is not None
    return tables(html)


def test_each_state_of_a_pair_looks_like_itself(site: Site) -> None:
    """Answered with its grade, partly, held up, disputed, group only, gap, nothing found, not applicable, and blank."""
    assert matrix(site, "matrix") == {
        "Betrieb": [
            ["", "Zeit"],
            ["Gruppe", "group ·"],
            ["Lücke", "against !D"],
            ["Nur Zeit", "answered D"],
            ["Passt nicht", "partly (D)"],
        ],
        "individuell": [
            ["", "Einkommen", "Kosten"],
            ["Bestritten", "disputed C*", ""],
            ["Lücke", "known-gap ?", ""],
            ["Passt nicht", "", "not-applicable –"],
            ["Wirkt", "answered A", "nothing-found ∅"],
        ],
    }


def test_the_matrix_of_the_example_is_what_its_tables_say(example_graph: Graph) -> None:
    """Rows are practices, columns obstacles, a group without an answer says so; in English, too."""
    example = Site(example_graph)
    assert matrix(example, "matrix") == {
        "Beratung": [
            ["", "Ämter verweisen aufeinander"],
            ["Übergangslernen", "group ·"],
        ],
        "Betrieb": [
            ["", "Keine Zeit zum Lernen im Betrieb"],
            ["Ämterlotsen", "not-applicable –"],
            ["Ausbildung im Betrieb", "answered D"],
            ["Lernen am Regal", "answered C"],
            ["Österreich-Modell", "partly (E)"],
            ["Straße zum Beruf", "against !X"],
        ],
        "Bildungsträger": [
            ["", "Kurszeiten ohne Kinderbetreuung"],
            ["Lernen am Regal", "nothing-found ∅"],
        ],
        "individuell": [
            ["", "Verdienstausfall beim Lernen"],
            ["Ausbildung im Betrieb", "answered A"],
            ["Straße zum Beruf", "known-gap ?"],
            ["Übergangslernen", "group ·"],
            ["Zukunft", "partly (D)"],
        ],
        "rechtlich-institutionell": [
            ["", "Ämter verweisen aufeinander", "Uneinheitliche Nachweise für die Prüfung"],
            ["Ämterlotsen", "", "answered E"],
            ["Übergangslernen", "group ·", ""],
        ],
    }
    english = matrix(example, "en/matrix")
    assert ["Road to an occupation", "known-gap ?"] in english["individual"]
    cells = {
        lang: sorted(cell for table in tables_.values() for row in table[1:] for cell in row[1:])
        for lang, tables_ in (("de", matrix(example, "matrix")), ("en", english))
    }
    assert cells["de"] == cells["en"]


def test_the_key_explains_each_state(site: Site) -> None:
    """What the signs mean stands above the tables."""
    html = site.page("matrix") or ""
    key = re.search(r'<ul class="key">(.*?)</ul>', html, re.DOTALL)
    assert key
    assert re.findall(r'class="cell ?([a-z-]*)"', key[1]) == [
        "answered",
        "partly",
        "against",
        "disputed",
        "group",
        "known-gap",
        "nothing-found",
        "not-applicable",
        "",
    ]


@pytest.mark.parametrize(
    ("practice", "lang", "said"),
    [
        ("p-luecke", "", r"stützt Empfehlung\s+gesucht, nichts gefunden"),
        ("p-luecke", "en/", r"Supports recommendation\s+looked, nothing found"),
        ("p-entfaellt", "", r"Förderung\s+nicht zutreffend"),
        ("p-entfaellt", "en/", r"Funding\s+not applicable"),
    ],
)
def test_looked_and_found_nothing_is_not_the_same_as_missing(practice: str, lang: str, said: str, site: Site) -> None:
    """A dash and “entfällt” in a cell are statements of their own; an empty cell says nothing."""
    shown = {
        name: re.search(said, re.sub(r"<[^>]+>", " ", site.page(f"{lang}doc/practice/{name}") or "")) is not None
        for name in ("p-luecke", "p-entfaellt", "p-wirkt")
    }
    assert shown == {name: name == practice for name in shown}
