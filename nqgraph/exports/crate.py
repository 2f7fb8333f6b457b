"""The description of dumps that repositories and generic tools read: RO-Crate, beside the files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from nqgraph.graph.store import Store, parts
from nqgraph.words import formats, vocab
from nqgraph.words.texts import in_language

#: The name that the specification prescribes.
FILE = "ro-crate-metadata.json"


def describe(store: Store, files: Mapping[str, tuple[bytes, str]]) -> bytes:
    """
    Name, licence, publisher and date of dumps as a whole and of each file, as far as their datasets say them.

    Args:
        files: Name → content, and IRI of the named graph that it holds, "" for all graphs or another thing.
    Source:
        https://www.researchobject.org/ro-crate/specification/1.1/
    """
    settings, lang = store.workspace.settings, store.workspace.language
    datasets = sorted({graph for _, graph in files.values() if graph} or _datasets(store))
    title = in_language(settings.title, lang)
    notes = sorted(text for text, language, _ in (parts(mark.object) for mark in store.marks) if language)
    publishers: dict[str, dict[str, Any]] = {}
    described = {graph: _of_dataset(store, graph, lang, publishers) for graph in datasets}
    listed = []
    for name, (content, graph) in files.items():
        listed.append(
            {
                "@id": name,
                "@type": "File",
                "name": title,
                "encodingFormat": formats.OFFERED[name.rpartition(".")[2]].media,
                "contentSize": str(len(content)),
                "sha256": hashlib.sha256(content).hexdigest(),
                **described.get(graph, {}),
            }
        )
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": " ".join([in_language(settings.intro or settings.title, lang), *notes]),
        "inLanguage": list(store.workspace.languages),
        "hasPart": [{"@id": name} for name in files],
    }
    if dates := [part["datePublished"] for part in described.values() if "datePublished" in part]:
        root["datePublished"] = max(dates)
    if licences := sorted({part["license"]["@id"] for part in described.values() if "license" in part}):
        root["license"] = [{"@id": iri} for iri in licences]
    if publishers:
        root["publisher"] = [{"@id": iri} for iri in publishers]
    itself = {
        "@id": FILE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    document = {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [itself, root, *listed, *publishers.values()],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _datasets(store: Store) -> set[str]:
    return {said.subject for said in store.statements(None, vocab.RDF.type, vocab.DCAT.Dataset)}


def _of_dataset(store: Store, graph: str, lang: str, publishers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What the dataset of *graph* says of itself; its publisher is added to *publishers*."""
    said: dict[str, list[tuple[str, str]]] = {}
    for triple in store.matching(graph):
        text, language, _ = parts(triple.object)
        said.setdefault(triple.predicate.value, []).append((text, language))
    titles = {language: text for text, language in said.get(vocab.DCTERMS["title"], ())}
    found: dict[str, Any] = {"name": in_language(titles, lang, vocab.local_name(graph)), "about": {"@id": graph}}
    for iri, _ in sorted(said.get(vocab.DCTERMS.license, ())):
        found["license"] = {"@id": iri}
    for issued, _ in sorted(said.get(vocab.DCTERMS.issued, ())):
        found["datePublished"] = issued
    for iri, _ in sorted(said.get(vocab.DCTERMS.publisher, ())):
        names = sorted(parts(triple.object)[0] for triple in store.matching(iri, vocab.FOAF.name))
        publishers[iri] = {"@id": iri, "@type": "Organization", "name": names[0] if names else vocab.local_name(iri)}
        found["publisher"] = {"@id": iri}
    return found
