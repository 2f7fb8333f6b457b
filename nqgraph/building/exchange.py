"""What data of others must keep to be read beside ours: nothing about our own things, and the shapes of the profile."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from nqgraph.graph.store import Store
from nqgraph.model import shapes
from nqgraph.sources import sssom
from nqgraph.sources.places import Places
from nqgraph.sources.sssom import Row
from nqgraph.validation import validation
from nqgraph.validation.validation import Report
from nqgraph.words.errors import InputError, Place, Problem
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


def conflicts(store: Store, theirs: Collection[str], places: Places, others: Places) -> list[Problem]:
    """
    What follows for our things from links of ours together with those of others, and from neither alone.

    Two things of ours that are the same by way of others; one that is broader than itself, or than what is the same.

    Args:
        theirs: Graphs of what was harvested.
        places: Where our statements stand.
        others: Where those of others stand.
    """
    wanted = " ".join(f"<{iri}>" for iri in sorted(sssom.EXACT | sssom.BROADER | sssom.NARROWER))
    inferred = store.iris.inferred
    found: tuple[list[Row], list[Row]] = ([], [])
    for graph, one, how, other in sorted(
        store.select(
            f"SELECT DISTINCT ?g ?s ?p ?o WHERE {{ VALUES ?p {{ {wanted} }} GRAPH ?g {{ ?s ?p ?o }}"
            f" FILTER(isIRI(?s) && isIRI(?o) && ?g != <{inferred}>) }}"
        )
    ):
        foreign = graph in theirs
        place = others.find(one) if foreign else places.find(one, how)
        found[not foreign].append(Row(one, how, other, sssom.CURATED, place=place))
    said, ours = found

    def of(rows: list[Row]) -> dict[tuple[Place, str], Problem]:
        things = store.iris.things
        return {(p.place, p.text.code): p for p in sssom.conflicts(rows, lambda iri: iri.startswith(things))}

    known = of(said).keys() | of(ours).keys()
    return [
        Problem(problem.place, Text("exchange-conflict", {"said": problem.text}))
        for key, problem in of([*said, *ours]).items()
        if key not in known
    ]


@lru_cache(maxsize=16)
def profile(workspace: Workspace) -> shapes.Schema:
    """The shapes for data of others."""
    return shapes.schema(shapes.read(workspace.files(PROFILE, "*.ttl")), workspace)
