"""The one file in its two languages: what a reader who switches sees is what the English pages say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from nqgraph.graph import queries
from nqgraph.graph.graph import Graph
from nqgraph.networks.network import Selection
from nqgraph.pages import Site, bundle
from nqgraph.pages import files as pages
from tests.spaces import SPACE
from tests.watching import watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.skipif(bundle.read("app.js") is None, reason="the scripts were not built")

#: Rows of the shown table as texts, marks of the language that a text is in left out.
_ROWS = """name => [...document.querySelectorAll(`#answer_${name} tbody tr, #s_abfragen-${name} .answer tbody tr`)].map(
    row => [...row.cells].map(cell => {
        const copy = cell.cloneNode(true);
        copy.querySelectorAll('.tongue').forEach(mark => mark.remove());
        return copy.textContent.replace(/\\s+/g, ' ').trim();
    }))"""
#: Questions that are answered without a choice of the reader.
ASKED = [q.name for q in queries.of(SPACE).all() if all(p.optional or p.default is not None for p in q.parameters)]


@pytest.fixture(scope="module")
def page(browser: Browser, example_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The one file of the example in a browser that speaks German, switched to English."""
    path = tmp_path_factory.mktemp("languages") / "nqgraph.html"
    path.write_bytes(pages.one_file(example_graph, Selection()))
    context = browser.new_context(locale="de-DE")
    with watched(context.new_page()) as page:
        page.goto(path.as_uri())
        page.get_by_role("button", name="English").click()
        yield page
    context.close()


def shown(page: Page, name: str) -> list[list[str]]:
    """The answer of a question in the one file."""
    page.evaluate("name => { location.hash = 's_abfragen-' + name }", name)
    page.locator(f"#s_abfragen-{name} h1").wait_for(state="visible")
    page.wait_for_function(
        """name => { const page = document.getElementById('s_abfragen-' + name);
            return !page.querySelector('form[data-asked]') || page.querySelector('.answer').childElementCount }""",
        arg=name,
    )
    rows: Any = page.evaluate(_ROWS, name)
    return [[str(cell) for cell in row] for row in rows]


def on_page(html: str, name: str) -> list[list[str]]:
    """The same on a page of the site."""
    table = re.search(rf'id="answer_{name}">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    assert table
    plain = re.sub(r'<span class="tongue">.*?</span>', "", table[1])
    rows = [re.findall(r"(?s)<t[dh][^>]*>(.*?)</t[dh]>", row) for row in re.findall(r"(?s)<tr>(.*?)</tr>", plain)]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", "", cell)).split()) for cell in row] for row in rows]


def test_the_table_of_a_question_is_english_after_the_switch(page: Page) -> None:
    """Words that only the English answer has: states, statuses and questions, not just the names of things."""
    rows = shown(page, "hemmnis-matrix")

    def says(row: list[str], *texts: str) -> bool:  # beside a name may stand what it rests on
        return all(any(cell.startswith(text) for cell in row) for text in texts)

    row = next(row for row in rows if says(row, "Guides through the offices", "No time to learn at work"))
    assert says(row, "not applicable", "Do the guides help with release from work?")
    gap = next(row for row in rows if says(row, "Road to an occupation", "Loss of earnings while learning"))
    assert says(gap, "known gap", "Did “Road to an occupation” reduce the loss of earnings?")
    assert not any(says(row, german) for row in rows for german in ("nicht zutreffend", "bekannte Lücke"))


@pytest.mark.parametrize("name", ASKED)
def test_every_answer_has_the_rows_of_its_english_page(name: str, page: Page, example_graph: Graph) -> None:
    """The same rows, cell by cell, in whatever order the two languages sort them."""
    html = Site(example_graph).page(f"en/abfragen/{name}")
    assert html is not None
    if f'id="answer_{name}"' in html:
        assert sorted(shown(page, name)) == sorted(on_page(html, name))
