"""What the page of a thing says: its relations as the shapes order them, its figures, and why each statement stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from nqgraph.model.shapes import NodeShape, PropertyShape
from nqgraph.things.facts import Facts, Value
from nqgraph.things.language import InEvery, Labels, moment, number, same
from nqgraph.words import collation, vocab
from nqgraph.words.texts import in_language, text

#: Properties that the head of a page shows, or that say how a thing is stored.
_HEAD = frozenset(
    {
        vocab.DCTERMS.identifier,
        vocab.DCTERMS.title,
        vocab.DCTERMS.language,
        vocab.DCTERMS.description,
        vocab.SKOS.prefLabel,
        vocab.SKOS.altLabel,
        vocab.SKOS.note,
    }
)
#: Properties of the part about evidence, which the dossier shows in its own form.
_EVIDENCE = frozenset({vocab.DCTERMS.source, vocab.NQ.confidence, vocab.NQ.caveat})
#: Up to this many rows stand without headings.
_FEW = 6
#: What points at a thing without being about it.
_NO_INVERSE = frozenset({vocab.RDF.subject, vocab.RDF.object})


@dataclass(frozen=True)
class Item:
    """One value of a property."""

    value: Value
    #: A text in the languages it exists in.
    texts: Labels | None = None
    inferred: bool = False
    #: Number of the chain in :attr:`Dossier.chains` that says why the statement stands.
    chain: int = 0
    #: The claim, where it has reasons of its own or its chain is on another page.
    claim: Claim | None = None
    #: Whether the value is the subject of the statement, and the page its object.
    inverse: bool = False
    #: Of what points at a thing: concepts that say how.
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A property with its values, or with the reason why it has none."""

    name: Labels
    items: list[Item]
    #: ``not-documented`` or ``not-applicable``.
    absent: str = ""
    #: How many values there are, also where not all are told.
    count: int = 0
    #: Of what points at a thing: concepts that none of it has.
    unstated: tuple[str, ...] = ()

    def reasoned_in(self, things: Collection[str]) -> bool:
        """Whether all that it names are claims with reasons about these *things*, of which tables say more."""
        told = all(item.claim and item.claim.iri and item.value.text in things for item in self.items)
        return bool(self.items) and told and not self.unstated


@dataclass(frozen=True)
class Part:
    """A part of a dossier with a heading."""

    title: Labels
    rows: list[Row]


@dataclass(frozen=True)
class Claim:
    """Who says something, on what, and how surely."""

    status: str
    classifier: str
    confidence: str
    grade: str
    sources: tuple[str, ...]
    #: Places in the sources, in all languages.
    locators: tuple[Value, ...]
    caveats: tuple[Value, ...]
    disputed_by: tuple[str, ...]
    #: IRI where the claim says something of its own, "" where it only repeats what its row says.
    iri: str = ""

    @property
    def anchor(self) -> str:
        """What the claim is called on the page of its subject: ``answers.h-ind-betreuung``."""
        return vocab.local_name(self.iri).partition(".")[2]

    @property
    def disputed(self) -> bool:
        """Whether somebody disputes the statement."""
        return bool(self.disputed_by) or vocab.local_name(self.status) == "disputed"


@dataclass(frozen=True)
class Reason:
    """What a claim says of its own: by what means it holds, what is known of the effect, and where that stands."""

    texts: list[Labels]
    finding: str
    finding_texts: list[Labels]
    #: Source and where in it, in the reader's language.
    places: list[tuple[str, str]]
    seen: str
    second_hand: bool
    notes: list[Labels]


@dataclass
class Chain:
    """A claim with all statements of a thing that rest on it."""

    number: int
    claim: Claim
    statements: list[tuple[Labels, Value]] = field(default_factory=list)

    @property
    def by_property(self) -> list[tuple[Labels, list[Value]]]:
        """The statements, those of one property together."""
        found: list[tuple[Labels, list[Value]]] = []
        for name, value in self.statements:
            if found and found[-1][0] == name:
                found[-1][1].append(value)
            else:
                found.append((name, [value]))
        return found


@dataclass(frozen=True)
class Figure:
    """A measured value as readers see it."""

    iri: str
    #: What is measured; "" where none fits.
    indicator: str
    #: What the figure means, in a sentence.
    description: Labels
    #: What and whom it is about: the thing measured, and the reference groups.
    about: tuple[str, ...]
    value: Labels
    #: The value as the source puts it, where a number is read from it.
    wording: Labels
    kind: str
    period: Labels
    regions: tuple[str, ...]
    sources: tuple[str, ...]
    caveats: list[Labels]
    #: What it is counted in; "" where nobody says so.
    unit: str = ""

    def basis(self, thing: str) -> tuple[str, tuple[str, ...]]:
        """Unit and reference groups: without the same ones the figure of *thing* compares with no other."""
        return self.unit, tuple(sorted(set(self.about) - {thing}))


@dataclass
class Dossier:
    """The page of a thing."""

    iri: str
    shape: NodeShape
    label: Labels
    lead: Labels
    others: list[Labels]
    notes: list[Labels]
    parts: list[Part]
    figures: list[Figure]
    inverse: list[Row]
    chains: list[Chain]
    sources: list[str]
    caveats: list[Labels]
    confidence: str
    datasets: list[str]

    @property
    def shown_parts(self) -> list[tuple[Labels, list[Row]]]:
        """Headings with rows; a few rows need no headings."""
        if sum(len(part.rows) for part in self.parts) > _FEW:
            return [(part.title, part.rows) for part in self.parts]
        return [({}, [row for part in self.parts for row in part.rows])] if self.parts else []

    @property
    def disputed(self) -> bool:
        """Whether any statement is disputed."""
        return any(chain.claim.disputed for chain in self.chains)


def dossier(facts: Facts, iri: str, lang: str, shown: slice = slice(None)) -> Dossier:
    """
    All that *facts* say about the thing *iri*.

    Args:
        lang: Language that values are sorted in.
        shown: Of which things that point at it by one property more is said than that they are there.
    """
    shape = facts.shape_of[iri]
    chains: dict[Claim, Chain] = {}
    groups: dict[str, Labels] = {**facts.schema.groups, "": {}}  # what no group has stands at the end
    parts = [
        Part(title, rows)
        for group, title in groups.items()
        if (rows := list(_rows(facts, iri, shape, group, chains, lang)))
    ]
    observed, inverse = _inverse(facts, iri, lang, shown)
    figures = [figure(facts, observation) for observation in observed]
    if shape.figure:
        figures = [figure(facts, iri)]
    names = sorted(facts.values(iri, vocab.SKOS.altLabel), key=lambda v: collation.key(v.text, lang))
    named = (*facts.values(iri, vocab.RDF.type), *facts.values(iri, vocab.DCTERMS.identifier))
    datasets = sorted({v.graph for v in named} - facts.iris.own_graphs - {""})
    return Dossier(
        iri=iri,
        shape=shape,
        label=facts.label(iri),
        lead=facts.texts(iri, vocab.DCTERMS.description),
        others=[v.labels for v in names if v.lang in (None, "", lang)],
        notes=_by_language(facts.values(iri, vocab.SKOS.note)),
        parts=parts,
        figures=figures,
        inverse=inverse,
        chains=list(chains.values()),
        sources=facts.sorted({v.text for v in facts.values(iri, vocab.DCTERMS.source)}, lang),
        caveats=_by_language(facts.values(iri, vocab.NQ.caveat)),
        confidence=facts.first(iri, vocab.NQ.confidence),
        datasets=datasets,
    )


def _rows(facts: Facts, iri: str, shape: NodeShape, group: str, chains: dict[Claim, Chain], lang: str) -> Iterator[Row]:
    marked = {
        v.text: mark
        for mark, path in (("not-documented", vocab.NQ.notDocumented), ("not-applicable", vocab.NQ.notApplicable))
        for v in facts.values(iri, path)
    }
    repeated = _repeated(facts, iri, shape)
    for prop in shape.properties:
        if (prop.group if prop.group in facts.schema.groups else "") != group or prop.path in _HEAD | _EVIDENCE:
            continue
        if prop.path in repeated:
            continue
        values = [v for v in facts.values(iri, prop.path) if v.text != iri]
        if values and prop.is_text:
            yield Row(prop.name, [Item(values[0], texts) for texts in _by_language(values)])
        elif values:
            yield Row(prop.name, [_item(facts, iri, prop, value, chains) for value in _ordered(facts, values, lang)])
        elif prop.path in marked:
            yield Row(prop.name, [], marked[prop.path])


def _repeated(facts: Facts, iri: str, shape: NodeShape) -> set[str]:
    """Properties whose values another one gives in the words of the source, or that say what goes without saying."""
    found = {prop.path for prop in shape.figure.values()}
    for prop in shape.properties:
        values = {v.text for v in facts.values(iri, prop.path)}
        if (
            (prop.shown_by and facts.values(iri, prop.shown_by))
            or (prop.shown_only_for and prop.shown_only_for not in values)
            or (prop.same_as_label_of and values & set(facts.label(facts.first(iri, prop.same_as_label_of)).values()))
        ):
            found.add(prop.path)
    return found


def _ordered(facts: Facts, values: list[Value], lang: str) -> list[Value]:
    """Said before inferred, things by name, texts in one language only if they say the same in both."""
    seen: dict[str, Value] = {}
    for value in values:
        if value.text not in seen or seen[value.text].inferred:
            seen[value.text] = value
    return sorted(seen.values(), key=lambda v: (v.inferred, facts.sort_key(v.text, lang) if v.is_iri else "", v.text))


def _item(facts: Facts, iri: str, prop: PropertyShape, value: Value, chains: dict[Claim, Chain]) -> Item:
    number_ = 0
    for name in facts.claims(iri, prop.path, value.text)[:1]:
        claim = claim_of(facts, name)
        if claim.iri:
            return Item(value, inferred=value.inferred, claim=claim)
        chain = chains.setdefault(claim, Chain(len(chains) + 1, claim))
        chain.statements.append((prop.name, value))
        number_ = chain.number
    return Item(value, inferred=value.inferred, chain=number_)


def claim_of(facts: Facts, iri: str) -> Claim:
    """The claim *iri* as a value."""
    return Claim(
        status=facts.first(iri, vocab.NQ.claimStatus),
        classifier=facts.first(iri, vocab.NQ.classifiedBy),
        confidence=facts.first(iri, vocab.NQ.confidence),
        grade=facts.first(iri, vocab.NQ.evidenceGrade),
        sources=tuple(sorted(v.text for v in facts.values(iri, vocab.DCTERMS.source))),
        locators=tuple(sorted(facts.values(iri, vocab.NQ.locator), key=lambda v: (v.lang or "", v.text))),
        caveats=tuple(sorted(facts.values(iri, vocab.NQ.caveat), key=lambda v: (v.lang or "", v.text))),
        disputed_by=tuple(sorted(v.text for v in facts.values(iri, vocab.NQ.disputedBy))),
        iri=iri if facts.values(iri, vocab.NQ.finding) else "",
    )


def reason(facts: Facts, claim: Claim, lang: str) -> Reason:
    """What *claim* says of its own, with the place in each source in *lang* as far as it is known."""
    said = [v for v in claim.locators if v.lang == lang] or list(claim.locators)
    keys = {facts.key(source): source for source in claim.sources}
    keys |= {v.text: source for source in claim.sources for v in facts.values(source, vocab.DCTERMS.identifier)}
    places = dict.fromkeys(claim.sources, "")
    for value in said:
        key, _, place = value.text.partition(": ")
        source = keys.get(key) or next(iter(claim.sources), "")
        places[source] = "; ".join(filter(None, (places.get(source, ""), place if key in keys else value.text)))
    return Reason(
        texts=_by_language(facts.values(claim.iri, vocab.NQ.reason)),
        finding=facts.first(claim.iri, vocab.NQ.finding),
        finding_texts=_by_language(facts.values(claim.iri, vocab.NQ.findingText)),
        places=[(source, places[source]) for source in facts.sorted(places, lang) if source],
        seen=facts.first(claim.iri, vocab.NQ.seenExtent),
        second_hand=facts.first(claim.iri, vocab.NQ.secondHand) == "true",
        notes=_by_language([*facts.values(claim.iri, vocab.SKOS.note), *claim.caveats]),
    )


def _inverse(facts: Facts, iri: str, lang: str, shown: slice) -> tuple[list[str], list[Row]]:
    """Observations about a thing, and what else points at it by property."""
    found: dict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    observed = set()
    said = {subject for subject, _, inferred in facts.pointing(iri) if not inferred}
    for subject, predicate, inferred in facts.pointing(iri):
        shape = facts.shape_of.get(subject)
        if (
            shape is None
            or predicate in _NO_INVERSE
            or subject == iri
            or (inferred and (predicate not in facts.shown_inferred or subject in said))
        ):
            continue
        if (about := shape.figure.get("about")) and predicate == about.path:
            observed.add(subject)
            continue
        known = found[shape.target_class, predicate]
        known[subject] = inferred and known.get(subject, True)
    stated = {
        (shape.target_class, prop.path): prop.inverse_states
        for shape in facts.schema.node_shapes
        for prop in shape.properties
        if prop.inverse_states and facts.shape_of[iri].target_class in prop.classes
    }
    rows: list[tuple[tuple[bool, str, int, str], Row]] = []
    for (class_iri, predicate), subjects in {**{key: {} for key in stated}, **found}.items():
        shape = facts.schema.for_class(class_iri)
        assert shape is not None
        prop = shape.property_for(predicate)
        given: Labels = prop.inverse_name if prop else facts.texts(predicate, vocab.NQ.inverseName)
        title = _inverse_name(shape, prop.name if prop else facts.label(predicate), given)
        told = stated.get((class_iri, predicate), "")
        items = [
            Item(
                Value(subject, None, "", ""),
                inferred=subjects[subject],
                claim=_claim(facts, subject, predicate, iri),
                inverse=True,
                states=tuple(value.text for value in facts.values(subject, told)) if told else (),
            )
            for subject in facts.sorted(subjects, lang)[shown]
        ]
        unstated = _unstated(facts, shape, told, subjects, lang) if told else ()
        place = shape.properties.index(prop) if prop else len(shape.properties)
        kind, name = (vocab.slug(in_language(labels, lang)) for labels in (shape.label, title))
        row = Row(title, items, count=len(subjects), unstated=unstated)
        rows.append(((not any(item.claim for item in items), kind, place, name), row))

    def order(observation: str) -> tuple[str, str, str]:
        parts = facts.shape_of[observation].figure
        indicator, start = (
            facts.first(observation, parts[p].path) if p in parts else "" for p in ("indicator", "start")
        )
        return facts.sort_key(indicator, lang), start, observation

    return sorted(observed, key=order), [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _unstated(facts: Facts, shape: NodeShape, path: str, subjects: Iterable[str], lang: str) -> tuple[str, ...]:
    """Concepts that the property *path* of *shape* can have and has for none of *subjects*."""
    prop = shape.property_for(path)
    used = {value.text for subject in subjects for value in facts.values(subject, path)}
    listed = facts.concepts(prop.scheme) if prop else ()
    return tuple(facts.sorted(set(listed) - used, lang))


def _inverse_name(shape: NodeShape, name: Labels, given: Labels) -> Labels:
    """Heading for the things of *shape* that point here: as the shapes call it, else “Projects (steered by)”."""
    kind = shape.label
    if given:
        return {lang: label.replace("{kind}", in_language(kind, lang)) for lang, label in given.items()}
    return InEvery(lambda lang: f"{in_language(kind, lang)} ({in_language(name, lang)})")


def _claim(facts: Facts, subject: str, predicate: str, value: str) -> Claim | None:
    names = facts.claims(subject, predicate, value)
    return claim_of(facts, names[0]) if names else None


def figure(facts: Facts, iri: str) -> Figure:
    """The figure *iri*, from the parts that its shape names: “rund 216.069 von 400.174 Personen”."""
    parts = {part: prop.path for part, prop in facts.shape_of[iri].figure.items()}

    def first(part: str) -> str:
        return facts.first(iri, parts[part]) if part in parts else ""

    def all_of(part: str) -> list[Value]:
        return facts.values(iri, parts[part]) if part in parts else []

    value, said = first("value"), all_of("wording")
    wording: Labels = texts(said) if said else {}
    worded = all_of("period")
    bounds = [moment(v.text) for part in ("start", "end") for v in all_of(part)]
    period: Labels = texts(worded) if worded else {}
    if bounds and not worded:
        period = InEvery(lambda lang: " – ".join(dict.fromkeys(end[lang] for end in bounds)))
    amount = InEvery(lambda lang: _amount(facts, first, lang))
    return Figure(
        iri=iri,
        indicator=first("indicator"),
        description=facts.texts(iri, vocab.DCTERMS.description),
        about=tuple(facts.sorted({v.text for v in all_of("about")}, facts.workspace.language)),
        value=amount if value else wording,
        wording=wording if value else {},
        kind=first("kind"),
        period=period,
        regions=tuple(v.text for v in all_of("place")),
        sources=tuple(v.text for v in facts.values(iri, vocab.DCTERMS.source)),
        caveats=_by_language([*facts.values(iri, vocab.NQ.caveat), *facts.values(iri, vocab.SKOS.note)]),
        unit=first("unit"),
    )


def _amount(facts: Facts, first: Callable[[str], str], lang: str) -> str:
    unit, precision, upper, total = (first(part) for part in ("unit", "precision", "upper", "total"))
    unsaid = not precision or facts.first(precision, vocab.NQ.unsaid) == "true"
    words = [] if unsaid else [facts.name(precision, lang)]
    words.append(number(first("value"))[lang] + (f"–{number(upper)[lang]}" if upper else ""))
    words += [text("page-out-of", lang, facts.workspace.messages), number(total)[lang]] if total else []
    if unit and not (total and facts.first(unit, vocab.NQ.impliedByTotal) == "true"):
        words.append(facts.first(unit, vocab.NQ.unitSign) or facts.name(unit, lang))
    return " ".join(words)


def texts(values: list[Value]) -> Labels:
    """The first of *values* in each language; the same in all where it has none."""
    return {v.lang: v.text for v in reversed(values) if v.lang} or same(values[0].text)


def _by_language(values: list[Value]) -> list[Labels]:
    """Texts; one of each language together where each language has as many, so that readers see theirs alone."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for value in values:
        by_language[value.lang or ""].append(value.text)
    if len({len(texts) for texts in by_language.values()}) == 1:
        return [dict(zip(by_language, texts, strict=True)) for texts in zip(*by_language.values(), strict=True)]
    return [{lang: one} for lang, texts in sorted(by_language.items()) for one in texts]


def called(facts: Facts, path: str) -> Labels:
    """What the shapes call a property of claims."""
    shape = facts.schema.for_class(vocab.NQ.Claim)
    prop = shape.property_for(path) if shape else None
    return prop.name if prop else facts.label(path)


def standing(facts: Facts, claim: Claim) -> Labels:
    """How a claim made elsewhere stands, in a few words: “classified · B: results evaluated”."""
    return InEvery(lambda lang: " · ".join(facts.name(iri, lang) for iri in (claim.status, claim.grade) if iri))


def reasoned(facts: Facts, claim: Claim) -> Labels:
    """Who says a claim and how surely: “classified (editors) · confidence: high · evidence grade B: competent body”."""

    def words(lang: str) -> str:
        name, said = partial(facts.name, lang=lang), facts.workspace.messages
        found = [name(claim.status) + (f" ({name(claim.classifier)})" if claim.classifier else "")]
        found += [f"{text('page-confidence', lang, said)}: {name(claim.confidence)}"] if claim.confidence else []
        found += [f"{text('page-grade', lang, said)} {name(claim.grade)}"] if claim.grade else []
        return " · ".join(found)

    return InEvery(words)
