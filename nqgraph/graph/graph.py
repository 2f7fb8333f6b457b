"""A graph to ask: a build on this machine or a SPARQL endpoint elsewhere, with the same answers from both."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nqgraph.graph import columns, queries, terms
from nqgraph.graph.names import names_of
from nqgraph.graph.results import Result, headings
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError, StoreError
from nqgraph.words.texts import LANGUAGES, Text, in_language

if TYPE_CHECKING:
    from nqgraph.graph.layer import Answer
    from nqgraph.graph.remote import Endpoint
    from nqgraph.graph.store import Store
    from nqgraph.graph.tables import Question, Table
    from nqgraph.model.shapes import Schema


class Graph:
    """Answers canned and own queries."""

    def __init__(self, source: Store | Endpoint, *, lang: str = "") -> None:
        self._source = source
        self.workspace = source.workspace
        self.queries = queries.of(source.workspace)
        #: Language of labels and headings.
        self.lang = lang or self.workspace.language

    def in_language(self, lang: str) -> Graph:
        """The same graph for a reader of *lang*."""
        return Graph(self._source, lang=lang)

    def query(self, name: str, /, **parameters: Any) -> Result:
        """
        The solutions of a canned query, or of a SPARQL text.

        Args:
            name: Name of a canned query (``graph.queries.names()``), or a SELECT or ASK query as text.
            parameters: Keys, notations, numbers or texts for the query's parameters.
        Raises:
            QueryError: No such query, a wrong parameter, or no valid SPARQL.
        """
        if any(c in name for c in "{ \n"):
            if parameters:
                raise QueryError.of(
                    "unknown-parameter", name=next(iter(parameters)), query="SPARQL", known="–", hint=""
                )
            self._warn(name)
            return Result(self.ask(name, {}, "json"), {}, self.workspace.iris.base)
        query = self.queries.get(name)
        self._warn(query.text)
        return self.rows(query, parameters).made()

    def notes(self, text: str) -> list[Text]:
        """What a query *text* names of the model although it is not there; files taken as they are may say anything."""
        return [] if self.given else columns.unknown_terms(text, self.workspace)

    def _warn(self, text: str) -> None:
        for note in self.notes(text):
            warnings.warn(note.in_language(self.lang), stacklevel=3)

    def table(
        self,
        kind: str,
        where: Mapping[str, Any] | Iterable[str] | str | None = None,
        columns: Iterable[str] | str = (),
        group: Iterable[str] | str = (),
        count: Iterable[str] | str | bool = False,
    ) -> Result:
        """
        A table of the things of a kind, over their properties and relations as the shapes have them.

        What is named is a key or a name in any language. A way along relations has its steps separated by ``/``; what
        points at a thing is written ``kind.property``.

        Args:
            kind: Kind of thing.
            where: Filters: way → value or values, of which any will do; ``*`` for any at all, ``-`` or None for none.
                Or texts as the command takes them: ``"status=open"``, ``"start>=2020"``, ``"title~=word"``. Where a
                place or another whole is named, its parts count, too.
            columns: Ways whose values are shown; ``.`` for the things of a group.
            group: Ways by whose values the things are put together.
            count: Ways whose values are counted; True or ``.`` for the things.
        Returns:
            Rows; ``file`` is the question as a canned query, which ``nqgraph table --save`` writes to a file.
        Raises:
            QueryError: A name is unknown (with what was meant) or has two meanings, or a value does not fit.
        """
        from nqgraph.graph import tables  # which reads shapes

        built = self.built(tables.Question.of(kind, where, columns, group, count))
        return replace(self.rows(built.query, built.values).made(), file=built.text)

    def built(self, question: Question, schema: Schema | None = None, name: str = "table") -> Table:
        """
        The query that a built *question* is.

        Args:
            schema: Shapes that say what can be asked; those of the workspace if None.
            name: What the query is called.
        Raises:
            QueryError: A part of the question is unknown or does not fit.
        """
        from nqgraph.graph import tables
        from nqgraph.model import shapes

        return tables.build(question, schema or shapes.of(self.workspace), self, name)

    def result(self, query: queries.Query, answer: bytes | Answer) -> Result:
        """The *answer* of *query*, in JSON or as rows, with headings in the language of the graph."""
        return Result(answer, headings(query.columns, self.lang), self.workspace.iris.base)

    def answer(self, query: queries.Query, parameters: Mapping[str, Any], form: str) -> bytes:
        """The answer of a canned *query* as bytes in the format *form*."""
        bindings = self._bound(query, parameters)
        if query.is_short:
            document = self._told(query, bindings, parameters, None).as_json()
            return document if form == "json" else _converted(document, form)
        return self.ask(query.with_parameters(bindings), bindings, form)

    def rows(
        self, query: queries.Query, parameters: Mapping[str, Any], solutions: terms.Solutions | None = None
    ) -> Result:
        """
        The answer of a canned *query* as rows, without a document on the way.

        Args:
            solutions: What :meth:`solutions` found for these *parameters*, where that is known.
        """
        bindings = self._bound(query, parameters)
        if query.is_short:
            return self.result(query, self._told(query, bindings, parameters, solutions))
        return self.result(query, self.ask(query.with_parameters(bindings), bindings, "json"))

    def solutions(self, query: queries.Query, parameters: Mapping[str, Any]) -> terms.Solutions:
        """What a canned *query* finds, before anything of it is named or ordered."""
        from nqgraph.graph import layer

        return layer.solutions_of(query, self._bound(query, parameters), self._source)

    def _bound(self, query: queries.Query, parameters: Mapping[str, Any]) -> dict[str, str]:
        spoken = query.parameter("lang") is not None
        return queries.bind(query, {"lang": self.lang, **parameters} if spoken else parameters, self)

    def _told(
        self,
        query: queries.Query,
        bindings: Mapping[str, str],
        parameters: Mapping[str, Any],
        solutions: terms.Solutions | None,
    ) -> Answer:
        from nqgraph.graph import layer

        lang = terms.of_text(bindings["lang"]).value
        return layer.answer(query, bindings, self._source, lang, _given(parameters), solutions)

    def stated(self, query: queries.Query, parameters: Mapping[str, Any]) -> str:
        """
        What *query* is asked for, in words: each parameter with its name, and whether it is a default.

        Raises:
            QueryError: A value does not fit its parameter.
        """
        from nqgraph.graph import layer

        bindings = queries.bind(query, parameters, self)
        return layer.stated(query, bindings, self._source, self.lang, _given(parameters))

    def ask(self, text: str, bindings: Mapping[str, str], form: str) -> bytes:
        """The answer of a SPARQL query as bytes in the format *form*."""
        from nqgraph.graph.store import Store

        if isinstance(self._source, Store):
            return self._source.query(text, bindings, whole=True).serialize(form)
        return self._source.query(text, bindings, form)

    def select(self, text: str, bindings: Mapping[str, str] | None = None) -> Iterable[tuple[Any, ...]]:
        """Solutions as tuples of plain values in the order of projection."""
        return self._source.select(text, bindings)

    @property
    def kept(self) -> dict[Any, dict[Any, Any]]:
        """Where what was looked up is kept for later, as long as nothing changes."""
        return self._source.kept

    def labels(self, iris: Iterable[str]) -> dict[str, str]:
        """IRI → label in the language of the graph, else in another."""
        chain = (*self.workspace.languages, *LANGUAGES)
        return {iri: in_language(found, self.lang, chain=chain) for iri, found in names_of(self, iris).items()}

    @property
    def internal(self) -> bool:
        """Whether something internal is in it; then all that is made of it has to say so."""
        marked = f"SELECT ?x WHERE {{ <{self.workspace.iris.catalogue}> dcterms:accessRights ?x }}"
        return any(right == vocab.NON_PUBLIC for (right,) in self.select(marked))

    @property
    def given(self) -> bool:
        """Whether it is made of files that are taken as they are, with or without shapes of ours."""
        return getattr(self._source, "given", None) is not None

    @property
    def store(self) -> Store:
        """The store behind a build; raises :class:`StoreError` for an endpoint."""
        from nqgraph.graph.store import Store

        if not isinstance(self._source, Store):
            raise StoreError.of("no-build")
        return self._source


def _given(parameters: Mapping[str, Any]) -> set[str]:
    return {name for name, value in parameters.items() if value not in (None, "")}


def _converted(document: bytes, form: str) -> bytes:
    from nqgraph.graph.store import RESULT_FORMATS, converted

    if form not in RESULT_FORMATS:
        raise QueryError.of("format-solutions", form=form, forms=", ".join(RESULT_FORMATS))
    return converted(document, form)
