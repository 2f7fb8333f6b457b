"""Namespaces and IRIs; no IRI is spelled out anywhere else in the code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

#: Base of every IRI we mint. The one value to change if the permanent address changes.
BASE = "https://w3id.org/nqgraph/"


class Namespace(str):
    """A namespace IRI whose attributes are the IRIs of its terms, as plain text; ``DCTERMS.title`` is a term, too."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> str: ...

    def __getattribute__(self, name: str) -> Any:
        return super().__getattribute__(name) if name.startswith("__") else str.__add__(self, name)

    def __getitem__(self, name: str) -> str:  # type: ignore[override]
        return str(self) + name


NQ = Namespace(BASE + "def/")
NQSH = Namespace(BASE + "shape/")
ID = Namespace(BASE + "id/")
SCHEME = Namespace(BASE + "scheme/")
GRAPH = Namespace(BASE + "graph/")
QUERY = Namespace(BASE + "query/")

DASH = Namespace("http://datashapes.org/dash#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
ORG = Namespace("http://www.w3.org/ns/org#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
PROV = Namespace("http://www.w3.org/ns/prov#")
QB = Namespace("http://purl.org/linked-data/cube#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA = Namespace("http://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

#: Prefix → namespace, the prefixes of every file and answer we write.
PREFIXES: dict[str, str] = {
    "dash": DASH,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "geo": GEO,
    "nq": NQ,
    "nqid": ID,
    "nqsh": NQSH,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "qb": QB,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "scheme": SCHEME,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
}

#: Derived from ``xsd:integer`` (XML Schema 1.1 part 2, section 3.4); the engine keeps their values as integers.
DERIVED_INTEGERS = frozenset(
    XSD[name]
    for name in (
        *("byte", "short", "int", "long", "unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
    )
)

#: Named graphs that the build makes itself; every other graph holds one dataset.
ONTOLOGY_GRAPH = GRAPH.ontology
INFERRED_GRAPH = GRAPH.inferred
REPORT_GRAPH = GRAPH.report
QUERIES_GRAPH = GRAPH.queries
CATALOGUE_GRAPH = GRAPH.catalogue
OWN_GRAPHS = (ONTOLOGY_GRAPH, INFERRED_GRAPH, REPORT_GRAPH, QUERIES_GRAPH, CATALOGUE_GRAPH)


def local_name(iri: str) -> str:
    """The part of *iri* after the last ``#`` or ``/``."""
    return re.split(r"[#/]", iri)[-1]


def type_segment(class_iri: str) -> str:
    """``DecisionOption`` → ``decision-option``: the ``{type}`` in ``/id/{type}/{key}``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", local_name(class_iri)).lower()


def thing(class_iri: str, key: str, base: str = BASE) -> str:
    """IRI of the thing with *key* in the table of *class_iri*."""
    return f"{base}id/{type_segment(class_iri)}/{key}"


def concept(scheme: str, notation: str) -> str:
    """IRI of the concept *notation* in the concept scheme *scheme*."""
    return f"{SCHEME}{scheme}/{notation}"


def dataset_graph(name: str) -> str:
    """Named graph of the dataset *name*."""
    return GRAPH[name]


def shrink(iri: str) -> str:
    """*iri* with one of our prefixes if one fits, else in full."""
    best = max((p for p in PREFIXES if iri.startswith(PREFIXES[p])), key=lambda p: len(PREFIXES[p]), default="")
    rest = iri[len(PREFIXES[best]) :] if best else ""
    return f"{best}:{rest}" if rest and re.fullmatch(r"[\w.-]+", rest) else iri


def expand(name: str) -> str | None:
    """IRI of a prefixed name in our prefixes, or None."""
    prefix, colon, rest = name.partition(":")
    return PREFIXES[prefix] + rest if colon and prefix in PREFIXES else None


_TRANSLITERATION = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ß": "ss"},
)


def slug(text: str) -> str:
    """Lower-case ASCII form of *text* for file names and addresses: ``Förderinstrumente`` → ``foerderinstrumente``."""
    return re.sub(r"[^a-z0-9]+", "-", text.translate(_TRANSLITERATION).lower()).strip("-")
