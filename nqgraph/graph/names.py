"""What things are called: the best name of an IRI in each of the languages that it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from nqgraph.words import vocab
from nqgraph.words.texts import Labels

#: What names a thing, best first.
NAMES = (
    vocab.SKOS.prefLabel,
    vocab.DCTERMS["title"],
    vocab.RDFS.label,
    vocab.FOAF.name,
    "https://schema.org/name",
    "http://schema.org/name",
    "http://purl.org/dc/elements/1.1/title",
)


class _Source(Protocol):
    def select(self, text: str, bindings: Mapping[str, str] | None = None) -> Iterable[tuple[Any, ...]]:
        """Solutions in the order of projection."""


def best_name(texts: Callable[[str], Labels]) -> Labels:
    """Language → name, at the first of :data:`NAMES` for which *texts* knows any; "" where a name has no language."""
    return next((found for path in NAMES if (found := texts(path))), {})


def names_of(source: _Source, iris: Iterable[str] | None = None) -> dict[str, Labels]:
    """IRI → language → best name, of *iris* or of everything; of several in a language the first of the alphabet."""
    chosen = "" if iris is None else f"VALUES ?s {{ {' '.join(f'<{iri}>' for iri in sorted(set(iris)))} }}"
    paths = " ".join(f"<{path}>" for path in NAMES)
    query = f"""SELECT ?s ?p ?name ?lang
        WHERE {{ {chosen} VALUES ?p {{ {paths} }} ?s ?p ?name FILTER(isLiteral(?name)) BIND(LANG(?name) AS ?lang) }}"""
    found: dict[str, dict[str, Labels]] = {}
    for iri, path, name, lang in source.select(query):
        labels = found.setdefault(iri, {}).setdefault(path, {})
        labels[lang] = min(name, labels.get(lang, name))
    return {iri: next(said[path] for path in NAMES if path in said) for iri, said in found.items()}
