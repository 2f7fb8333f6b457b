"""Dossiers: what they say is counted, each source is cited, and Word and print have what a document needs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Docx
from docx.oxml.ns import qn
from docx.shared import Pt
from rdflib import Graph as RdfGraph

from nqgraph.building import builds
from nqgraph.command import cli
from nqgraph.exports import dossier, dossiers, printed, word
from nqgraph.exports.paper import Heading, Paper, Paragraph, Row, Run, Source, Table, clean, plain
from nqgraph.graph import queries, versions
from nqgraph.graph.graph import Graph
from nqgraph.pages import Site
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, NqgraphError, QueryError
from nqgraph.words.numbers import Count
from nqgraph.words.texts import text
from tests.conftest import EXAMPLE
from tests.folders import BASICS, dataset, read
from tests.servers import serving
from tests.spaces import IRIS, SPACE
from tests.test_internal import SECRET, TABLES

INCOME = f"{IRIS.things}obstacle/h-muster-einkommen"
#: One thing of each kind that dossiers are made of.
KINDS = (
    "obstacle/h-muster-einkommen",
    "obstacle/h-muster-kinderbetreuung",
    "practice/p-muster-zukunft",
    "region/r-muster-land",
    "recommendation/e-muster-lerngeld",
    "actor/a-muster-ministerium",
    "scenario/s-muster-dauerhaft",
    "funding-instrument/f-muster-lerngeld",
    "observation/m-muster-spanne",
    "source/q-muster-evaluation",
)
PARTS = {
    "de": (
        *("Das Wichtigste", "Beschreibung", "Messwerte", "Was dagegen hilft", "Förderung, die es mindert"),
        *("Was empfohlen wird", "Angaben", "Offene Fragen und Lücken", "Quellen"),
    ),
    "en": (
        *("In short", "Description", "Figures", "What helps", "Funding that mitigates it"),
        *("What is recommended", "Details", "Open questions and gaps", "Sources"),
    ),
}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """A build of the example, open."""
    out = tmp_path_factory.mktemp("alone")
    assert builds.build([EXAMPLE], out).ok
    return Graph(versions.open(out).load())


@pytest.fixture(scope="module")
def site(alone: Graph) -> Site:
    return Site(alone, live=False, version="eins")


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the example and of an internal dataset."""
    folder = tmp_path_factory.mktemp("data") / SECRET
    dataset(folder, TABLES, visibility="internal", title=f"{{de: Daten {SECRET}}}", publisher=f"Amt {SECRET}")
    out = tmp_path_factory.mktemp("build")
    assert builds.build([EXAMPLE, folder], out).ok
    return out


def opened(content: bytes) -> Docx:
    return Document(io.BytesIO(content))


def said(content: bytes) -> str:
    """All text of a DOCX, with its head, foot and properties."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def sentences(paper: Paper) -> list[str]:
    return [plain(block.words) for block in paper.blocks if isinstance(block, Paragraph) and block.kind == "point"]


def lines(paper: Paper) -> Iterator[tuple[Run, ...]]:
    """All that stands in the text of a paper, without the list of sources."""
    for block in paper.blocks:
        if isinstance(block, Heading | Paragraph):
            yield block.words
        elif isinstance(block, Table):
            yield from block.headings
            yield from (cell for row in block.rows for cell in (*row.cells, row.below))


class Html(HTMLParser):
    """Elements, ids, links and text of a page."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "head" not in self.open:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


# -- what it says --------------------------------------------------------------------------------------------------


def test_the_summary_is_counted_by_hand(site: Site) -> None:
    """The tables of the example: who answers, in what measure, still running, on what; funding, advice, open."""
    first, *others = sentences(dossier.paper(site, INCOME, "de"))
    assert first == (
        "Eine belegte Praxis antwortet im Ganzen darauf, eine teilweise; eine davon läuft nach dem letzten Beleg noch."
        " Am besten belegt ist die Stufe „A: Wirkung verglichen“."
    )
    assert others == [
        "2 Förderungen mindern das Hemmnis.",
        "Eine Empfehlung dazu liegt vor.",
        "Eine offene Frage ist dazu festgehalten.",
    ]
    first, *others = sentences(dossier.paper(site, INCOME, "en"))
    assert first == (
        "One documented practice answers it as a whole, one in part; one of them was running at the latest evidence."
        " The best evidence is of grade “A: effect compared”."
    )
    assert others == [
        "2 funding instruments mitigate the obstacle.",
        "One recommendation is documented.",
        "One open question is recorded.",
    ]


def test_what_nothing_answers_says_so(site: Site) -> None:
    """Without any practice there is no empty table, but a sentence."""
    paper = dossier.paper(site, f"{IRIS.things}obstacle/h-muster-kinderbetreuung", "de")
    assert sentences(paper)[0] == "Keine belegte Praxis antwortet darauf, weder im Ganzen noch teilweise."
    assert sentences(paper)[-1] == "2 offene Fragen sind dazu festgehalten."
    assert [plain(b.words) for b in paper.blocks if isinstance(b, Paragraph)].count(text("dossier-none", "de")) == 2


def test_the_summary_of_a_region(site: Site) -> None:
    """One practice in the land itself, five in its parts; one obstacle that none of them answers."""
    found = sentences(dossier.paper(site, f"{IRIS.things}region/r-muster-land", "de"))
    assert found[0].startswith("Eine Praxis liegt in der Region selbst, 5 in einem ihrer Teile; keine auf einer Ebene")
    assert found[1].startswith("Gegen ein Hemmnis hilft hier keine belegte Praxis; bei einem davon ist nachgesehen")


def test_the_summary_of_a_practice(site: Site) -> None:
    """What was measured comes first, then which relations have reasons."""
    found = sentences(dossier.paper(site, f"{IRIS.things}practice/p-muster-lernen-am-regal", "de"))
    assert found[:2] == [
        "Gemessen: Anteil bestandener Prüfungen 19 von 24 Personen (Winter 2025/2026).",
        "Mit Begründung belegt: antwortet auf Hemmnis (1); am besten auf der Stufe „C: Ergebnisse nur berichtet“.",
    ]


def test_a_thing_without_questions_sums_up_itself(site: Site) -> None:
    """A funding instrument: one figure with a caveat, what hangs on it, two sources of its own."""
    assert sentences(dossier.paper(site, f"{IRIS.things}funding-instrument/f-muster-lerngeld", "de")) == [
        "Ein Messwert ist dazu erfasst. Für einen davon gilt ein Vorbehalt.",
        (
            "Damit hängt am meisten zusammen: Praxis mit dieser Förderung (2), "
            "Alternativen, die sich darauf stützen (1), Szenarien mit dieser Förderung (1), löst ab (1)."
        ),
        "Die Angaben stützen sich auf 2 Quellen.",
    ]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_parts_stand_in_their_order(site: Site, lang: str) -> None:
    """Name, summary, description, figures, the questions of the page, details, gaps, sources."""
    blocks = dossier.paper(site, INCOME, lang).blocks
    found = [(block.level, plain(block.words)) for block in blocks if isinstance(block, Heading)]
    label = site.collection.facts.name(INCOME, lang)
    assert found == [(1, label), *((2, part) for part in PARTS[lang])]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_it_asks_what_the_page_asks(site: Site, lang: str) -> None:
    """The tables have the headings, things and texts of the page, and the sources of each row."""
    figures, *tables = [block for block in dossier.paper(site, INCOME, lang).blocks if isinstance(block, Table)]
    assert figures.caption == text("page-figures", lang)
    for table, asked in zip(tables, site.collection.asked(INCOME, lang), strict=False):
        headings = [site.voice(lang).plain(heading) for heading in asked.table.headings]
        assert [plain(words) for words in table.headings] == [*headings, text("dossier-sources", lang)]
        assert len(table.rows) == len(asked.table.rows)
        for row, cells in zip(table.rows, asked.table.rows, strict=True):
            names = [site.collection.facts.name(cell.iri, lang) for cell in cells if cell.iri]
            assert names[0] in [plain(words) for words in row.cells] or names[0] in plain(row.cells[0])
            assert re.fullmatch(r"\[\d+\]( \[\d+\])*", plain(row.cells[-1]))


def test_a_row_cites_the_claim_that_it_rests_on(site: Site) -> None:
    """“Zukunft” answers by a statement of the statistics alone, though the practice could name others."""
    paper = dossier.paper(site, INCOME, "de")
    tables = [block for block in paper.blocks if isinstance(block, Table)]
    sources = {block.number: plain(block.words) for block in paper.blocks if isinstance(block, Source)}
    row = next(row for table in tables for row in table.rows if "Zukunft" in map(plain, row.cells))
    (number,) = (int(run.link[1:]) for run in row.cells[-1] if run.link)
    assert sources[number].startswith("Statistischer Bericht Weiterbildung 2026, Institut für Musterforschung")


def test_figures_stand_with_caveat_year_and_source(site: Site) -> None:
    """The forecast that is about the obstacle."""
    tables = [block for block in dossier.paper(site, INCOME, "de").blocks if isinstance(block, Table)]
    (row,) = next(table for table in tables if table.caption == "Messwerte").rows
    value, period = plain(row.cells[1]), plain(row.cells[3])
    assert value.startswith("rund 2.500 Personen pro Jahr") and "Vorbehalt: Fortschreibung" in value
    assert period == "2030" and plain(row.cells[-1]).startswith("[")


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("address", KINDS)
def test_every_source_is_numbered_and_cited(site: Site, address: str, lang: str) -> None:
    """Any kind of thing: numbers from 1 without a gap, in the order of the text, each in the list once."""
    paper = dossier.paper(site, IRIS.things + address, lang)
    cited = [int(run.link[1:]) for words in lines(paper) for run in words if run.link.startswith("#")]
    listed = [block.number for block in paper.blocks if isinstance(block, Source)]
    assert sorted(set(cited)) == listed == list(range(1, len(listed) + 1))
    assert opened(word.render(paper)).paragraphs[0].text == paper.title
    assert "".join(Html(printed.render(paper)).words).strip().startswith(paper.title)


def test_a_disputed_statement_is_marked(site: Site) -> None:
    """Where somebody disputes a relation, it says so beside it."""
    paper = dossier.paper(site, f"{IRIS.things}practice/p-muster-zukunft", "de")
    assert any("Lerngeld dauerhaft zahlen (bestritten)" in plain(words) for words in lines(paper))


# -- Word ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_docx_has_the_styles_of_a_document(site: Site, lang: str) -> None:
    """Headings, captions, bullets and notes are styles; language and properties are set."""
    document = opened(word.render(dossier.paper(site, INCOME, lang)))
    styles = [(p.style.name if p.style else "", p.text) for p in document.paragraphs]
    assert [words for name, words in styles if name == "Heading 2"] == list(PARTS[lang])
    assert [name for name, _ in styles][:3] == ["Heading 1", "Subtitle", "Heading 2"]
    captions = [words for name, words in styles if name == "Caption"]
    assert len(captions) == len(document.tables) == 5
    assert all(words.startswith(f"{text('dossier-table', lang)} ") for words in captions)
    assert [name for name, _ in styles].count("Dossier Source") == 4
    properties = document.core_properties
    assert (properties.title, properties.author) == (site.collection.facts.name(INCOME, lang), "nqgraph")
    assert f"{properties.created:%Y-%m-%d}" == "2026-11-23" and properties.language == lang
    (language,) = document.styles.element.xpath("w:docDefaults//w:lang")
    assert language.get(qn("w:val")) == {"de": "de-DE", "en": "en-GB"}[lang]


def test_rows_of_a_docx_stay_whole_and_heads_are_repeated(site: Site) -> None:
    """Each table has one repeated head, a description for those who do not see it, and no row that breaks."""
    document = opened(word.render(dossier.paper(site, INCOME, "de")))
    for table in document.tables:
        rows = table._tbl.tr_lst
        assert [bool(row.xpath("w:trPr/w:tblHeader")) for row in rows] == [True] + [False] * (len(rows) - 1)
        assert all(row.xpath("w:trPr/w:cantSplit") for row in rows)
        assert table._tbl.tblPr.xpath("w:tblCaption/@w:val") and table._tbl.tblPr.xpath("w:tblDescription/@w:val")
        widths = [int(width) for width in table._tbl.tblGrid.xpath("w:gridCol/@w:w")]
        assert abs(sum(widths) - 9866) < 10


def test_each_page_of_a_docx_has_head_and_foot(site: Site) -> None:
    """Project and day above, address and “Seite X von Y” as fields below."""
    (first, *others) = opened(word.render(dossier.paper(site, INCOME, "de"))).sections
    assert first.header.paragraphs[0].text == "nqgraph – abschlussbezogene Nachqualifizierung\t23. November 2026"
    foot = first.footer.paragraphs[0]
    assert foot._p.xpath("w:fldSimple/@w:instr") == [" PAGE ", " NUMPAGES "]
    assert "".join(foot._p.xpath(".//w:t/text()")).endswith("Seite 1 von 1") and INCOME in foot.text
    assert all(section.header.is_linked_to_previous for section in others)


def test_numbers_lead_to_sources_and_these_to_the_web(site: Site) -> None:
    """Each citation is a link to a bookmark that exists, each address an outer link."""
    document = opened(word.render(dossier.paper(site, INCOME, "de")))
    body = document.element.body
    anchors, names = set(body.xpath(".//w:hyperlink/@w:anchor")), set(body.xpath(".//w:bookmarkStart/@w:name"))
    assert anchors == names == {"source_1", "source_2", "source_3", "source_4"}
    targets = [document.part.rels[name].target_ref for name in body.xpath(".//w:hyperlink/@r:id")]
    assert len(targets) == 4 and all(target.startswith("https://musterland.example/") for target in targets)


@pytest.mark.parametrize("form", ["docx", "html"])
def test_the_same_build_gives_the_same_bytes(alone: Graph, form: str) -> None:
    """Nothing in the file depends on when and by whom it is asked for."""
    first, second = (
        dossiers.render(Site(alone, live=live, version="eins"), INCOME, form, "de") for live in (True, False)
    )
    assert first == second


def test_a_docx_looks_like_its_template(site: Site, tmp_path: Path) -> None:
    """Styles, head and foot of the template stay, its text goes; what it lacks is added; .dotx works, too."""
    template = Document()
    template.add_paragraph("Muss weg")
    template.styles["Heading 1"].font.size = Pt(31)
    template.sections[0].header.paragraphs[0].text = "Ministerium für Muster"
    buffer = io.BytesIO()
    template.save(buffer)
    plain_file = tmp_path / "vorlage.docx"
    plain_file.write_bytes(buffer.getvalue())
    dotx = tmp_path / "vorlage.dotx"
    with zipfile.ZipFile(dotx, "w") as written, zipfile.ZipFile(plain_file) as given:
        for name in given.namelist():
            kinds = (b"document.main+xml", b"template.main+xml")
            written.writestr(name, given.read(name).replace(*kinds) if name.startswith("[") else given.read(name))
    for path in (plain_file, dotx):
        document = opened(dossiers.render(site, INCOME, "docx", "de", path))
        assert document.styles["Heading 1"].font.size == Pt(31)
        assert document.sections[0].header.paragraphs[0].text == "Ministerium für Muster"
        assert document.paragraphs[0].text == "Verdienstausfall beim Lernen" and len(document.tables) == 5
        assert "Seite" in document.sections[0].footer.paragraphs[0].text
        assert "Muss weg" not in said(dossiers.render(site, INCOME, "docx", "de", path))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x05\x06" + b"\0" * 18, None])
def test_a_template_that_is_none_is_named(site: Site, content: bytes | None, tmp_path: Path) -> None:
    """An empty file, another format, an empty archive, nothing at all."""
    path = tmp_path / "vorlage.dotx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="no readable Word document"):
        dossiers.render(site, INCOME, "docx", "de", path)


# -- print ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["de", "en"])
def test_html_is_ready_for_print(site: Site, lang: str) -> None:
    """One file on A4 that loads nothing, with repeated heads of tables and links that lead somewhere."""
    content = printed.render(dossier.paper(site, INCOME, lang))
    page = Html(content)
    assert page.open == [] and page.all("html")[0]["lang"] == lang
    assert not page.all("script") and not page.all("link") and not page.all("img")
    (style,) = re.findall(r"<style>(.*?)</style>", content.decode(), re.DOTALL)
    assert "size: A4" in style and "display: table-header-group" in style and "break-inside: avoid" in style
    assert '"Seite\\20 " counter(page)' in style if lang == "de" else '"Page\\20 " counter(page)' in style
    assert "nqgraph" in style and len(page.all("thead")) == len(page.all("table")) == 5
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    inner = {link["href"] or "" for link in page.all("a") if (link["href"] or "").startswith("#")}
    assert inner == {f"#{name}" for name in ids} and len(ids) == 4


@pytest.mark.parametrize("address", KINDS)
def test_word_and_print_say_the_same(site: Site, address: str) -> None:
    """What stands in one stands in the other, in the same order."""
    paper = dossier.paper(site, IRIS.things + address, "de")

    def letters(words: str) -> str:
        return re.sub(r"\s", "", words)

    body = opened(word.render(paper)).element.body
    assert letters("".join(Html(printed.render(paper)).words)) == letters("".join(body.xpath(".//w:t/text()")))


# -- what can come -------------------------------------------------------------------------------------------------


def test_any_text_is_taken(tmp_path: Path) -> None:
    """Labels of 300 characters, control characters, markup and another language change no document."""
    folder = dataset(tmp_path / "data", BASICS)
    iri = f"{IRIS.things}obstacle/h-einkommen"
    store, _ = read(folder)
    long = "Sehr langer Name " * 18 + "Ende"
    said_of = f'<{iri}> dcterms:description "<b>fett</b> & \\u0007\\u000B\\u001F {{x}} {{n:a|b}} # [1] ]]>"@de .'
    odd = f'<{IRIS.things}region/r-land> skos:prefLabel "{long}"@de . {said_of}'
    prefixes = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in vocab.PREFIXES.items())
    store.add(IRIS.dataset_graph("data"), RdfGraph().parse(data=prefixes + odd, format="turtle"))
    site = Site(Graph(store), live=False)
    for thing in (iri, f"{IRIS.things}region/r-land"):
        paper = dossier.paper(site, thing, "de")
        assert opened(word.render(paper)).paragraphs[0].text == paper.title
        assert Html(printed.render(paper)).open == []
    words = " ".join(Html(printed.render(dossier.paper(site, iri, "de"))).words)
    assert "<b>fett</b> & {x} {n:a|b} # [1] ]]>" in words


def test_many_rows_are_folded(tmp_path: Path) -> None:
    """Of 500 answers 18 stand in the table, and a line says how many more there are, and where."""
    keys = [f"p-{number}" for number in range(500)]
    practices = "Kennung,Bezeichnung (de),Quellen,Verlässlichkeit\n"
    practices += "".join(f"{key},Praxis {key},q-bericht,mittel\n" for key in keys)
    claims = "Subjekt,Beziehung,Objekt,Status,eingeordnet durch,Begründung (de),Befund,Quellen,Verlässlichkeit\n"
    claims += "".join(
        f"{key},antwortet auf Hemmnis,h-zeit,eingeordnet,Redaktion,Weil.,"
        '"beschrieben, Ergebnis nicht gesehen",q-bericht,mittel\n'
        for key in keys
    )
    store, _ = read(dataset(tmp_path / "data", {**BASICS, "praxis.csv": practices, "aussagen.csv": claims}))
    iri = f"{IRIS.things}obstacle/h-zeit"
    paper = dossier.paper(Site(Graph(store), live=False), iri, "de")
    table = next(block for block in paper.blocks if isinstance(block, Table))
    assert len(table.rows) == 18 and sentences(paper)[0].startswith("500 belegte Praxisbeispiele antworten im Ganzen")
    assert f"482 weitere Zeilen stehen unter {iri}." in [plain(words) for words in lines(paper)]
    assert len(opened(word.render(paper)).tables[0].rows) == 1 + 2 * 18


def test_a_column_that_seldom_says_something_is_told_below_its_rows(site: Site) -> None:
    """It would take room from all others; nothing of it is lost, and columns with much stay."""
    writer = dossier._Dossier(site, INCOME, "de")
    names = [{"de": name} for name in ("Praxis", "Ort", "Wert", "Beleg")]
    said = [("A", "Köln", "95 %", "C"), ("B", "Bonn", "", "D"), ("C", "Hamm", "", ""), ("D", "", "", "")]
    rows = [Row((*((Run(word),) if word else () for word in line), (Run("[1]"),)), (Run("Darum."),)) for line in said]
    headings = (*((Run(name["de"]),) for name in names), (Run("Quellen"),))
    kept, found = writer.folded(names, headings, rows)
    assert [plain(words) for words in kept] == ["Praxis", "Ort", "Beleg", "Quellen"]
    assert [plain(row.below) for row in found] == ["Wert: 95 %. Darum.", *["Darum."] * 3]
    assert [plain(words) for words in found[0].cells] == ["A", "Köln", "C", "[1]"]


def test_columns_share_the_width() -> None:
    """Whatever stands in them, the shares are positive and make up the whole."""
    for texts in (["", ""], ["x" * 400, "y"], ["a b c " * 90, "", "2014"], ["Wort"] * 30):
        cells = tuple((Run(words),) if words else () for words in texts)
        widths = Table("", cells, ()).widths
        assert len(widths) == len(texts) and min(widths) > 0 and sum(widths) == pytest.approx(1)


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "keine"), (1, "eine"), (2, "2 davon"), (1234, "1.234 davon"), (-1, "-1 davon")]
)
def test_a_text_speaks_of_none_one_and_more(count: int, expected: str) -> None:
    """The three forms, and the number as the language writes it."""
    assert format(Count(count, "de"), "keine|eine|# davon") == expected
    assert f"{Count(1234, 'en')}" == "1,234"


def test_clean_text_is_one_line_without_control_characters() -> None:
    """What XML cannot hold, and what breaks lines."""
    assert clean(" a\x00b\n\tc \ufffe\ud800 d ") == "a b c d"


@pytest.mark.parametrize("said", ["{text: x}", "[{text: {de: '{n}'}}]", "[{text: {de: x}, figures: {n: {nix: 1}}}]"])
def test_a_summary_counts_in_columns_that_there_are(said: str, tmp_path: Path) -> None:
    """Front matter with another form, an unknown figure or an unknown column is refused."""
    head = "#+ title: {de: T}\n#+ question: {de: F}\n#+ description: {de: B}\n"
    columns = "#+ columns:\n#+   s: {type: iri, label: {de: S}}\n"
    path = tmp_path / "frage.rq"
    path.write_text(f"{head}{columns}#+ summary: {said}\nSELECT ?s WHERE {{ ?s ?p ?o }}\n", encoding="utf-8")
    with pytest.raises(QueryError):
        queries.read(path, SPACE)


# -- internal ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["docx", "html"])
def test_nothing_internal_is_in_a_dossier_unless_asked_for(form: str, build: Path, tmp_path: Path) -> None:
    """Without it all is as if there were none; with it every page and the name say so."""
    key = [("", "h-muster-einkommen")]
    (path,) = dossiers.write(versions.open(build), key, str(tmp_path / f"offen.{form}"), "de")
    note = text("internal-note", "de")
    content = path.read_bytes()
    words = said(content) if form == "docx" else content.decode()
    assert SECRET not in words.lower() and note not in words
    (path,) = dossiers.write(versions.open(build, internal=True), key, str(tmp_path / f"alles.{form}"), "de")
    assert path.name == f"alles.intern.{form}"
    content = path.read_bytes()
    words = said(content) if form == "docx" else content.decode()
    assert SECRET in words.lower() and note in words
    if form == "docx":
        assert all(part.header.paragraphs[0].text == note for part in opened(content).sections[:1])
    with pytest.raises(QueryError, match="is no key"):
        dossiers.write(versions.open(build), [("", f"h-{SECRET}")], str(tmp_path / "x.docx"), "de")


# -- commands and addresses ----------------------------------------------------------------------------------------


def test_the_command_writes_dossiers(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One key to build/ or a file, several to a folder, tables of the workspace as options, formats by ending."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> list[str]:
        assert cli.main(["export", "dossier", "--source", str(build), "--lang", "en", *arguments]) == 0
        return [line for line in capsys.readouterr().err.splitlines() if line.startswith("Written")]

    own = Path("build")
    assert run("h-muster-einkommen") == [f"Written: {own / 'dossier-h-muster-einkommen.docx'}"]
    assert run("-o", "a.html", "--obstacle", "h-muster-einkommen") == ["Written: a.html"]
    assert b'<html lang="en">' in Path("a.html").read_bytes()
    options = ["--Praxis=p-muster-zukunft", "--region", "r-muster-land", "e-muster-lerngeld", "e-muster-lerngeld"]
    names = ["r-muster-land", "p-muster-zukunft", "e-muster-lerngeld"]
    assert run(*options, "-o", "mappe") == [f"Written: {Path('mappe') / f'dossier-{name}.docx'}" for name in names]
    assert opened((Path("mappe") / "dossier-p-muster-zukunft.docx").read_bytes()).paragraphs[0].text == "Future"
    assert run("p-muster-zukunft", "-o", "mappe", "--format", "html")[0].endswith("dossier-p-muster-zukunft.html")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["h-muster-einkomen"], "Meinten Sie „h-muster-einkommen“?"),
        (["--obstacle", "p-muster-zukunft"], "„p-muster-zukunft“ ist keine Kennung"),
        (["--obstakle", "h-muster-einkommen"], "Eine Tabelle „obstakle“ gibt es in diesen Daten nicht."),
        (["--obstacle"], "Eine Tabelle „obstacle“ gibt es"),
        ([], "nqgraph export dossier KENNUNG"),
        (["p-muster-zukunft", "--format", "ttl"], "Möglich: docx, html."),
        (["p-muster-zukunft", "--format", "html", "--template", __file__], "passt nicht zu --template"),
        (["p-muster-zukunft", "--template", "fehlt.dotx"], "fehlt.dotx"),
        (["p-muster-zukunft", "--template", __file__], "kein lesbares Word-Dokument"),
    ],
)
def test_a_wrong_call_says_what_to_do(
    arguments: list[str],
    expected: str,
    build: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2, a line, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    assert cli.main(["export", "dossier", "--source", str(build), "--lang", "de", "-q", *arguments]) == 2
    found = capsys.readouterr().err
    assert expected in found and found.count("\n") == 1 and list(tmp_path.iterdir()) == []


def test_other_exports_have_other_formats(build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dump is no document."""
    assert cli.main(["export", "rdf", "--format", "docx", "--source", str(build), "--lang", "de"]) == 2
    assert "„docx“ passt nicht zu rdf" in capsys.readouterr().err


def test_keys_that_two_things_share_make_two_files(site: Site) -> None:
    """Names of files have the kind where they would be the same, and nothing that a disk does not take."""
    things = [INCOME, INCOME.replace("obstacle", "practice")]
    site.collection.facts.shape_of[things[1]] = site.collection.facts.shape_of[
        f"{IRIS.things}practice/p-muster-zukunft"
    ]
    names = dossiers.names(site, things, "docx")
    del site.collection.facts.shape_of[things[1]]
    assert list(names.values()) == [f"dossier-{kind}-h-muster-einkommen.docx" for kind in ("obstacle", "practice")]


def test_the_settings_name_a_template(alone: Graph, tmp_path: Path) -> None:
    """Of a workspace with one, each dossier takes it; where it is lost, that is said."""
    site = Site(alone, live=False)
    workspace = type(site.workspace)(
        tmp_path, site.workspace.settings.__class__(title={"de": "T"}, dossier_template="v.docx")
    )
    site.workspace = workspace
    with pytest.raises(NqgraphError, match=r"v\.docx"):
        dossiers.render(site, INCOME, "docx", "de")
    template = Document()
    template.sections[0].footer.paragraphs[0].text = "Fuß der Vorlage"
    template.save(str(tmp_path / "v.docx"))
    assert "Fuß der Vorlage" in said(dossiers.render(site, INCOME, "docx", "de"))


def test_the_server_hands_out_dossiers(build: Path) -> None:
    """Page → buttons → both formats in the language of the page; unknown things are not found."""
    with serving("--source", str(build)) as server, server.client() as client:
        page = client.get("/en/doc/obstacle/h-muster-einkommen").text
        links = re.findall(r'href="(?:\.\./)*([^"]*h-muster-einkommen\.(?:docx|dossier\.html))"', page)
        assert links == [f"en/doc/obstacle/h-muster-einkommen.{ending}" for ending in ("docx", "dossier.html")]
        answer = client.get(f"/{links[0]}")
        assert answer.headers["content-type"].endswith("wordprocessingml.document")
        assert 'filename="dossier-h-muster-einkommen.docx"' in answer.headers["content-disposition"]
        assert opened(answer.content).paragraphs[0].text == "Loss of earnings while learning"
        answer = client.get("/doc/obstacle/h-muster-einkommen.dossier.html")
        assert answer.headers["content-type"].startswith("text/html") and "<h1>Verdienstausfall" in answer.text
        assert client.get("/doc/obstacle/nix.docx").status_code == 404
        assert client.get("/fr/doc/obstacle/h-muster-einkommen.docx").status_code == 404


def test_pages_without_a_server_offer_none(site: Site) -> None:
    """The static site and the file have no button that would lead nowhere."""
    page = site.page("doc/obstacle/h-muster-einkommen")
    assert page is not None and ".docx" not in page
