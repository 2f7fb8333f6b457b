"""What the editor of SPARQL offers: the terms of the ontology, and the canned queries as examples."""

from __future__ import annotations

from collections.abc import Iterator

from nqgraph.graph import portable, queries
from nqgraph.graph.graph import Graph
from nqgraph.things.collection import Collection
from nqgraph.things.language import Labels
from nqgraph.words.errors import QueryError

#: The licence under which the one file carries the engine (https://github.com/oxigraph/oxigraph, LICENSE-MIT).
LICENCE = """Oxigraph (https://oxigraph.org), MIT OR Apache-2.0

Copyright (c) 2018 Oxigraph developers

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def prefixes(collection: Collection) -> dict[str, str]:
    """Prefix → namespace."""
    return {name: str(namespace) for name, namespace in collection.facts.iris.prefixes.items()}


def terms(collection: Collection, lang: str) -> Iterator[tuple[str, str]]:
    """IRI and name of the terms of our ontology, for completion."""
    for kind in collection.vocabulary(lang).values():
        yield from ((iri, collection.facts.name(iri, lang)) for iri in kind)


def examples(graph: Graph) -> Iterator[tuple[str, Labels, str]]:
    """Name, title and text of the canned queries, the text as one can ask it: with the values of its example."""
    for query in graph.queries.all():
        yield query.name, query.title, _example(query, graph)


def _example(query: queries.Query, graph: Graph) -> str:
    values = {**query.example, "lang": graph.lang} if query.parameter("lang") else dict(query.example)
    try:
        bindings = queries.bind(query, values, graph)
    except QueryError:  # the example names a thing that these data do not have
        return portable.resource(query, graph.workspace)
    return portable.text(query, bindings, graph.workspace, graph.lang)
