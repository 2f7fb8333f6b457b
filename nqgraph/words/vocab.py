"""Namespaces and IRIs; no IRI is spelled out anywhere else in the code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

#: Base of the core vocabulary, and of every IRI of the shipped workspace. The one value to change if the permanent
#: address changes.
BASE = "https://w3id.org/nqgraph/"


class Namespace:
    """A namespace whose attributes and items are the IRIs of its terms, as text: ``SKOS.note``, ``XSD["date"]``."""

    __slots__ = ("__dict__", "_iri")

    def __init__(self, iri: str) -> None:
        self._iri = iri

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):  # what the interpreter looks for is no term
            raise AttributeError(name)
        iri = self.__dict__[name] = self._iri + name  # from now on found without asking here
        return iri

    def __getitem__(self, name: str) -> str:
        return self._iri + name

    def __str__(self) -> str:
        return self._iri

    def __repr__(self) -> str:
        return f"Namespace({self._iri!r})"

    def __contains__(self, iri: str) -> bool:
        return iri.startswith(self._iri)


NQ = Namespace(BASE + "def/")
NQSH = Namespace(BASE + "shape/")
#: What lies below the base of the shipped workspace.
ID = BASE + "id/"
SCHEME = BASE + "scheme/"

DASH = Namespace("http://datashapes.org/dash#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
ORG = Namespace("http://www.w3.org/ns/org#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
PROV = Namespace("http://www.w3.org/ns/prov#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA = Namespace("http://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

#: Prefix → namespace, the prefixes of every file and answer we write.
PREFIXES: dict[str, str] = {
    "dash": str(DASH),
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "foaf": str(FOAF),
    "geo": str(GEO),
    "nq": str(NQ),
    "nqid": ID,
    "nqsh": str(NQSH),
    "org": str(ORG),
    "owl": str(OWL),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "schema": str(SCHEMA),
    "scheme": SCHEME,
    "sh": str(SH),
    "skos": str(SKOS),
    "xsd": str(XSD),
}

#: Derived from ``xsd:integer`` (XML Schema 1.1 part 2, section 3.4); the engine keeps their values as integers.
DERIVED_INTEGERS = frozenset(
    XSD[name]
    for name in (
        *("byte", "short", "int", "long", "unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
    )
)

#: Right of access of what is internal (EU authority table of access rights, as DCAT-AP wants it).
NON_PUBLIC = "http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC"


def local_name(iri: str) -> str:
    """The part of *iri* after the last ``#`` or ``/``."""
    return re.split(r"[#/]", iri)[-1]


def type_segment(class_iri: str) -> str:
    """``DecisionOption`` → ``decision-option``: the ``{type}`` in ``/id/{type}/{key}``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", local_name(class_iri)).lower()


def shrink(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """*iri* with one of *prefixes* if one fits, else in full."""
    best = max((p for p in prefixes if iri.startswith(prefixes[p])), key=lambda p: len(prefixes[p]), default="")
    rest = iri[len(prefixes[best]) :] if best else ""
    return f"{best}:{rest}" if rest and re.fullmatch(r"[\w.-]+", rest) else iri


def expand(name: str, prefixes: Mapping[str, str] = PREFIXES) -> str | None:
    """IRI of a prefixed name in *prefixes*, or None."""
    prefix, colon, rest = name.partition(":")
    return prefixes[prefix] + rest if colon and prefix in prefixes else None


@dataclass(frozen=True)
class Iris:
    """The IRIs of one workspace: its base, what lies below it, and its prefixes."""

    base: str = BASE
    #: Prefixes of the workspace beside :data:`PREFIXES`.
    own_prefixes: tuple[tuple[str, str], ...] = ()

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Prefix → namespace, the prefixes of every file and answer."""
        return {**PREFIXES, "nqid": self.things, "scheme": self.schemes, **dict(self.own_prefixes)}

    @property
    def things(self) -> str:
        """Namespace of things: ``…/id/``."""
        return self.base + "id/"

    @property
    def terms(self) -> str:
        """Namespace of the workspace's own classes and properties: ``…/def/``."""
        return self.base + "def/"

    @property
    def schemes(self) -> str:
        """Namespace of concept schemes: ``…/scheme/``."""
        return self.base + "scheme/"

    @property
    def graphs(self) -> str:
        """Namespace of named graphs: ``…/graph/``."""
        return self.base + "graph/"

    @property
    def queries(self) -> str:
        """Namespace of canned queries: ``…/query/``."""
        return self.base + "query/"

    @property
    def genid(self) -> str:
        """Namespace of what were blank nodes (RDF 1.1 Concepts, section 3.5)."""
        return self.base + ".well-known/genid/"

    @property
    def ontology(self) -> str:
        """Named graph of the ontology with its concept schemes."""
        return self.graphs + "ontology"

    @property
    def inferred(self) -> str:
        """Named graph of what rules drew."""
        return self.graphs + "inferred"

    @property
    def report(self) -> str:
        """Named graph of the validation report."""
        return self.graphs + "report"

    @property
    def query_graph(self) -> str:
        """Named graph of the canned queries."""
        return self.graphs + "queries"

    @property
    def catalogue(self) -> str:
        """Named graph of the descriptions of datasets."""
        return self.graphs + "catalogue"

    @cached_property
    def own_graphs(self) -> frozenset[str]:
        """Named graphs that the build makes itself; every other graph holds one dataset."""
        return frozenset({self.ontology, self.inferred, self.report, self.query_graph, self.catalogue})

    def thing(self, class_iri: str, key: str, base: str = "") -> str:
        """IRI of the thing with *key* in the table of *class_iri*, below *base* or the base of the workspace."""
        return f"{base or self.base}id/{type_segment(class_iri)}/{key}"

    def scheme(self, name: str) -> str:
        """IRI of the concept scheme *name*: an IRI, a prefixed name, or a local name below the base."""
        return name if "://" in name else self.expand(name) or self.schemes + name

    def dataset_graph(self, name: str) -> str:
        """Named graph of the dataset *name*."""
        return self.graphs + name

    def shrink(self, iri: str) -> str:
        """*iri* with one of the prefixes if one fits, else in full."""
        return shrink(iri, self.prefixes)

    def expand(self, name: str) -> str | None:
        """IRI of a prefixed name, or None."""
        return expand(name, self.prefixes)


def concept(scheme: str, notation: str) -> str:
    """IRI of the concept *notation* in the core concept scheme *scheme*."""
    return f"{SCHEME}{scheme}/{notation}"


_TRANSLITERATION = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ß": "ss"},
)


def slug(text: str) -> str:
    """Lower-case ASCII form of *text* for file names and addresses: ``Förderinstrumente`` → ``foerderinstrumente``."""
    composed = unicodedata.normalize("NFC", text)  # file names of macOS are not
    plain = unicodedata.normalize("NFKD", composed.translate(_TRANSLITERATION).lower())
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[\u0300-\u036f]", "", plain)).strip("-")
