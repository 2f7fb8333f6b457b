"""Keys of different collections that mean the same thing: reviewed decisions, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field

from rdflib import URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from nqgraph.model.shapes import NodeShape
from nqgraph.sources.cells import CellError, Vocabulary
from nqgraph.sources.tables import Record
from nqgraph.words import vocab
from nqgraph.words.errors import Problem
from nqgraph.words.texts import Text

CLASS = vocab.NQ.IdentityDecision
#: Where a second collection's text goes when two rows become one thing.
SECOND: dict[str, str] = {vocab.SKOS.prefLabel: vocab.SKOS.altLabel, vocab.DCTERMS.description: vocab.SKOS.note}


@dataclass
class Identities:
    """The decisions of all datasets."""

    #: Other key → IRI it had before it became the kept thing.
    merged: dict[str, str] = field(default_factory=dict)
    triples: list[tuple[Node, Node, Node]] = field(default_factory=list)


def is_table(shape: NodeShape) -> bool:
    """Whether the table holds identity decisions."""
    return bool(shape.target_class == CLASS)


def decide(records: list[Record], vocabulary: Vocabulary, problems: list[Problem]) -> Identities:
    """
    Apply the decisions: from now on a merged key means the kept thing in *vocabulary*.

    Adds to *problems* decisions about unknown keys, about things of different classes and in circles.
    """
    found = Identities()
    pairs: dict[str, str] = {}
    for record in records:
        kept, other, decision = (
            str(next(iter(record.objects(path)), ""))
            for path in (vocab.NQ.keptKey, vocab.NQ.otherKey, vocab.NQ.decision)
        )
        try:
            things = [vocabulary.thing(key, ()) for key in (kept, other)]
        except CellError as error:
            problems.append(Problem(record.place, error.text))
            continue
        kind = vocab.local_name(decision)
        if kind == "same" and things[0] == things[1] and kept != other:  # one row of a table has both keys already
            before = str(things[0]).rpartition("/")[0] + "/" + other
            found.triples.append((URIRef(before), DCTERMS.isReplacedBy, things[0]))
            continue
        if decision in vocabulary.matches:
            found.triples.append((things[0], URIRef(vocabulary.matches[decision]), things[1]))
        elif kind == "same":
            fits = kept != other and vocabulary.keys[kept].class_iri == vocabulary.keys[other].class_iri
            if not fits or kept in pairs or other in pairs:
                problems.append(Problem(record.place, Text("identity-unfit", {"kept": kept, "other": other})))
                continue
            pairs[other] = kept
            found.merged[other] = str(things[1])
            found.triples.append((things[1], DCTERMS.isReplacedBy, things[0]))
    for other, kept in pairs.items():
        if kept in pairs:
            place = next(r.place for r in records if str(r.objects(vocab.NQ.otherKey)[0]) == other)
            problems.append(Problem(place, Text("identity-unfit", {"kept": kept, "other": other})))
    for other, kept in pairs.items():
        vocabulary.keys[other] = vocabulary.keys[kept]
    # The matches were noted under the IRIs of the time; move them to the kept things.
    moved = {old: vocabulary.keys[key].iri for key, old in found.merged.items()}
    found.triples = [
        t if t[1] == DCTERMS.isReplacedBy else tuple(URIRef(moved.get(str(n), str(n))) for n in t)  # type: ignore[misc]
        for t in found.triples
    ]
    return found
