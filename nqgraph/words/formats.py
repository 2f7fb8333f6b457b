"""The formats of answers, descriptions, dumps and networks: a row each, for commands, addresses and pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

#: What a format can hold: rows, yes or no, triples, triples with their graphs, a sheet, a network, a record, a page,
#: a document.
Kind = Literal["solutions", "boolean", "graph", "dataset", "sheet", "network", "record", "page", "document"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format, with its names in the registries of others."""

    #: Short name in commands and addresses.
    name: str
    #: Media type (https://www.iana.org/assignments/media-types/).
    media: str
    kinds: tuple[Kind, ...]
    #: As people call it.
    title: str
    #: Ending of files, where it is not the name.
    ending: str = ""
    #: Media types that mean the same; the first is one that clients ask for.
    aliases: tuple[str, ...] = ()
    #: Short name of the format of graphs that its name stands for, too.
    graph: str = ""
    #: Name in http://www.w3.org/ns/formats/.
    w3c: str = ""
    #: Name in http://publications.europa.eu/resource/authority/file-type/.
    eu: str = ""
    #: Name of the serialiser in rdflib.
    rdflib: str = ""
    #: Whether it lies beside the page of a thing, and is linked there.
    beside: bool = False

    @property
    def suffix(self) -> str:
        """Ending of files without its dot."""
        return self.ending or self.name

    @property
    def content_type(self) -> str:
        """The header of an answer: the media type, and for texts their encoding."""
        return f"{self.media}; charset=utf-8" if self.media.startswith("text/") else self.media


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: All formats; of one kind, the first is what those get who have no wish.
FORMATS = (
    Format(
        "json", "application/sparql-results+json", ("solutions", "boolean"), "JSON",
        aliases=("application/json",), graph="jsonld", w3c="SPARQL_Results_JSON",
    ),
    Format(
        "xml", "application/sparql-results+xml", ("solutions", "boolean"), "XML",
        aliases=("application/xml", "text/xml"), graph="rdf", w3c="SPARQL_Results_XML",
    ),
    Format("csv", "text/csv", ("solutions",), "CSV", w3c="SPARQL_Results_CSV", eu="CSV"),
    Format("csv-excel", "text/csv", ("sheet",), "CSV (Excel)", ending="csv"),
    Format("tsv", "text/tab-separated-values", ("solutions",), "TSV", w3c="SPARQL_Results_TSV"),
    Format("xlsx", _XLSX, ("sheet",), "XLSX"),
    Format(
        "ttl", "text/turtle", ("graph",), "Turtle",
        aliases=("application/x-turtle",), w3c="Turtle", eu="RDF_TURTLE", rdflib="longturtle", beside=True,
    ),
    Format(
        "nt", "application/n-triples", ("graph",), "N-Triples",
        aliases=("text/plain",), w3c="N-Triples", eu="RDF_N_TRIPLES", rdflib="nt11",
    ),
    Format(
        "rdf", "application/rdf+xml", ("graph",), "RDF/XML",
        aliases=("application/xml", "text/xml"), w3c="RDF_XML", eu="RDF_XML", rdflib="xml",
    ),
    Format(
        "jsonld", "application/ld+json", ("graph",), "JSON-LD",
        aliases=("application/json",), w3c="JSON-LD", eu="JSON_LD", rdflib="json-ld", beside=True,
    ),
    Format("trig", "application/trig", ("dataset",), "TriG", w3c="TriG", eu="RDF_TRIG", rdflib="trig"),
    Format("nq", "application/n-quads", ("dataset",), "N-Quads", w3c="N-Quads", eu="RDF_N_QUADS", rdflib="nquads"),
    Format("json", "application/json", ("record",), "JSON", beside=True),
    Format(
        "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("document",), "Word",
    ),
    Format("html", "text/html", ("page", "document"), "HTML"),
    Format("graphml", "application/graphml+xml", ("network",), "GraphML"),
    Format("gexf", "application/gexf+xml", ("network",), "GEXF"),
    Format("cytoscape", "application/json", ("network",), "Cytoscape", ending="cyjs"),
    Format("pyvis", "text/html", ("network",), "pyvis", ending="html"),
    Format("svg", "image/svg+xml", ("network",), "SVG"),
    Format("png", "image/png", ("network",), "PNG"),
)  # fmt: skip


def holding(*kinds: Kind) -> dict[str, Format]:
    """Short name → format, for those that hold one of *kinds*."""
    return {form.name: form for kind in kinds for form in FORMATS if kind in form.kinds}


def named(name: str, among: Iterable[Format]) -> Format | None:
    """The format of *among* that *name* means: its short name, its media type, or what others call that."""
    listed = list(among)
    own = next((form for form in listed if name in (form.name, form.media)), None)
    return own or next((form for form in listed if name in form.aliases), None)


#: Rows and truth values, as the SPARQL protocol has them.
SOLUTIONS = holding("solutions")
#: One graph, as descriptions and datasets have it.
GRAPHS = holding("graph")
#: What a CONSTRUCT and a dump can be written as.
RDF = holding("graph", "dataset")
#: What the files of a release can be.
OFFERED = {**RDF, "csv": SOLUTIONS["csv"]}
#: What a canned query can be answered as: its rows, a sheet of them.
TABLES = holding("solutions", "sheet")
#: What a thing can be described as.
DESCRIPTIONS = holding("graph", "record")
#: What of that lies beside the page of a thing.
BESIDE = {name: form for name, form in DESCRIPTIONS.items() if form.beside}
#: What a network can be drawn as.
NETWORKS = holding("network")
#: What a dossier can be written as.
DOCUMENTS = holding("document")
#: What people read.
HTML = holding("page")["html"]
