"""Small datasets for tests: folders with ``dataset.yaml``, tables and RDF files, and what is read from them."""

from __future__ import annotations

from pathlib import Path

from rdflib import Graph, URIRef

from nqgraph.building import builds
from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.sources import datasets
from nqgraph.sources.reading import Reading
from nqgraph.sources.reading import read as read_datasets
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, Problem
from tests.spaces import IRIS, SPACE

#: A source that rows can rest on.
SOURCES = """\
Kennung,Titel,Herausgeber,Art,gelesener Teil,gesehen
q-bericht,Bericht,Amt,Programmseite,vollständig,vollständig
"""
REGIONS = """\
Kennung,Bezeichnung (de),Typ,Quellen,Verlässlichkeit
r-land,Land,Land,q-bericht,hoch
"""
OBSTACLES = """\
Kennung,Bezeichnung (de),Gruppe,Raum,Quellen,Verlässlichkeit
h-einkommen,Einkommen,individuell,r-land,q-bericht,hoch
h-zeit,Zeit,Betrieb,r-land,q-bericht,hoch
"""
PRACTICES = """\
Kennung,Bezeichnung (de),antwortet auf Hemmnisgruppe,Quellen,Verlässlichkeit
p-lotsen,Lotsen,individuell,q-bericht,mittel
"""
BASICS = {"quellen.csv": SOURCES, "regionen.csv": REGIONS, "hemmnisse.csv": OBSTACLES, "praxis.csv": PRACTICES}


def dataset(folder: Path, files: dict[str, str], **fields: str) -> Path:
    """A dataset folder with *files*; *fields* replace those of ``dataset.yaml``."""
    folder.mkdir(parents=True, exist_ok=True)
    meta = {"title": "{de: Daten, en: Data}", "publisher": "Amt", "license": "https://example.org/licence"}
    meta |= {"issued": "2026-11-23", "visibility": "public"} | fields
    lines = "".join(f"{name}: {value}\n" for name, value in meta.items())
    (folder / "dataset.yaml").write_text(lines, encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def read(*folders: Path) -> tuple[Store, Reading]:
    """The store with what stands in *folders*, and what was read."""
    store = Store()
    builds.load_ontology(store)
    return store, read_datasets(datasets.find(folders, SPACE), store, shapes.default())


def graph(*folders: Path) -> Graph:
    """All that is said in *folders*, without the ontology."""
    store, _ = read(*folders)
    return store.graph(*(name for name in store.graphs() if name != IRIS.ontology))


def problems(*folders: Path) -> list[Problem]:
    """All that is wrong with *folders*."""
    try:
        read(*folders)
    except InputError as error:
        return error.problems
    return []


def thing(kind: str, key: str) -> URIRef:
    """IRI of a thing by the ``{type}`` of its address and its key."""
    return URIRef(f"{vocab.ID}{kind}/{key}")
