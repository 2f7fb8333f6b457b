"""Turns the content of a cell into RDF terms, as its property shape says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from nqgraph.graph.names import best_name
from nqgraph.graph.store import iri_is_valid
from nqgraph.model.shapes import PropertyShape
from nqgraph.sources.sheets import Cell
from nqgraph.sources.shown import Shown, general
from nqgraph.words import vocab
from nqgraph.words.texts import LANGUAGES, Labels, Listed, Text, near
from nqgraph.words.workspace import Workspace

#: What people write where they looked and found nothing; all of them look like a dash.
NOT_DOCUMENTED = frozenset("-–—‐‑‒―−")
#: What people write where a property makes no sense.
NOT_APPLICABLE = frozenset({"entfällt", "n/a", "not applicable"})

#: What says neither that somebody looked nor what was found.
PLACEHOLDERS = frozenset({
    "--", "---", "?", "??", "k. a.", "k.a.", "ka", "keine angabe", "keine angaben", "keine", "unbekannt", "unklar",
    "null", "none", "nan", "n.n.", "n. n.", "x", "tbd", "todo", "...", "…", "na", "n.a.", "n. a.", "unknown", "nichts",
    "nicht bekannt", "siehe oben", "s. o.", "s.o.", "dito", "dto.", '"', "”", "“", "„", "offen", "folgt", "fehlt",
    "nicht vorhanden", "not known", "ditto", "see above", "open", "missing", "-/-", "./.", "xx", "xxx", "siehe unten",
    "s. u.", "s.u.", "wie oben", "wie vor", "wie vor.", "siehe anlage", "s. anlage", "s. anl.", "see below", "as above",
})  # fmt: skip
#: Words for powers of ten behind a number.
_POWERS = {"tsd": 3, "tausend": 3, "t€": 3, "mio": 6, "million": 6, "millionen": 6, "mrd": 9, "milliarden": 9}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jan january jänner", "februar feb february", "märz mär mrz march maerz", "april apr",
            "mai may", "juni jun june", "juli jul july", "august aug", "september sep sept",
            "oktober okt october oct", "november nov", "dezember dez december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

#: Digits before and behind the comma that a decimal number holds in every store.
_DIGITS = 18
#: Marks of languages before a text.
_TONGUES = re.compile(r"(?:^|(?<=[\s/|(;.,]))(de|en|deutsch|english|englisch|german)\s*:", re.IGNORECASE)
_TRUE = frozenset({"ja", "yes", "wahr", "true"})
_FALSE = frozenset({"nein", "no", "falsch", "false"})


class CellError(Exception):
    """A cell does not say what its property shape wants."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.text = Text(code, dict(values))


@dataclass(frozen=True, slots=True)
class Thing:
    """What a key stands for."""

    iri: str
    class_iri: str


@dataclass
class Vocabulary:
    """What cells can name: the keys of all tables, the entries of concept schemes, classes and properties."""

    iris: vocab.Iris = field(default_factory=vocab.Iris)
    #: Language of texts in columns that name none.
    language: str = LANGUAGES[0]
    keys: dict[str, Thing] = field(default_factory=dict)
    #: Name of a thing in lower case → its key, for those who write the name where the key belongs.
    called: dict[str, str] = field(default_factory=dict)
    #: Scheme IRI → notation or label in lower case → concept IRI.
    concepts: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Scheme IRI → labels, for messages.
    entries: dict[str, list[Labels]] = field(default_factory=dict)
    #: Concept, class or property → labels.
    names: dict[str, Labels] = field(default_factory=dict)
    #: Local name or label in lower case → IRI of a class or property.
    terms: dict[str, str] = field(default_factory=dict)
    #: Class → its superclasses, itself included.
    superclasses: dict[str, frozenset[str]] = field(default_factory=dict)
    #: Schemes that are meant where a column takes entries of any.
    preferred: frozenset[str] = frozenset()
    #: Status of a claim → who draws it.
    classifiers: dict[str, str] = field(default_factory=dict)
    #: Statuses whose claims are less certain than their row, and what each confidence becomes then.
    lowering: frozenset[str] = frozenset()
    lowered: dict[str, str] = field(default_factory=dict)
    #: Unit → sign that stands for it behind a number.
    signs: dict[str, str] = field(default_factory=dict)
    #: Keys, as :func:`nqgraph.words.vocab.slug` has them, of rows that are refused: what names them is no fault of its
    #: own.
    refused: set[str] = field(default_factory=set)
    #: Decision on identity → property between the two things.
    matches: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, ontology: Graph, workspace: Workspace) -> Vocabulary:
        """The vocabulary of an *ontology* with its concept schemes; keys are added later."""
        vocabulary = cls(workspace.iris, workspace.language)
        for concept, scheme in sorted(ontology.subject_objects(SKOS.inScheme), key=str):
            names = vocabulary.concepts.setdefault(str(scheme), {})
            for predicate in (SKOS.notation, SKOS.prefLabel, SKOS.altLabel):
                for label in ontology.objects(concept, predicate):
                    names.setdefault(str(label).casefold(), str(concept))
            vocabulary.names[str(concept)] = _labels(ontology, concept)
            vocabulary.entries.setdefault(str(scheme), []).append(vocabulary.names[str(concept)])
        for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty):
            for term in sorted(ontology.subjects(RDF.type, kind), key=str):
                if isinstance(term, URIRef):
                    labels = vocabulary.names[str(term)] = _labels(ontology, term)
                    for name in (vocab.local_name(term), *labels.values()):
                        vocabulary.terms.setdefault(name.casefold(), str(term))
                if kind == OWL.Class:
                    above = frozenset(str(c) for c in ontology.transitive_objects(term, RDFS.subClassOf))
                    vocabulary.superclasses[str(term)] = above
        for found, relation in (
            (vocabulary.classifiers, vocab.NQ.impliesClassifier),
            (vocabulary.lowered, vocab.NQ.lowersTo),
            (vocabulary.matches, vocab.NQ.impliesMatch),
            (vocabulary.signs, vocab.NQ.unitSign),
        ):
            found |= {str(s): str(o) for s, o in ontology.subject_objects(URIRef(relation))}
        lowering = ontology.subject_objects(URIRef(vocab.NQ.lowersConfidence))
        vocabulary.lowering = frozenset(str(status) for status, lowers in lowering if str(lowers) == "true")
        return vocabulary

    def name_class(self, class_iri: str, *labels: Labels) -> None:
        """Let cells name the class *class_iri* by *labels*; the first are shown in messages."""
        for label in labels:
            for name in label.values():
                self.terms.setdefault(name.casefold(), class_iri)
        if not self.names.get(class_iri):
            self.names[class_iri] = labels[0]

    def name(self, iri: str) -> Labels | str:
        """What messages call a term."""
        return self.names.get(iri) or vocab.shrink(iri)

    def thing(self, key: str, classes: Iterable[str]) -> URIRef:
        """
        IRI of the thing called *key*.

        Raises:
            CellError: No table has the key, or only a table of another class.
        """
        found = self.keys.get(key)
        wanted = set(classes)
        if found is None:
            if vocab.slug(key) in self.refused:
                raise CellError("key-refused", key=key)
            if better := _better_listed(key, self.keys, blanks=True):
                raise CellError("comma-for-semicolon", value=key, better=better)
            fitting = [known for known, thing in self.keys.items() if self._fits(thing, wanted)]
            folded = {known.casefold(): known for known in fitting}
            named = self.called.get(key.casefold(), "")
            within = [folded[part] for part in re.split(r"[\s,()\[\]]+", key.casefold()) if part in folded]
            better = folded.get(key.casefold()) or (named if named in fitting else "")
            better = better or (within[0] if len(within) == 1 else "")
            if better:
                raise CellError("unknown-key", key=key, hint=Text("did-you-mean", {"name": better}))
            raise CellError("unknown-key", key=key, hint=near(key, fitting))
        if not self._fits(found, wanted):
            raise CellError("key-of-other-class", key=key, found=self.name(found.class_iri))
        return URIRef(found.iri)

    def _fits(self, thing: Thing, wanted: set[str]) -> bool:
        return not wanted or not wanted.isdisjoint(
            self.superclasses.get(thing.class_iri, frozenset()) | {thing.class_iri}
        )

    def entry(self, name: str) -> URIRef | None:
        """
        IRI of the entry *name* (notation, label or IRI, in full or with a prefix) of any scheme, the preferred first.

        Raises:
            CellError: Several schemes have the name, and not just one of them is preferred.
        """
        named = {scheme: names[name.casefold()] for scheme, names in self.concepts.items() if name.casefold() in names}
        known = {concept for names in self.concepts.values() for concept in names.values()}
        found = {iri for scheme, iri in named.items() if scheme in self.preferred} or set(named.values())
        found = found or known & {name, self.iris.expand(name) or name}
        if len(found) > 1:
            raise CellError("ambiguous-entry", name=name, entries=", ".join(sorted(map(self.iris.shrink, found))))
        return URIRef(found.pop()) if found else None

    def concept(self, name: str, scheme: str) -> URIRef:
        """
        IRI of the entry *name* (notation or label) of *scheme*.

        Raises:
            CellError: The list has no such entry.
        """
        entries = self.concepts.get(scheme, {})
        found = entries.get(name.casefold())
        if found is None:
            if better := _better_listed(name, entries):
                raise CellError("comma-for-semicolon", value=name, better=better)
            listed = self.entries.get(scheme, [])
            known = [label for labels in listed for label in labels.values()]
            raise CellError("unknown-entry", name=name, entries=Listed(tuple(listed)), hint=near(name, known))
        return URIRef(found)


def _better_listed(cell: str, known: Container[str], *, blanks: bool = False) -> str:
    """What is listed in *cell* with other signs or words between than semicolons; empty if nothing is."""
    for parting in (",", r"[,/|+&•·]|\s(?:und|and|sowie|u\.)\s", r"[,/|+&•·\s]+"[: None if blanks else 0]):
        parts = [part.strip() for part in re.split(parting, cell) if part.strip()] if parting else []
        enough = all if r"\s]" in parting else any  # what a blank parts may be a remark
        if len(parts) > 1 and enough(part in known or part.casefold() in known for part in parts):
            return "; ".join(parts)
    return ""


def _labels(ontology: Graph, term: Node) -> Labels:
    def texts(path: str) -> Labels:
        found = (label for label in ontology.objects(term, URIRef(path)) if isinstance(label, Literal))
        return {label.language or LANGUAGES[0]: str(label) for label in sorted(found, key=str, reverse=True)}

    return best_name(texts)


def read(cell: Cell, shape: PropertyShape, lang: str, vocabulary: Vocabulary, sign: str = "") -> list[Node]:
    """
    The terms in a filled *cell* of the column of *shape*.

    Args:
        lang: Language of the column for texts.
        sign: Sign of the unit that the row names; a figure may have it, too.
    Raises:
        CellError: The content does not fit the shape; the first fault found.
    """
    try:
        return _read(cell, shape, lang, vocabulary, sign)
    except CellError as error:
        if error.text.code == "comma-for-semicolon" and shape.max_count == 1:
            raise CellError("one-alone", **error.text.values) from error
        raise


def _read(cell: Cell, shape: PropertyShape, lang: str, vocabulary: Vocabulary, sign: str) -> list[Node]:
    if shape.is_text:
        return [Literal(text, lang=lang or vocabulary.language) for text in _texts(cell, shape)]
    if shape.is_literal:
        if len(shape.datatypes) == 1 and shape.datatypes[0] == vocab.XSD.string:
            return [Literal(text) for text in _texts(cell, shape)]
        if sign and shape.figure_part and cell.endswith(sign):
            cell = cell.removesuffix(sign).rstrip()
        parts = _split(cell) if shape.max_count != 1 else [cell]
        return [_literal(part, shape.datatypes) for part in parts]
    if shape.scheme:
        return [vocabulary.concept(part, shape.scheme) for part in _split(cell)]
    if shape.values:
        return [_listed(part, shape, vocabulary) for part in _split(cell)]
    if shape.refers_to_things:
        return [_thing_or_concept(part, shape, vocabulary) for part in _split(cell)]
    return [_named(part, shape, vocabulary) for part in re.split(r";\s+|\s*\n\s*", str(cell).strip("; \n")) if part]


def has_two_languages(cell: Cell) -> bool:
    """Whether a text says the same in German and English, each marked as such."""
    marks = {mark.casefold()[:2].replace("ge", "de") for mark in _TONGUES.findall(cell)}
    return {"de", "en"} <= marks


def is_not_applicable(cell: Cell, shape: PropertyShape, vocabulary: Vocabulary) -> bool:
    """Whether a *cell* says that its column makes no sense for the row; an entry of the column's own list says more."""
    name = cell.casefold()
    return name in NOT_APPLICABLE and name not in vocabulary.concepts.get(shape.scheme or "", {})


def _texts(cell: Cell, shape: PropertyShape) -> list[str]:
    """One text; short ones can be listed with semicolons, and where several are allowed a blank line parts them."""
    if shape.single_line:
        return list(_split(cell))
    if shape.unique_language or shape.max_count == 1:
        return [str(cell)]
    return [part.strip() for part in re.split(r"\n\s*\n", str(cell)) if part.strip()]


def _split(cell: Cell) -> list[Cell]:
    parts = [part.strip() for part in re.split(r"[;\n]", cell) if part.strip()]
    return [cell] if parts == [cell] else parts  # what it shows may be a day


def _thing_or_concept(name: str, shape: PropertyShape, vocabulary: Vocabulary) -> Node:
    if vocab.SKOS.Concept in shape.classes and name not in vocabulary.keys:
        found = vocabulary.entry(name)
        if found is not None:
            return found
    return vocabulary.thing(name, shape.classes)


def _listed(name: str, shape: PropertyShape, vocabulary: Vocabulary) -> Node:
    allowed = {str(value): value for value in shape.values}
    for candidate in (name, vocab.expand(name), vocabulary.terms.get(name.casefold())):
        if candidate in allowed:
            return allowed[candidate]
    entries = Listed(tuple(vocabulary.name(value) for value in allowed))
    raise CellError("unknown-entry", name=name, entries=entries, hint=Text("empty"))


def _named(name: str, shape: PropertyShape, vocabulary: Vocabulary) -> Node:
    """A whole IRI; where our own terms lead to anything, also a key of any table, and a relation by prefix or label."""
    if name in vocabulary.keys and (shape.path in vocab.NQ or shape.path in vocab.RDF):
        return URIRef(vocabulary.keys[name].iri)
    term = (vocab.expand(name) or vocabulary.terms.get(name.casefold())) if shape.path == vocab.RDF.predicate else None
    return URIRef(term) if term else _iri(name)


def _iri(text: str) -> Node:
    scheme, colon, rest = text.partition(":")
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]+", scheme) and colon and scheme.lower() != "file"
    hosted = not scheme.lower().startswith("http") or re.match(r"//[^/?#\s]+", rest)
    if not plain or not hosted or not iri_is_valid(text):
        raise CellError("bad-iri", value=text, hint=_better_iri(text))
    return URIRef(text)


def _better_iri(text: str) -> Text:
    """What a faulty address may mean: without brackets around it, or with what begins it."""
    bare = text.strip("<>()[]\"'„“ ")
    if re.fullmatch(r"(?!.*@)([A-Za-z0-9-]+\.)+[A-Za-z]{2,}([/?#]\S*)?", bare):
        bare = f"https://{bare}"
    if bare != text and re.match(r"https?://[^/?#\s]+", bare) and iri_is_valid(bare):
        return Text("did-you-mean", {"name": bare})
    several = re.findall(r"https?://[^\s,;|]+", text)
    return Text("iri-several") if len(several) > 1 else Text("empty")


def _literal(cell: Cell, datatypes: tuple[str, ...]) -> Literal:
    for datatype in datatypes:
        lexical = _READERS.get(datatype, _any_text)(cell)
        if lexical is not None:
            return Literal(lexical, datatype=URIRef(datatype), normalize=False)
    code = {vocab.XSD.decimal: "bad-number", vocab.XSD.integer: "bad-integer", vocab.XSD.date: "bad-date"}
    default = "bad-date" if len(datatypes) > 1 else "bad-literal"
    said = code.get(datatypes[0], default) if len(datatypes) == 1 else default
    if said in ("bad-number", "bad-integer"):
        _say_why(cell)
    if said == "bad-number":
        numbers = [number.rstrip(".,") for number in re.findall(r"[0-9][0-9.,]*", cell)]
        alone = numbers[0] if len(numbers) == 1 else ""
        wordy = alone and alone != cell and _decimal(alone) is not None and re.search(r"[^\d\s.,-]", cell)
        hint = Text("number-alone", {"number": alone}) if wordy else Text("number-like")
        power = next((_POWERS[word] for word in re.findall(r"[^\W\d_]+€?", cell.casefold()) if word in _POWERS), 0)
        if alone and power and (plain := _decimal(alone)):
            hint = Text("number-in-full", {"number": general(Decimal(plain).scaleb(power))})
        elif len(numbers) > 1 and all(_decimal(number) for number in numbers) and not re.search(r"\d['’]\d", cell):
            hint = Text("number-several", {"numbers": ", ".join(numbers)})
        if re.fullmatch(r"[-+−–]?\d+([.,]\d+)?[eE][-+]?\d+", cell):
            hint = Text("number-exponent")
        raise CellError(said, value=str(cell), hint=hint)
    if said == "bad-date":
        raise CellError(said, value=str(cell), hint=_better_date(cell, yearly=vocab.XSD.gYear in datatypes))
    raise CellError(said, value=str(cell))


def _better_date(cell: Cell, *, yearly: bool) -> Text:
    """What to write for a time that is no date: of a span both ends, of words the year, of a month its number."""
    text = cell.casefold()
    years = re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)
    if (span := re.search(r"(?<!\d)((?:19|20)(\d\d))\s*/\s*(\d\d)(?!\d)", text)) and int(span[3]) == int(span[2]) + 1:
        years = [span[1], span[1][:2] + span[3]]
    if len(years) == 2 and years[0] < years[1]:
        return Text("date-span", {"first": years[0], "last": years[1]})
    if re.fullmatch(r"\d{1,2}[./]\d{1,2}[./]\d\d", text):
        return Text("date-short-year")
    if re.fullmatch(r"\d{1,2}\.\s*(\d{1,2}\.?|[^\W\d_]+)", text):
        return Text("date-no-year")
    named = re.fullmatch(r"([^\W\d_]+)\.?\s+(\d{4})", text)
    month = _MONTHS.get(named[1], 0) if named else 0
    number = re.fullmatch(r"(\d{1,2})[./](\d{4})|(\d{4})[-/](\d)", text)
    if number:
        month = int(number[1] or number[4])
    if 1 <= month <= 12 and len(years) == 1 and yearly:
        return Text("date-write", {"date": f"{years[0]}-{month:02}"})
    if len(years) == 1 and yearly and re.search(r"[^\W\d_]", text):
        return Text("date-year", {"year": years[0]})
    return Text("date-like")


def _say_why(cell: Cell) -> None:
    """Of numbers that are fine but for the way a spreadsheet shows them."""
    if isinstance(cell, Shown) and cell.scaled:
        raise CellError("number-scaled", value=str(cell), exact=cell.exact)
    if _decimal(cell, most=10_000) is not None and _decimal(cell) is None:
        raise CellError("number-too-long", value=str(cell), most=_DIGITS)


def _any_text(cell: Cell) -> str | None:
    return str(cell)


def _decimal(cell: Cell, most: int = _DIGITS) -> str | None:
    """German notation: decimal comma, dots or blanks only between groups of three digits (0.234 is no such number)."""
    if isinstance(cell, Shown) and cell.scaled:
        return None
    text = re.sub("^[−–]", "-", cell)
    if not re.fullmatch(r"-?([1-9]\d{0,2}([. \u00a0\u202f])\d{3}(\2\d{3})*|\d+)(,\d+)?", text):
        return None
    if max(map(len, re.sub("[^0-9,]", "", text).split(","))) > most:
        return None
    return _canonical(Decimal(re.sub(r"[. \u00a0\u202f]", "", text).replace(",", ".")))


def _canonical(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _integer(cell: Cell) -> str | None:
    text = _decimal(cell)
    return text if text is not None and "." not in text else None


def _date(cell: Cell) -> str | None:
    text = _iso(cell)
    german = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text)
    if german:
        text = f"{german[3]}-{german[2]:0>2}-{german[1]:0>2}"
    try:
        return dt.date.fromisoformat(text).isoformat() if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def year_as_day(value: Node) -> int:
    """The year that somebody has probably typed into a cell for days, where it became a day of 1905; 0 if not."""
    if not str(value).startswith("1905-") or getattr(value, "datatype", None) != URIRef(vocab.XSD.date):
        return 0
    year = (dt.date.fromisoformat(str(value)) - dt.date(1899, 12, 30)).days
    return year if 1900 < year <= 2100 else 0


def _iso(cell: Cell) -> str:
    """The day that a cell shows, as data are written; else its text."""
    return (cell.iso if isinstance(cell, Shown) else "") or str(cell)


def _year(cell: Cell) -> str | None:
    text = _iso(cell)
    return text if re.fullmatch(r"[12][0-9]{3}", text) else None


def _year_month(cell: Cell) -> str | None:
    text = _iso(cell)
    return text if re.fullmatch(r"[12][0-9]{3}-(0[1-9]|1[0-2])", text) else None


def _boolean(cell: Cell) -> str | None:
    text = str(cell).casefold()
    return "true" if text in _TRUE else "false" if text in _FALSE else None


_READERS: dict[str, Callable[[Cell], str | None]] = {
    vocab.XSD.decimal: _decimal,
    vocab.XSD.integer: _integer,
    vocab.XSD.date: _date,
    vocab.XSD.gYear: _year,
    vocab.XSD.gYearMonth: _year_month,
    vocab.XSD.boolean: _boolean,
}
