"""The table of formats: names are clear, and the engine and rdflib know what it says they do."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib

from nqgraph.graph.store import GRAPH_FORMATS, RESULT_FORMATS
from nqgraph.words import formats


def test_a_name_means_one_format_of_a_kind() -> None:
    """No two formats of a kind share a name or a media type."""
    for kind in {kind for form in formats.FORMATS for kind in form.kinds}:
        rows = [form for form in formats.FORMATS if kind in form.kinds]
        assert len({form.name for form in rows}) == len(rows) == len({form.media for form in rows})


def test_the_engine_has_the_formats_by_their_media_types() -> None:
    """The engine's own endings are ours, but for RDF/XML results."""
    assert {name: (form.file_extension, form.media_type) for name, form in GRAPH_FORMATS.items()} == {
        name: (name, form.media) for name, form in formats.RDF.items()
    }
    assert RESULT_FORMATS == {
        "json": ox.QueryResultsFormat.JSON,
        "xml": ox.QueryResultsFormat.XML,
        "csv": ox.QueryResultsFormat.CSV,
        "tsv": ox.QueryResultsFormat.TSV,
    }


@pytest.mark.parametrize("form", formats.RDF.values(), ids=str)
def test_rdflib_writes_what_its_name_says(form: formats.Format) -> None:
    """What rdflib writes under its name is read back by media type."""
    graph = rdflib.Dataset() if "dataset" in form.kinds else rdflib.Graph()
    graph.parse(data="<http://e.org/a> <http://e.org/b> 1 .", format="turtle")
    read = ox.parse(graph.serialize(format=form.rdflib, encoding="utf-8"), format=GRAPH_FORMATS[form.name])
    assert [quad.object for quad in read] == [ox.Literal(1)]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("json", "json"),
        ("application/sparql-results+json", "json"),
        ("application/json", "json"),
        ("text/xml", "xml"),
        ("text/plain", "nt"),
        ("application/x-turtle", "ttl"),
        ("pdf", None),
    ],
)
def test_formats_are_found_by_all_their_names(name: str, found: str | None) -> None:
    """Short name, media type, and what others call that."""
    form = formats.named(name, (*formats.SOLUTIONS.values(), *formats.RDF.values()))
    assert (form.name if form else None) == found
