"""A second topic: a workspace of its own gives tables, pages, answers and networks, and no word of the shipped one."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

import httpx
import openpyxl
import pytest

from nqgraph.command import cli
from tests import rows
from tests.conftest import ROOT
from tests.installed import built, environment
from tests.servers import serving
from tests.test_pages import Page, needs_scripts, packed, said, section

TOPIC = ROOT / "data" / "examples" / "schulabbruch"
BASE = "https://example.org/schulabbruch/"
CASES = sorted((Path(__file__).parent / "own_topic").glob("*.csv"))
QUERIES = sorted(path.stem for path in (TOPIC / "queries").rglob("*.rq") if path.parent.name != "rules")
#: Language → folder of its pages in a site.
LANGUAGES = {"de": "", "en": "en/", "pt": "pt/"}
#: What only the shipped workspace speaks of.
SHIPPED = re.compile("Nachqualifizierung|second-chance vocational|Hemmnis|Nordrhein|North Rhine|r-nrw|p-tep")


def nqgraph(
    *arguments: str | Path, cwd: Path, lang: str = "de", code: int | None = 0
) -> subprocess.CompletedProcess[str]:
    """What ``nqgraph`` with these *arguments* gives in the folder *cwd*; it must end with *code*."""
    done = subprocess.run(
        [sys.executable, "-m", "nqgraph", *map(str, arguments), "--lang", lang],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, "COLUMNS": "300"},
    )
    assert code is None or done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that belongs to no workspace."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the topic, built."""
    folder = tmp_path_factory.mktemp("topic") / "schulabbruch"
    shutil.copytree(TOPIC, folder, ignore=shutil.ignore_patterns("build"))
    built = nqgraph("build", "--workspace", folder, "--out", folder / "build", cwd=folder.parent, lang="en")
    assert "0 violations, 0 warnings, 0 notes" in built.stdout + built.stderr
    return folder


def of_build(workspace: Path) -> tuple[str | Path, ...]:
    """The options that name the workspace and its build."""
    return ("--workspace", workspace, "--source", workspace / "build")


# -- answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_exact_rows(case: Path, workspace: Path, elsewhere: Path) -> None:
    """Each question gives exactly these rows, in this order, also about entries named in one language only."""
    parameters, expected = rows.read(case)
    given = [part for name, value in parameters.items() for part in ("-p", f"{name}={value}")]
    name = case.stem.partition("--")[0]
    lang = parameters.get("lang", "de")
    done = nqgraph("query", name, *given, "--format", "json", *of_build(workspace), cwd=elsewhere, lang=lang)
    found = rows.of_json(done.stdout.encode())
    assert [[cell.removeprefix(BASE) for cell in row] for row in found] == expected


@pytest.mark.parametrize("name", QUERIES)
def test_every_question_has_cases_in_three_languages(name: str) -> None:
    """There are rows for each question in German, English and Portuguese, the same number in each."""
    sizes = {len(rows.read(case)[1]) for case in CASES if case.stem in (name, f"{name}--en", f"{name}--pt")}
    assert len(sizes) == 1 and sizes.pop() > 1


def test_only_the_questions_of_the_topic_are_listed(workspace: Path, elsewhere: Path) -> None:
    """The list of questions has those of the workspace and none of the shipped one, in each of its languages."""
    for lang, word in {"de": "Welche Risikofaktoren", "en": "Which risk factors", "pt": "Que fatores de risco"}.items():
        listed = nqgraph("query", "--workspace", workspace, cwd=elsewhere, lang=lang).stdout
        assert word in listed
        assert set(re.findall(r"^([a-z-]+)\b", listed, re.MULTILINE)) == set(QUERIES)


def test_a_workspace_is_found_from_a_folder_inside_it(workspace: Path) -> None:
    """Whoever stands in a workspace need not name it."""
    done = nqgraph("query", "offene-fragen", "--source", workspace / "build", cwd=workspace / "queries")
    assert "Wie viele Jugendliche pflegen Angehörige?" in done.stdout


# -- pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(workspace: Path, elsewhere: Path) -> Path:
    """The pages of the topic as files."""
    nqgraph("export", "site", "-o", elsewhere / "site", *of_build(workspace), cwd=elsewhere)
    return elsewhere / "site"


def page(site: Path, lang: str, address: str) -> Page:
    """A page of the site in a language."""
    return Page((site / f"{LANGUAGES[lang]}{address}.html").read_text(encoding="utf-8"))


@needs_scripts
@pytest.mark.parametrize("address", ["", "matrix", "netz", "luecken", "glossar", "inhalt"])
def test_one_file_says_in_three_languages_what_the_pages_say(
    address: str, workspace: Path, site: Path, elsewhere: Path
) -> None:
    """The file is written for as many languages as the workspace has."""
    path = elsewhere / "topic.html"
    if not path.exists():
        nqgraph("export", "html", "-o", path, *of_build(workspace), cwd=elsewhere)
    document = path.read_text(encoding="utf-8")
    assert 'data-languages="de en pt"' in document
    for lang in LANGUAGES:
        expected = re.sub("(?s)^.*<main[^>]*>|</main>.*$", "", page(site, lang, address or "index").html)
        assert said(section(document, f"s_{address or 'start'}", lang)) == said(expected) != ""
    assert packed(document, "pages")["f_search"] == {"en": "Search", "pt": "Pesquisa"}


@pytest.mark.parametrize(
    ("lang", "title", "claim", "menu"),
    [
        ("de", "Früher Schulabbruch (Beispiel)", "Welche Maßnahme geht welchen Risikofaktor an", "Risikofaktoren"),
        ("en", "Early school leaving (example)", "Which measure addresses which risk factor", "Risk factors"),
        ("pt", "Abandono escolar precoce (exemplo)", "Que medida aborda que fator de risco", "Fatores de risco"),
    ],
)
def test_the_start_page_says_what_the_settings_say(site: Path, lang: str, title: str, claim: str, menu: str) -> None:
    """Title, headline, menu and questions come from ``workspace.yaml``."""
    start = page(site, lang, "index")
    assert title in start.text and claim in start.text and menu in start.text
    assert any("faktoren-ohne-massnahme" in link for link in start.links)


@pytest.mark.parametrize(("lang", "heading"), [("de", "Maßnahmen"), ("en", "Measures"), ("pt", "Medidas")])
def test_a_list_names_every_entry(site: Path, lang: str, heading: str) -> None:
    """A list shows all entries in each language, also those that are named in one only, and its filters."""
    found = page(site, lang, "massnahmen")
    assert ("h1", heading) in [(tag, text.strip()) for tag, text in found.headings]
    for name in ("Clube da tarde", "Saturday workshop"):
        assert name in found.text
    filters = {str(attributes.get("name")) for tag, attributes in found.elements if tag == "select"}
    assert {"approach", "status", "atschool"} <= {name.lower() for name in filters}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("de", ("Anruf am ersten Fehltag", "geht an", "Häufiges Fehlen", "berichtet", "S. 12, Tabelle 2", "9 Tage")),
        ("en", ("Call on the first day of absence", "Addresses", "Frequent absence", "stated", "9 days")),
        ("pt", ("Telefonema no primeiro dia de falta", "Aborda", "Absentismo frequente", "relatado", "9 Tage")),
    ],
)
def test_the_page_of_an_entry(site: Path, lang: str, words: tuple[str, ...]) -> None:
    """An entry shows its relations, the claim behind them and its figures, in the names of the shapes."""
    found = page(site, lang, "doc/measure/m-muster-anruf").text
    for word in words:
        assert word in found, word


@pytest.mark.parametrize(
    ("thing", "figure"),
    [
        ("finding/b-muster-mentoring-verbleib", "52 von 60 Jugendliche"),
        ("finding/b-muster-praxisklasse-abschluss", "40–45 %"),
        ("finding/b-muster-fehlen-montag", "1 von 3"),
        ("finding/b-eu-ziel-2030", "weniger als 9 %"),
        ("finding/b-muster-sozialarbeit-konflikte", "weniger Konflikte als im Vorjahr"),
    ],
)
def test_a_finding_is_shown_as_a_figure(site: Path, thing: str, figure: str) -> None:
    """Number, range, total, sign of the unit and precision stand as the annotations of shapes and lists say."""
    assert figure in page(site, "de", f"doc/{thing}").text


def test_the_page_of_a_school_tells_what_is_there(site: Path) -> None:
    """What points at an entry stands under the heading that the shape gives."""
    found = page(site, "pt", "doc/school/s-muster-gesamtschule").text
    assert "Medidas nesta escola" in found and "Polos desta escola" in found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_matrix(site: Path, lang: str) -> None:
    """Measures stand against risk factors, group by group, with grade, disputed claim and known gap."""
    found = page(site, lang, "matrix").text
    groups = {"de": ("Person", "Familie", "Umfeld"), "en": ("person", "family"), "pt": ("pessoa", "família")}
    for group in groups[lang]:
        assert group in found
    assert "Praxisklasse" in found or "Practice class" in found or "Turma de prática" in found
    raw = (site / ("" if lang == "de" else lang) / "matrix.html").read_text(encoding="utf-8")
    assert {"A", "B", "C", "E"} <= set(re.findall(r"<td class=.?(?:answered|disputed).?>([A-E])", raw))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", QUERIES)
def test_the_page_of_a_question(site: Path, lang: str, name: str) -> None:
    """Each question has a page in each language with the rows that it gives."""
    found = page(site, lang, f"abfragen/{name}")
    case = Path(__file__).parent / "own_topic" / (f"{name}.csv" if lang == "de" else f"{name}--{lang}.csv")
    header, *answers = rows.read(case)[1]
    [column] = [number for number, title in enumerate(header) if title.endswith("Name")][:1]
    for row in answers:
        assert row[column] in found.text


def test_nothing_speaks_of_the_shipped_topic(site: Path) -> None:
    """No page of another topic says a word about obstacles, practices or North Rhine-Westphalia."""
    files = sorted(site.rglob("*.html"))
    assert len(files) > 100
    for path in files:
        assert not (found := SHIPPED.search(path.read_text(encoding="utf-8"))), (path.relative_to(site), found[0])


def test_the_operator_has_the_last_word(site: Path) -> None:
    """The legal notice is that of the workspace, in another language where there is none in this one."""
    assert "Den Musterbezirk, seine Schulen" in page(site, "de", "impressum").text
    assert "an invented example" in page(site, "en", "impressum").text
    assert "Musterstadt" in page(site, "pt", "impressum").text


def test_texts_of_the_program_in_a_third_language(site: Path) -> None:
    """Each text of the workspace has a code that the program knows and names the same values; pages show it."""
    known = tomllib.loads((resources.files("nqgraph.words") / "messages.toml").read_text(encoding="utf-8"))
    own = tomllib.loads((TOPIC / "texts" / "messages.pt.toml").read_text(encoding="utf-8"))
    for code, text in own.items():
        assert code in known, code
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", known[code]["en"])), code
    assert "Porque está isto aqui?" in page(site, "pt", "doc/measure/m-muster-anruf").text


# -- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "sheet", "headers"),
    [
        ("de", "Maßnahmen", ("Kennung", "Bezeichnung (pt)", "geht an", "Ansatz", "an Schule", "Verlässlichkeit")),
        ("en", "Measures", ("Key", "Label (pt)", "Addresses", "Approach", "At school", "Confidence")),
        ("pt", "Medidas", ("Identificador", "Designação (pt)", "Aborda", "Abordagem", "Na escola", "Fiabilidade")),
    ],
)
def test_the_workbook(workspace: Path, elsewhere: Path, lang: str, sheet: str, headers: tuple[str, ...]) -> None:
    """The workbook has a sheet per class with the columns of its shape, and reads back without a finding."""
    target = elsewhere / lang / "back" / "topic.xlsx"
    target.parent.mkdir(parents=True)
    nqgraph("export", "workbook", "-o", target, *of_build(workspace), cwd=elsewhere, lang=lang)
    book = openpyxl.load_workbook(target)
    found = [cell.value for cell in book[sheet][1]]
    assert set(headers) <= set(found)
    assert "Hemmnisse" not in book.sheetnames and "Obstacles" not in book.sheetnames
    shutil.copy(TOPIC / "data" / "musterbezirk" / "dataset.yaml", target.parent)
    nqgraph("validate", target.parent, "--workspace", workspace, cwd=elsewhere)


def test_the_network(workspace: Path, elsewhere: Path) -> None:
    """Measures, risk factors, schools and questions are nodes; sources are evidence and findings only links."""
    target = elsewhere / "network.json"
    nqgraph("export", "cytoscape", "-o", target, *of_build(workspace), cwd=elsewhere, lang="pt")
    nodes = [node["data"] for node in json.loads(target.read_text(encoding="utf-8"))["elements"]["nodes"]]
    assert {node["type"] for node in nodes} == {"measure", "risk-factor", "school", "open-question"}
    assert {"Clube da tarde", "Saturday workshop", "Telefonema no primeiro dia de falta"} <= {n["label"] for n in nodes}


# -- checks --------------------------------------------------------------------------------------------------------


def changed(workspace: Path, target: Path, file: str, key: str, column: str, value: str) -> Path:
    """The invented dataset with one cell changed."""
    folder = target / "musterbezirk"
    shutil.copytree(workspace / "data" / "musterbezirk", folder)
    path = folder / file
    with path.open(encoding="utf-8", newline="") as source:
        header, *lines = list(csv.reader(source))
    for line in lines:
        if line[0] == key:
            line[header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([header, *lines])
    return folder


def test_a_rule_of_the_topic_finds_a_value_without_unit(workspace: Path, tmp_path: Path) -> None:
    """A violation of a rule about the whole graph names table and row, and the build is refused."""
    data = changed(workspace, tmp_path, "befunde.csv", "b-muster-anruf-fehltage", "Einheit", "")
    for lang, words in {"de": "Wert ohne Einheit", "en": "value without a unit", "pt": "valor sem unidade"}.items():
        done = nqgraph("validate", data, "--workspace", workspace, cwd=tmp_path, lang=lang, code=1)
        said = done.stdout + done.stderr
        assert words in said and "befunde.csv" in said


def test_a_rule_of_the_topic_warns_of_a_measure_that_addresses_nothing(workspace: Path, tmp_path: Path) -> None:
    """A warning does not stop the build; the dash that says “looked and found nothing” gives none."""
    data = changed(workspace, tmp_path, "massnahmen.csv", "m-muster-sozialarbeit", "geht an", "")
    done = nqgraph("validate", data, "--workspace", workspace, cwd=tmp_path, lang="en")
    assert (done.stdout + done.stderr).count("addresses no risk factor") == 1


def test_a_list_of_the_topic_suggests_its_entries(workspace: Path, tmp_path: Path) -> None:
    """A word that is not in a list of the topic is answered with place and suggestion."""
    data = changed(workspace, tmp_path, "schulen.csv", "s-muster-berufskolleg", "Schulform", "Berufskoleg")
    done = nqgraph("validate", data, "--workspace", workspace, cwd=tmp_path, code=2)
    assert "Berufskolleg" in done.stderr and "schulen.csv" in done.stderr


# -- server --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(workspace: Path) -> Iterator[httpx.Client]:
    """A client of a server over the topic."""
    with serving(*map(str, of_build(workspace))) as running, running.client() as client:
        yield client


def test_the_endpoint_knows_the_prefixes_of_the_workspace(client: httpx.Client) -> None:
    """A query needs no declaration for ``esl:``."""
    query = "SELECT ?measure { ?measure esl:addresses ?factor . ?factor dcterms:identifier 'f-muster-fehlen' }"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
    found = {row["measure"]["value"].removeprefix(BASE) for row in answer.json()["results"]["bindings"]}
    assert found == {"id/measure/m-muster-anruf", "id/measure/m-muster-clube"}


@pytest.mark.parametrize(("prefix", "heading"), [("", "Maßnahmen"), ("/en", "Measures"), ("/pt", "Medidas")])
def test_the_server_has_pages_in_each_language(client: httpx.Client, prefix: str, heading: str) -> None:
    """Lists and questions answer below the language of the reader."""
    assert heading in Page(client.get(f"{prefix}/massnahmen").text).text
    answer = client.get(f"{prefix}/abfragen/massnahmen-zu-faktor", params={"faktor": "f-muster-fehlen"})
    assert answer.status_code == 200 and "Clube da tarde" in answer.text


def test_a_thing_answers_at_its_address(client: httpx.Client) -> None:
    """The path of the permanent address leads to page and data, with names in all languages."""
    answer = client.get("/id/measure/m-muster-anruf", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "Telefonema no primeiro dia de falta" in answer.text and "Anruf am ersten Fehltag" in answer.text


def test_a_question_takes_its_default_from_the_settings(client: httpx.Client) -> None:
    """Where the query names no default, the workspace does."""
    answer = client.get("/abfragen/massnahmen-an-schule.json")
    found = {row["schule"]["value"] for row in answer.json()["results"]["bindings"]}
    assert found == {f"{BASE}id/school/s-muster-gesamtschule"}


def test_the_catalogue_describes_the_topic(client: httpx.Client) -> None:
    """Title, publisher, theme and datasets of the catalogue are those of the workspace."""
    found = client.get("/dcat.ttl").text
    assert "Abandono escolar precoce (exemplo)" in found and "data-theme/EDUC" in found
    assert "Europäische Union: Ziele und Zahlen" in found
    assert not SHIPPED.search(found)


# -- the guide -----------------------------------------------------------------------------------------------------

GUIDES = ("eigenes-thema.md", "own-topic.md")
#: How a Land joins, in German and English.
JOINING = ("land-anschliessen.md", "join-as-a-land.md")
GERMAN = (GUIDES[0], JOINING[0])
_STEP = re.compile(
    r"(?:^(?P<how>Legen Sie|Ersetzen Sie den Inhalt von|Ergänzen Sie am Ende von|Create|Replace the content of"
    r"|Add at the end of) `(?P<path>[\w./-]+)`(?: an)?:\n\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_APPEND = ("Ergänzen Sie am Ende von", "Add at the end of")
_REPLACE = ("Ersetzen Sie den Inhalt von", "Replace the content of")


def follow(guide: Path, folder: Path, run: Callable[[list[str], Path], tuple[int, str]]) -> Path:
    """
    Do what *guide* says, from top to bottom, beginning in *folder*; gives the folder it ends in.

    Args:
        run: Runs the command with arguments in a folder; gives its exit code and all that it says.
    """
    for step in _STEP.finditer(guide.read_text(encoding="utf-8")):
        if step["kind"] == "console":
            for line in step["body"].splitlines():
                program, *arguments = shlex.split(line.removeprefix("$ "))
                if program == "cd":
                    folder = folder / arguments[0]
                elif "serve" in arguments:
                    continue  # runs until it is stopped
                else:
                    assert program == "nqgraph"
                    lang = [] if "--lang" in arguments else ["--lang", "de" if guide.name in GERMAN else "en"]
                    code, said = run([*arguments, *lang], folder)
                    assert code == 0, (line, said)
                    assert said.strip(), line
        else:
            assert step["path"], f"no file is named for: {step['body'][:60]}"
            path = folder / step["path"]
            if step["how"] in (*_APPEND, *_REPLACE):
                assert path.exists(), f"{path} is not there yet"
            before = path.read_text(encoding="utf-8") if step["how"] in _APPEND else ""
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(before + step["body"], encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of the wheel in an environment of its own, without the shipped model and data."""
    return environment(built(tmp_path_factory.mktemp("wheel")), tmp_path_factory.mktemp("environment"))


@pytest.fixture(scope="module", params=GUIDES)
def followed(
    request: pytest.FixtureRequest, installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """The workspace that a reader of the guide has in the end."""
    name = str(request.param)

    def run(arguments: list[str], folder: Path) -> tuple[int, str]:
        done = subprocess.run(
            [str(installed), *arguments],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            env={**os.environ, "PYTHONPATH": ""},
        )
        return done.returncode, done.stdout + done.stderr

    return name, follow(ROOT / "docs" / name, tmp_path_factory.mktemp("guide"), run)


def test_the_environment_sees_nothing_of_the_checkout(installed: Path, elsewhere: Path) -> None:
    """The program that follows the guide is the one in the wheel; a folder without workspace is told how to begin."""
    where = [str(installed.with_name("python")), "-c", "import nqgraph; print(nqgraph.__file__)"]
    found = subprocess.run(
        where, cwd=elsewhere, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": ""}
    )
    assert Path(found.stdout.strip()).is_relative_to(installed.parent.parent)
    done = subprocess.run(
        [str(installed), "build", "--lang", "de"],
        cwd=elsewhere,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": ""},
        check=False,
    )
    assert done.returncode == 2 and "nqgraph init" in done.stderr and "Traceback" not in done.stderr, done.stderr


def test_the_topic_is_built_in_the_environment(installed: Path, tmp_path: Path) -> None:
    """The second topic gives build, pages, network, workbook and answers with nothing of the first on the machine."""
    folder = tmp_path / "schulabbruch"
    shutil.copytree(TOPIC, folder, ignore=shutil.ignore_patterns("build"))
    for line in (
        "build",
        "query massnahmen-zu-faktor",
        "export site -o seiten",
        "export html -o seite.html",
        "export graphml -o netz.graphml",
        "export workbook -o alles.xlsx",
    ):
        done = subprocess.run(
            [str(installed), *line.split(), "--lang", "de"],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            env={**os.environ, "PYTHONPATH": ""},
        )
        assert done.returncode == 0, (line, done.stdout + done.stderr)
    assert "Clube da tarde" in (folder / "seiten" / "matrix.html").read_text(encoding="utf-8")
    assert (folder / "seite.html").stat().st_size > 100_000 and (folder / "netz.graphml").exists()


def test_the_guide_leads_to_a_collection_of_ones_own(followed: tuple[str, Path]) -> None:
    """Whoever follows the guide has pages, a workbook and answers, also about the entry named in one language only."""
    name, folder = followed
    query = "lernorte-nach-art" if name == GUIDES[0] else "places-by-kind"
    answer = rows.of_json(nqgraph("query", query, "--format", "json", cwd=folder, lang="pt").stdout.encode())
    assert [row[-2:] for row in answer[1:]] == (
        [["Lerncafé am Park", "24"], ["Lernwerkstatt", "12"], ["Werkstatt am Hafen", ""]]
        if name == GUIDES[0]
        else [["Learning café by the park", "24"], ["Learning workshop", "12"], ["Werkstatt am Hafen", ""]]
    )
    [pages] = [path for path in (folder / "seiten", folder / "pages") if path.is_dir()]
    assert "Lugares de aprendizagem" in (pages / "pt" / "index.html").read_text(encoding="utf-8")
    headers = ("Kennung", "Plätze", "Art") if name == GUIDES[0] else ("Key", "Seats", "Kind")
    nqgraph("export", "workbook", "-o", "all.xlsx", cwd=folder, lang="de" if name == GUIDES[0] else "en")
    book = openpyxl.load_workbook(folder / "all.xlsx")
    [sheet] = [book[title] for title in ("Lernorte", "Learning places") if title in book.sheetnames]
    assert set(headers) <= {cell.value for cell in sheet[1]}


def test_the_guide_ends_with_a_server(followed: tuple[str, Path]) -> None:
    """``nqgraph serve`` shows what the guide has made."""
    name, folder = followed
    address, entry = (
        ("lernorte", "Lerncafé am Park") if name == GUIDES[0] else ("learning-places", "Learning café by the park")
    )
    with serving("--workspace", str(folder), "--source", str(folder / "build")) as running, running.client() as client:
        assert "Musterstadt" in client.get("/").text
        assert entry in client.get(f"/{address}").text


@pytest.mark.parametrize("guides", [GUIDES, JOINING], ids=lambda guides: guides[0])
def test_both_guides_are_the_same_guide(guides: tuple[str, str]) -> None:
    """The German and the English guide have the same steps."""
    steps = [
        [step["kind"] for step in _STEP.finditer((ROOT / "docs" / name).read_text(encoding="utf-8"))] for name in guides
    ]
    assert steps[0] == steps[1] and len(steps[0]) > 10


@pytest.mark.parametrize("name", JOINING)
def test_a_land_joins(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whoever follows the guide has two releases below addresses of their own, with a link and a record for portals."""

    def run(arguments: list[str], folder: Path) -> tuple[int, str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "stdin", io.StringIO("a\nSelber Ort, same place\n"))
        code = cli.main(arguments)
        return code, "".join(capfd.readouterr())

    folder = follow(ROOT / "docs" / name, tmp_path, run)
    base = "https://w3id.org/musterland-nq/"
    changes = json.loads((folder / "release" / "1.1.0" / "changes.json").read_text("utf-8"))
    assert (changes["old"], changes["groups"]) == ("1.0.0", [])
    release = folder / "release" / "1.0.0"
    dump = (release / "nqgraph.nq").read_text("utf-8")
    assert f"<{base}id/practice/p-lernwerk> <https://w3id.org/nqgraph/def/" in dump
    assert re.search(rf"<{base}id/region/r-neustadt> <\S+> <https://(verzeichnis|directory)\.example/\S+> ", dump)
    record = (release / "dcat.ttl").read_text("utf-8")
    assert f"<{base}dcat#catalogue>" in record and "https://w3id.org/nqgraph/" not in record
    assert "mailto:nachqualifizierung@musterland.example" in record
    assert "E=SITE:https://nachqualifizierung.musterland.example/" in (release / "w3id" / ".htaccess").read_text(
        "utf-8"
    )
    assert (folder / "site" / "doc" / "practice" / "p-lernwerk.ttl").is_file()
