"""What must not leave: looks through written files for internal data, persons and private addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nqgraph.graph import documents
from nqgraph.graph.files import form_of
from nqgraph.graph.store import Statement, Store
from nqgraph.words import vocab
from nqgraph.words.errors import Place, Problem
from nqgraph.words.texts import Text

#: Kinds of what is looked for, the ends of codes of messages.
KINDS = ("internal", "person", "mail", "phone", "address")
#: Classes of persons (FOAF, schema.org, PROV-O and vCard); a workspace can have classes below them.
_PERSONS = (
    vocab.FOAF.Person, vocab.SCHEMA.Person, "https://schema.org/Person", vocab.PROV.Person,
    "http://www.w3.org/2006/vcard/ns#Individual",
)  # fmt: skip
_OCTETS = r"(?:\.\d{1,3})"
_DOT = r"(?:\.|\s?[\[({](?:dot|punkt)[\])}]\s?)"
#: Kind → what it looks like in a text. Each begins with a letter or set, which is found fast, and looks back from it.
_LOOKS = {
    kind: [re.compile(look, re.MULTILINE) for look in looks]
    for kind, looks in {
        "person": (
            r'"@type": *(?:\[[^\]]*)?"(?:schema:)?Person"',
            r"(?:given|family)-names:",
        ),
        "mail": (
            rf"(?:@(?<=[\w.%+-]@)|%40|&#64;)[\w-]+(?:{_DOT}[\w-]+)*{_DOT}[A-Za-z]{{2,}}",
            rf"[\[({{](?:at|ät|@)[\])}}]\s?[\w-]+(?:{_DOT}[\w-]+)*{_DOT}[A-Za-z]{{2,}}",
        ),
        "phone": (
            r"tel:[+\d][\d().-]{4,}",
            r"[TFPM](?<!\w[TFPM])(?:el|elefon|on|hone|obile?|ax|elefax)\b[.:]*\s*[+(0]?[\d()][\d ()/.–-]{5,}",
            r"\+(?<![\w/.:=#%+-]\+)[1-9]\d{1,2}[ (/.-]{0,2}\(?0?\)?[ .-]?\d{2,5}[ )/.-]{0,3}\d[\d /.-]{3,}",
            r"0(?<![\w/.:=#%+-]0)0[1-9]\d{1,2}[ (/.-]{1,2}\(?0?\)?[ .-]?\d{2,5}[ )/.-]{0,3}\d[\d /.-]{3,}",
            r"0(?<![\w/.:=#%-]0)(?:[2-9]\d{1,3}|1[5-7]\d{1,2})\)?\s?[/–-]?(?<=[)/–-])\s?\d{3,}(?:[ -]\d+)*(?![\w/])",
        ),
        "address": (
            r"file:/",
            r"localhost\b",
            r"\[::1\]",
            rf"1(?<![\w.-]1)(?:(?:27|0){_OCTETS}{{3}}|(?:92\.168|69\.254|72\.(?:1[6-9]|2\d|3[01])){_OCTETS}{{2}})(?!\w|\.\d)",
            r"\.(?<=[\w-]\.)(?:local|localdomain|intern|internal|lan|corp)\b(?=[:/\s\"'<>),;\\]|\.\s|\.?$)",
            r"/(?<![\w:/.<>-]/)(?:home|Users|root|tmp|var|mnt|srv|opt|media|Volumes)/[\w./-]+",
            r":(?<=[A-Z]:)(?<!\w[A-Z]:)\\+[\w.]+",
            r"\\\\(?<![\\\w]\\\\)\\{0,2}[\w.-]{2,}\\{1,2}[\w$]",
        ),
    }.items()
}
_BEFORE = re.compile(r"[\w.%+-]*\s?$")
#: Words from which on a text, or one of its sentences, is nobody else's.
_LONG, _LONG_SENTENCE = 8, 10
#: Public statements that may have a word that still tells an internal text apart, and how many such words tell it.
_RARE, _TELLING = 1, 2
#: Letters from which on a word says something.
_LETTERS = 4
#: Letters of what is shown of a find.
_SHOWN = 60
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_WORD = re.compile(r"[\w-]*[^\W_][\w-]*")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\[nrtbf\"'/\\-]")

#: A text as the words that it is made of.
Words = tuple[str, ...]


@dataclass(frozen=True)
class Secret:
    """Something internal."""

    text: str
    #: Whether it can come from nowhere else.
    sure: bool = True


@dataclass
class Checked:
    """What a check has read and found."""

    files: int = 0
    size: int = 0
    #: Internal IRIs, keys and texts that were looked for.
    sought: int = 0
    found: dict[str, list[Problem]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    #: Short internal text that stands in public files, too, as names do that everybody knows → where it stands first.
    doubtful: dict[str, Place] = field(default_factory=dict)

    def add(self, kind: str, place: Place, found: str) -> None:
        """Note what was *found* of a *kind*."""
        shown = found if len(found) <= _SHOWN else found[: _SHOWN - 1] + "…"
        self.found[kind].append(Problem(place, Text(f"leak-{kind}", {"found": shown})))

    @property
    def problems(self) -> list[Problem]:
        """All that was found and must not leave."""
        return [problem for problems in self.found.values() for problem in problems]


class Check:
    """
    Looks through files.

    Args:
        public: What may leave.
        whole: The same with the internal *datasets*; None if there are none.
        private: Texts that tell of this machine, such as the path of the workspace.
    """

    def __init__(
        self,
        public: Store,
        whole: Store | None = None,
        datasets: Iterable[str] = (),
        private: Collection[str] = (),
    ) -> None:
        self._contact = public.workspace.settings.contact.removeprefix("mailto:").lower()
        self._persons = {*_PERSONS, *_below(public, _PERSONS)}
        self._private = [text for text in private if len(text) > 1]
        self._secrets = _secrets(public, whole, datasets) if whole is not None else {}

    def files(self, folder: Path, names: Iterable[Path] | None = None) -> Checked:
        """What is found in the files *names* of *folder*, in all if None."""
        checked = Checked(sought=len(self._secrets))
        for path in sorted(names or (path for path in folder.rglob("*") if path.is_file())):
            name = path.relative_to(folder).as_posix()
            content = path.read_bytes()
            checked.files += 1
            checked.size += len(content)
            text = _Text(content.decode("utf-8", errors="replace"))
            for line, secret in (*self._internal(_Text(name)), *self._internal(text)):
                if secret.sure:
                    checked.add("internal", Place(name, line=line), secret.text)
                else:
                    checked.doubtful.setdefault(secret.text, Place(name, line=line))
            for kind, line, found in (*self._looking(text), *self._typed(path, text)):
                checked.add(kind, Place(name, line=line), found)
        return checked

    def _internal(self, text: _Text) -> Iterator[tuple[int, Secret]]:
        """What internal datasets say."""
        for words in text.among(self._secrets):
            yield text.line_of(words), self._secrets[words]

    def _looking(self, text: _Text) -> Iterator[tuple[str, int, str]]:
        """What looks like something that must not leave."""
        for kind, look in ((kind, look) for kind, looks in _LOOKS.items() for look in looks):
            for match in look.finditer(text.text):
                before = _BEFORE.search(text.text, max(0, match.start() - _SHOWN), match.start())
                found = ((before[0] if before else "") + match[0]).strip()
                if kind != "mail" or found.lower() != self._contact:
                    yield kind, text.line(match.start()), found
        for private in self._private:
            at = text.text.find(private)
            if at >= 0:
                yield "address", text.line(at), private

    def _typed(self, path: Path, text: _Text) -> Iterator[tuple[str, int, str]]:
        """Things that RDF says to be persons."""
        if form_of(path) and path.suffix != ".json":
            for quad in documents.quads(path, path.name):
                if quad.predicate.value == vocab.RDF.type and getattr(quad.object, "value", "") in self._persons:
                    subject = str(getattr(quad.subject, "value", quad.subject))
                    at = max(text.text.find(subject), text.text.find(vocab.local_name(subject)), 0)
                    yield "person", text.line(at), subject


class _Text:
    """The text of a file, and its words in lower case."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _plain(self) -> str:
        return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else " ", self.text).lower()

    @cached_property
    def _words(self) -> list[str]:
        return _WORD.findall(self._plain)

    @cached_property
    def _run(self) -> str:
        return f" {' '.join(self._words)} "

    @cached_property
    def _starts(self) -> list[int]:
        return [match.start() for match in _WORD.finditer(self._plain)]

    def among(self, wanted: Collection[Words]) -> list[Words]:
        """Those of *wanted* that stand in it, in their order."""
        if not wanted:
            return []
        known = set(self._words)
        return [words for words in wanted if known.issuperset(words) and f" {' '.join(words)} " in self._run]

    def line_of(self, words: Words) -> int:
        """The line in which *words* begin."""
        number = self._run.count(" ", 0, self._run.index(f" {' '.join(words)} "))
        return self._plain.count("\n", 0, self._starts[number]) + 1

    def line(self, at: int) -> int:
        """The line of a place in it."""
        return self.text.count("\n", 0, at) + 1


def _below(store: Store, classes: Iterable[str]) -> set[str]:
    """The classes below *classes*."""
    block = " ".join(f"<{iri}>" for iri in classes)
    found = store.select(f"SELECT DISTINCT ?c ?x {{ VALUES ?x {{ {block} }} ?c rdfs:subClassOf+ ?x }}")
    return {iri for iri, _ in found}


def _secrets(public: Store, whole: Store, datasets: Iterable[str]) -> dict[Words, Secret]:
    """
    What only the internal *datasets* say and nothing public: IRIs, names of graphs, keys, texts; each by its words.

    A text is sure to come from there if it is long, or has several words that hardly any public statement has. One
    with a single such word may be a place or a body that everybody knows; the rest everybody says.
    """
    hidden = {whole.iris.dataset_graph(name) for name in datasets}
    said = [one for one in whole.statements() if one.graph in hidden]
    about = [one for one in whole.statements() if one.graph == whole.iris.catalogue]
    known = hidden | {one.object for one in about if one.subject in hidden and one.predicate == vocab.DCTERMS.publisher}
    said += [one for one in about if one.subject in known]
    open_: set[str] = set()
    often: Counter[str] = Counter()
    for one in public.statements():
        terms = set(_terms(one))
        open_ |= terms
        often.update({word for term in terms for word in _words(term)})
    ours = {one.subject for one in said} - open_
    found = {_words(iri): Secret(iri) for iri in ours}
    for name in map(vocab.local_name, ours):
        if re.fullmatch(r"[\w-]*[-_\d][\w-]*", name):
            found[_words(name)] = Secret(name)
    for term in {term for one in said for term in _terms(one)} - open_:
        words = _words(term)
        rare = sum(often[word] <= _RARE and len(word) >= _LETTERS for word in set(words))
        if len(words) >= _LONG or rare:
            found.setdefault(words, Secret(term, len(words) >= _LONG or rare >= _TELLING))
        for sentence in _SENTENCE.split(term):
            if len(words := _words(sentence)) >= _LONG_SENTENCE:
                found[words] = Secret(sentence)
    spoken = {_words(term) for term in open_}
    return {
        words: secret
        for words, secret in found.items()
        if words not in spoken and sum(map(len, words)) >= _LETTERS and re.search(r"[^\W\d_]", secret.text)
    }


def _words(text: str) -> Words:
    return tuple(_WORD.findall(text.lower()))


def _terms(one: Statement) -> Iterator[str]:
    """IRIs and texts of a statement; no numbers, days and blank nodes."""
    yield from (term for term in (one.subject, one.predicate) if not term.startswith("_:"))
    if not one.object.startswith("_:") and (one.lang is None or one.lang or one.datatype == vocab.XSD.string):
        yield one.object
