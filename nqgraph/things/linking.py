"""Links from our things to the vocabularies of others: what can be the same, and how that is said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from types import MappingProxyType

from nqgraph.graph import pairing
from nqgraph.graph.matching import EXACT, Candidate, Entry, Index, folded_code
from nqgraph.graph.naming import abbreviations_in, initials_in
from nqgraph.sources.sssom import LEXICAL, Row
from nqgraph.things.entities import SAME_AS, Entities
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import near, text

#: Score from which on a pair is suggested, and how many are for one thing.
LEAST, MOST = 75.0, 3
#: Points that others may be behind the best to be suggested beside it.
BEHIND = 12.0
#: What a reviewer decides → predicate, of concepts and of all else; the first is what is suggested.
CONCEPTS = {
    "close": vocab.SKOS.closeMatch,
    "exact": vocab.SKOS.exactMatch,
    "broader": vocab.SKOS.broadMatch,
    "narrower": vocab.SKOS.narrowMatch,
}
THINGS = {
    "close": vocab.NQ.resembles,
    "exact": vocab.SCHEMA.sameAs,
    "broader": vocab.DCTERMS.isPartOf,
    "narrower": vocab.DCTERMS.hasPart,
}


@dataclass(frozen=True)
class Suggestion:
    """A pair that can be the same, and why."""

    ours: Entry
    found: Candidate
    #: The name of ours that agrees best.
    name: str
    #: Codes that both have.
    codes: tuple[str, ...]
    #: Probability that they are the same, by the model that found them; None if none did.
    likely: float | None = None


def chosen(entities: Entities, kind: str = "") -> tuple[list[Entry], bool]:
    """
    The things of *kind* by their IRIs, or all of them; and whether they are the concepts of a list.

    Raises:
        QueryError: There is no such kind and no such list.
    """
    facts = entities.facts
    known = entities.kind(kind) if kind else None
    scheme = facts.iris.scheme(kind) if kind else ""
    if kind and known is None and scheme in entities.collection.concepts:
        return [_concept(entities, iri) for iri in entities.collection.concepts[scheme]], True
    if kind and known is None:
        raise QueryError.of("link-kind", name=kind, hint=near(kind, entities.kinds))
    wanted = {known.id} if known else {k.id for k in entities.kinds.values() if k.shape.role == "thing"}
    found = []
    for iri, name in sorted(entities.ids.items()):
        shape = facts.shape_of[iri]
        if shape.segment in wanted:
            entry = entities.entry(iri)
            codes = entry.codes - {iri, name, facts.key(iri)}
            found.append(Entry(iri, entry.names, entry.types, codes, (*entry.described, *shape.label.values())))
    return found, False


def _concept(entities: Entities, iri: str) -> Entry:
    facts = entities.facts
    names = [*facts.label(iri).values(), *(v.text for v in facts.values(iri, vocab.SKOS.altLabel))]
    codes = {v.text for path in SAME_AS for v in facts.values(iri, path)}
    return Entry(iri, tuple(dict.fromkeys(names)), codes=frozenset(codes))


def linked(entities: Entities, entries: Iterable[Entry]) -> set[tuple[str, str]]:
    """The pairs of *entries* and addresses elsewhere that the graph knows already."""
    paths = {*CONCEPTS.values(), *THINGS.values(), *SAME_AS}
    return {
        (entry.id, value.text)
        for entry in entries
        for path in paths
        for value in entities.facts.values(entry.id, path)
        if value.is_iri
    }


def narrowed(ours: Sequence[Entry], theirs: Iterator[Entry], engine: str = "") -> pairing.Found:
    """
    What of *theirs* is compared closely with *ours*: all of a short list, of a long one what splink finds.

    Args:
        engine: One of :data:`nqgraph.graph.pairing.ENGINES`; for a long list DuckDB where it is there, if empty.
    Raises:
        QueryError: What the engine needs is not here.
    """
    first = list(islice(theirs, pairing.LONG_LIST + 1))
    if not engine and len(first) > pairing.LONG_LIST and not pairing.missing("duckdb"):
        engine = "duckdb"
    if engine in ("", "rapidfuzz"):
        first.extend(theirs)
        return pairing.Found(first, {}, len(first))
    return pairing.find(ours, chain(first, theirs), engine)


def suggest(
    ours: Sequence[Entry],
    theirs: Sequence[Entry],
    *,
    without: Collection[tuple[str, str]] = (),
    likely: Mapping[tuple[str, str], float] = MappingProxyType({}),
    spelled: Mapping[str, str] = MappingProxyType({}),
    least: float = LEAST,
    most: int = MOST,
) -> list[Suggestion]:
    """
    The pairs of *ours* and *theirs* that can be the same, by names and codes; the best of each of ours first.

    Args:
        without: Pairs that are known already, or rejected.
        likely: Pair → probability, where a model has found *theirs* in a longer list.
        spelled: Abbreviation → what it stands for, beside those that *ours* and *theirs* explain.
    """
    said = abbreviations_in(entry.names for entry in (*theirs, *ours))
    known = {**initials_in(entry.names for entry in ours), **spelled, **said}
    index = Index(theirs, known)
    found: list[Suggestion] = []
    for entry in ours:
        best: dict[str, tuple[Candidate, str]] = {}
        for text_ in (*entry.names, *sorted(entry.codes)):
            is_name = text_ in entry.names
            for candidate in index.find(text_, described=entry.described) if is_name else _coded(index, text_):
                before = best.get(candidate.entry.id)
                if before is None or candidate.score > before[0].score:
                    best[candidate.entry.id] = candidate, text_ if is_name else ""
        ranked = sorted(best.values(), key=lambda pair: (-pair[0].score, pair[0].entry.id))
        near_best = [(c, n) for c, n in ranked if c.score >= max(least, ranked[0][0].score - BEHIND)]
        for candidate, name in [p for p in near_best if (entry.id, p[0].entry.id) not in without][:most]:
            pair = entry.id, candidate.entry.id
            found.append(Suggestion(entry, candidate, name, _shared(entry, candidate.entry), likely.get(pair)))
    return found


def _coded(index: Index, code: str) -> list[Candidate]:
    return [Candidate(entry, EXACT, code=True) for entry in index.by_code(code)]


def _shared(ours: Entry, theirs: Entry) -> tuple[str, ...]:
    known = {folded_code(code) for code in theirs.codes}
    return tuple(sorted(code for code in ours.codes if folded_code(code) in known))


def rows(found: Iterable[Suggestion], *, concepts: bool, tool: str, day: str, lang: str) -> list[Row]:
    """*found* as mappings that nobody has looked at: near, never the same."""
    predicate = (CONCEPTS if concepts else THINGS)["close"]
    made = []
    for one in found:
        said = [text("link-score", lang, score=f"{one.found.score:g}")]
        if one.found.name:
            said.append(text("link-names", lang, ours=one.name, theirs=one.found.name))
        if one.codes:
            said.append(text("link-codes", lang, codes=", ".join(one.codes)))
        if one.likely is not None:
            said.append(text("link-likely", lang, share=f"{one.likely:.2f}"))
        made.append(
            Row(
                one.ours.id,
                predicate,
                one.found.entry.id,
                LEXICAL,
                subject_label=one.ours.names[0],
                object_label=one.found.entry.names[0],
                confidence=f"{min(one.found.score, 99) / 100:.2f}",  # what nobody has looked at is not certain
                author_label=tool,
                mapping_date=day,
                match_string=one.found.name,
                comment=" ".join(said),
            )
        )
    return made
