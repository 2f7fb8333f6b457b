"""What data of others must keep to be read beside ours: nothing about our own things, and the shapes of the profile."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.sources.places import Places
from nqgraph.validation import validation
from nqgraph.validation.validation import Report
from nqgraph.words.errors import InputError, Problem
from nqgraph.words.texts import Text
from nqgraph.words.workspace import PROFILE, Workspace

#: Things that a message lists.
_NAMED = 20


def check(path: Path, name: str, graph: str, workspace: Workspace) -> Report:
    """
    Hold the statements in *path* against the profile of *workspace*.

    Args:
        name: How messages call the file.
        graph: Named graph that they become.
    Raises:
        InputError: It is not well-formed, or says something about things of ours; with line.
    """
    store = Store(workspace)
    store.load(path, graph, name)
    places = Places(files=[(path, name)])
    iris = store.iris
    # Terms of ours may be used, and nothing of ours may be said anything about.
    own = store.select(
        "SELECT DISTINCT ?x WHERE { { ?x ?p ?o } UNION { ?s ?p ?x FILTER(isIRI(?x)) } UNION { ?s ?x ?o }"
        f' FILTER(STRSTARTS(STR(?x), "{iris.base}") && !STRSTARTS(STR(?x), "{iris.genid}")'
        f' && !(STRSTARTS(STR(?x), "{iris.terms}") && NOT EXISTS {{ ?x ?q ?v }})'
        f' && !(STRSTARTS(STR(?x), "{iris.schemes}") && NOT EXISTS {{ ?x ?q ?v }})) }} ORDER BY ?x LIMIT {_NAMED}'
    )
    if own:
        raise InputError(Problem(places.find(iri), Text("exchange-own", {"iri": iris.shrink(iri)})) for (iri,) in own)
    return validation.validate(store, profile(workspace), places=places)


@lru_cache(maxsize=16)
def profile(workspace: Workspace) -> shapes.Schema:
    """The shapes for data of others."""
    return shapes.schema(shapes.read(workspace.files(PROFILE, "*.ttl")), workspace)
