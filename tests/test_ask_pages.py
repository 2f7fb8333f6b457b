"""Plain questions in served pages, and pages as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from nqgraph.command.cli import main
from nqgraph.pages import markdown
from nqgraph.serving.app import Options, create
from nqgraph.serving.served import Source

EXAMPLE = Path(__file__).parent.parent / "data" / "examples" / "musterland"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server over the small example."""
    out = tmp_path_factory.mktemp("pages") / "build"
    assert main(["build", str(EXAMPLE), "--out", str(out), "--quiet"]) == 0
    with TestClient(create(Options(Source(folder=out)))) as client:
        yield client


def test_a_clear_question_is_asked_and_named(client: TestClient) -> None:
    """The page says how it was understood, and shows the answer."""
    page = client.get("/fragen", params={"q": "Liste der Wissenslücken"}).text
    assert "So verstanden und abgefragt" in page and "Offene Wissenslücken" in page and "<table" in page


def test_a_list_with_filters_is_linked_to_its_form(client: TestClient) -> None:
    """The reading stands with its chips; the address is that of the form, which shows the same rows."""
    page = client.get("/fragen", params={"q": "Wie viele Wissenslücken je Art der Lücke?"}).text
    found = re.search(r'href="([^"]*fragen/neu[?][^"]*gruppe=absence[^"]*)"', page)
    assert found and "eine Zeile je: Art der Lücke" in page
    assert "<table" in client.get(f"/{unescape(found[1]).lstrip('./')}").text


def test_an_unclear_question_only_offers(client: TestClient) -> None:
    """No table, but links that ask; foreign words are named; what readers write stays text."""
    page = client.get("/en/fragen", params={"q": "practices in Musterland <b>x</b>"}).text
    assert "<b>x</b>" not in page
    foreign = client.get("/fragen", params={"q": "Rezept für Kartoffelsalat"}).text
    assert "Das kenne ich nicht: Rezept, Kartoffelsalat." in foreign and "<table" not in foreign


@pytest.mark.parametrize("question", ["", "?" * 10_000, "der die das", "SELECT * { ?s ?p ?o }", "<script>x</script>"])
def test_no_question_breaks_the_page(client: TestClient, question: str) -> None:
    """Long ones, none, SPARQL and script."""
    answer = client.get("/fragen", params={"q": question})
    assert answer.status_code == 200 and "<script>x" not in answer.text


def test_pages_are_markdown_too(client: TestClient) -> None:
    """By ending and by Accept: rows as a table, links that lead on, and what the text is of."""
    by_ending = client.get("/abfragen/praxis-liste.md")
    by_header = client.get("/abfragen/praxis-liste", headers={"Accept": "text/markdown"})
    for answer in (by_ending, by_header):
        assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
        assert answer.text.startswith("# ") or "\n# " in answer.text
        assert "| --- |" in answer.text and "allgemeinem Wissen" in answer.text
        assert "http://testserver/doc/practice/" in answer.text
    assert client.get("/abfragen/praxis-liste").headers["content-type"].startswith("text/html")
    assert client.get("/gibt-es-nicht.md").status_code == 404


def test_a_thing_is_markdown_with_its_figures(client: TestClient) -> None:
    """The numbers on its page stand in the text."""
    key = next(
        row["praxis"]["value"] for row in client.get("/abfragen/praxis-liste.json").json()["results"]["bindings"]
    )
    text = client.get(f"/doc/practice/{key.rsplit('/', 1)[-1]}.md").text
    assert text.startswith("[") or "# " in text
    assert "must not be filled in" not in text and "allgemeinem Wissen" in text


def test_llms_txt_lists_what_there_is(client: TestClient) -> None:
    """Every list and every canned question, as Markdown."""
    text = client.get("/llms.txt").text
    addresses = [line.partition("](")[2].rstrip(")") for line in text.splitlines() if line.startswith("- [")]
    assert text.startswith("# ") and len(addresses) > 60
    listed = [address for address in addresses if address.endswith(".md")]
    assert any(address.endswith("/abfragen/praxis-liste.md") for address in listed)
    for address in listed[:3]:
        assert client.get(address).headers["content-type"].startswith("text/markdown")


def test_html_becomes_text_without_markup_of_its_own() -> None:
    """Signs of Markdown in texts are escaped, bars in cells too, forms are left out."""
    html = (
        "<html><body><p>out</p><main><h1>A*b</h1><form><input>no</form><p>x <a href='y?a=1'>z</a></p>"
        "<table><tr><th>k|l</th><th>2</th></tr><tr><td><p>1 000</p></td><td>&lt;i&gt;</td></tr></table>"
        "</main></body></html>"
    )
    assert markdown.of(html, "http://h/d/e") == (
        "# A\\*b\n\nx [z](http://h/d/y?a=1)\n\n| k\\|l | 2 |\n| --- | --- |\n| 1 000 | \\<i\\> |\n"
    )
