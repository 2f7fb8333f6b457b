"""Whether a date is the source's own is said where it is not; where it is, its words say enough."""

from __future__ import annotations

import re

import pytest

from nqgraph.graph.graph import Graph
from nqgraph.pages import Site


@pytest.fixture(scope="module")
def site(example_graph: Graph) -> Site:
    """Pages over the example."""
    return Site(example_graph)


def said(site: Site, address: str) -> dict[str, str]:
    """Property → value, as the lists of a page show them."""
    html = site.page(address)
    assert html is not None
    pairs = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", html, re.DOTALL)
    return {_plain(name): _plain(value) for name, value in pairs}


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("thing", "german", "english"),
    [
        ("practice/p-muster-strasse-zum-beruf", "geschätzt", "estimated"),
        ("observation/m-muster-teil", "geschätzt", "estimated"),
        ("practice/p-muster-zukunft", None, None),
        ("practice/p-muster-ausbildung-im-betrieb", None, None),
        ("observation/m-muster-bestehen", None, None),
    ],
)
def test_an_estimated_date_says_so_and_a_documented_one_does_not(
    thing: str, german: str | None, english: str | None, site: Site
) -> None:
    """By the column “Zeitangabe” of the example: “geschätzt” is shown, “belegt” goes without saying."""
    assert said(site, f"doc/{thing}").get("Zeitangabe") == german
    assert said(site, f"en/doc/{thing}").get("Dating") == english


def test_the_words_of_a_source_stand_in_place_of_beginning_and_end(site: Site) -> None:
    """“2020 bis 2024” says what two dates would say again; without such words the dates stand there."""
    page = said(site, "doc/practice/p-muster-zukunft")
    assert page["Zeitraum"] == "2020 bis 2024"
    assert not {"Beginn", "Ende"} & set(page)
