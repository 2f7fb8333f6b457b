"""
What programs that speak for readers may ask: seven read-only tools and a few resources (Model Context Protocol).

Nothing is made up here: tools find canned questions, answer them, and give things with their sources. Each answer says
what it rests on and which version it is of; an empty one says why, and that nothing else may be put in its place.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from nqgraph.graph import versions
from nqgraph.graph.asking import Asking, found_things
from nqgraph.graph.graph import Graph
from nqgraph.graph.ranking import Ranking
from nqgraph.model import shapes
from nqgraph.serving.served import Served
from nqgraph.serving.workers import Limits, Workers
from nqgraph.things.dossier import Claim, claim_of
from nqgraph.things.facts import Facts
from nqgraph.words import vocab
from nqgraph.words.errors import MissingToolError, NqgraphError, QueryError
from nqgraph.words.texts import in_language, text

#: Rows of an answer that are given, unless fewer are asked for; things that are found; sources that are named.
MOST_ROWS, MOST_FOUND, MOST_SOURCES = 200, 10, 40
#: What a query of an assistant may cost.
LIMITS = Limits(seconds=10.0, rows=1_000, size=4 << 20, children=2, waiting=8)


class Assistant:
    """Answers the tools over one version, as plain values."""

    def __init__(self, served: Served, limits: Limits = LIMITS) -> None:
        self.served = served
        self.limits = limits
        self._workers: Workers | None = None
        self._starting = asyncio.Lock()

    # -- tools ---------------------------------------------------------------------------------------------------

    def find_question(self, question: str, lang: str = "") -> dict[str, Any]:
        """Which canned questions a plain one can mean."""
        asking = self._asking(lang)
        said = asking.as_json(asking.understand(question))
        return self._answer(
            said, empty=not said["readings"], why=text("ask-not-understood", asking.graph.lang), lang=lang
        )

    def run_question(
        self, name: str, parameters: Mapping[str, str] | None = None, lang: str = "", limit: int = MOST_ROWS
    ) -> dict[str, Any]:
        """The answer of a canned question."""
        asking = self._asking(lang)
        graph, values = asking.graph, {k: str(v) for k, v in (parameters or {}).items()}
        query, given = asking.asked(name, values)
        result = asking.answer(name, values)
        shown = result.rows[: max(1, min(limit, MOST_ROWS))]
        said = {
            "question": in_language(query.question, graph.lang),
            "stated": graph.stated(query, given),
            "columns": {column.name: in_language(column.label, graph.lang, column.name) for column in query.columns},
            "rows": [{key: _plain(value) for key, value in row.items() if value is not None} for row in shown],
            "rows_in_all": len(result),
        }
        behind = (value for row in shown for value in row.values() if isinstance(value, str) and "://" in value)
        why = " ".join(asking.nothing(name, values).told(graph.lang)) if not shown else ""
        return self._answer(said, about=behind, empty=not shown, why=why, lang=graph.lang)

    def find_thing(self, name: str, lang: str = "") -> dict[str, Any]:
        """Things that are called *name*, or about so."""
        facts, lang = self._facts, self._lang(lang)
        things = [
            {
                "key": thing.value,
                "name": facts.name(iri, lang),
                "kind": in_language(facts.shape_of[iri].label, lang),
                "description": in_language(facts.texts(iri, vocab.DCTERMS.description), lang),
            }
            for thing in found_things(self._names, name, MOST_FOUND)
            for iri in (self._iris[thing.value],)
        ]
        return self._answer({"things": things}, empty=not things, why=text("ask-no-thing", lang), lang=lang)

    def thing(self, key: str, lang: str = "") -> dict[str, Any]:
        """All that is said of one thing."""
        iri = self._iri(key)
        record = json.loads(self.served.descriptions.render(iri, "json"))
        return self._answer({"thing": record}, about=[iri], lang=self._lang(lang))

    def evidence(self, key: str, other: str = "", lang: str = "") -> dict[str, Any]:
        """What a statement on a thing rests on."""
        facts, lang, iri = self._facts, self._lang(lang), self._iri(key)
        about = self._iri(other) if other else ""
        claims = [
            {"statement": self._statement(subject, path, value, lang), **self._claim(claim_of(facts, name), lang)}
            for subject, path, value, name in sorted(facts.claims_with(iri))
            if not about or about in (subject, value)
        ]
        said = {"claims": claims[:MOST_ROWS], "claims_in_all": len(claims)}
        return self._answer(said, about=[iri], empty=not claims, why=text("ask-nothing-looked", lang), lang=lang)

    def gaps(self, key: str = "", lang: str = "") -> dict[str, Any]:
        """What is not known, of everything or of one thing."""
        facts, lang = self._facts, self._lang(lang)
        about = self._iri(key) if key else ""
        found = [
            {
                "key": vocab.local_name(gap),
                "question": facts.name(gap, lang),
                "kind": facts.name(facts.first(gap, vocab.NQ.absence), lang),
                "about": [facts.name(value.text, lang) for value in facts.values(gap, vocab.NQ.leavesOpen)],
            }
            for (gap,) in sorted(self._graph.select("SELECT DISTINCT ?gap WHERE { ?gap nq:leavesOpen ?open }"))
            if not about or about in {v.text for v in facts.values(gap, vocab.NQ.leavesOpen)}
        ]
        questions = [name for name in self.served.workspace.settings.gaps if name in self._graph.queries.names()]
        said = {"gaps": found[:MOST_ROWS], "gaps_in_all": len(found), "questions": questions}
        return self._answer(said, empty=not found, why=text("ask-nothing-looked", lang), lang=lang)

    async def sparql(self, query: str, lang: str = "") -> dict[str, Any]:
        """The answer of a SPARQL query, evaluated in a process of its own that is killed at its limits."""
        workers = await self._sandbox()
        streamed = await workers.ask(query, {"solutions": "json", "boolean": "json", "graph": "ttl"})
        body = b"".join([chunk async for chunk in streamed.chunks])
        lang = self._lang(lang)
        if streamed.kind == "graph":
            return self._answer(
                {"turtle": body.decode()}, empty=not body.strip(), why=text("ask-no-rows", lang), lang=lang
            )
        document = json.loads(body)
        rows = [
            {name: term["value"] for name, term in binding.items()}
            for binding in document.get("results", {}).get("bindings", [])
        ]
        said = {"boolean": document["boolean"]} if "boolean" in document else {"rows": rows}
        empty = "boolean" not in document and not rows
        about = (value for row in rows for value in row.values())
        return self._answer(said, about=about, empty=empty, why=text("ask-no-rows", lang), lang=lang)

    # -- resources -------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Which version this is, of when, and how much is in it."""
        facts = self._facts
        kinds = {
            in_language(shape.label, "en"): len(self.served.site.collection.members[shape.target_class])
            for shape in self.served.site.collection.lists.values()
        }
        names = [facts.name(iri, "en") for iri in self.served.site.collection.datasets()]
        return {**self._of(), "triples": len(self.served.store), "datasets": names, "things": kinds}

    def schema(self) -> dict[str, Any]:
        """The kinds of things with their properties, for those who write queries; and the prefixes."""
        known = self.served.workspace.iris
        kinds = {
            known.shrink(shape.target_class): {
                "label": in_language(shape.label, "en"),
                "properties": {known.shrink(p.path): in_language(p.name, "en") for p in shape.properties if p.path},
            }
            for shape in shapes.of(self.served.workspace).node_shapes
        }
        return {**self._of(), "prefixes": {k: str(v) for k, v in known.prefixes.items()}, "kinds": kinds}

    async def close(self) -> None:
        """Stop the process that evaluates queries, if there is one."""
        if self._workers is not None:
            await self._workers.stop()
            self._workers = None

    # -- parts of answers --------------------------------------------------------------------------------------------

    def _answer(
        self,
        said: Mapping[str, Any],
        *,
        about: Iterable[str] = (),
        empty: bool = False,
        why: str = "",
        lang: str = "",
    ) -> dict[str, Any]:
        """*said* with what it rests on; where it is *empty* with the reason, and with what may not be done about it."""
        made = {**said, **self._rests(set(about), self._lang(lang)), **self._of()}
        if empty:
            made |= {"empty": True, "reason": why, "instruction": text("ask-do-not-fill", self._lang(lang))}
        return made

    def _rests(self, about: set[str], lang: str) -> dict[str, Any]:
        """The sources of the things *about*, and the evidence grades of what is claimed of them."""
        facts = self._facts
        sources = {value.text for iri in about for value in facts.values(iri, vocab.DCTERMS.source)}
        names = [name for iri in about for subject, _, _, name in facts.claims_with(iri) if subject == iri]
        grades = {facts.first(name, vocab.NQ.evidenceGrade) for name in names} - {""}
        named = [{"key": vocab.local_name(iri), "name": facts.name(iri, lang)} for iri in sorted(sources)]
        return {
            "sources": named[:MOST_SOURCES],
            "sources_in_all": len(named),
            "grades": sorted(facts.name(iri, lang) for iri in grades),
        }

    def _of(self) -> dict[str, str]:
        """The version, and the date of its newest dataset."""
        dated = [str(d.get("issued", "")) for d in self._manifest.get("datasets", ())]
        return {"version": self.served.version, "date": max(dated, default="")}

    def _claim(self, claim: Claim, lang: str) -> dict[str, Any]:
        facts = self._facts
        named = {
            "status": claim.status,
            "drawn_by": claim.classifier,
            "confidence": claim.confidence,
            "grade": claim.grade,
        }
        return {
            **{name: facts.name(iri, lang) for name, iri in named.items() if iri},
            "sources": [{"key": vocab.local_name(iri), "name": facts.name(iri, lang)} for iri in claim.sources],
            "locators": [value.text for value in claim.locators if value.lang in ("", None, lang)],
            "caveats": [value.text for value in claim.caveats if value.lang in ("", None, lang)],
            "disputed_by": [facts.name(iri, lang) for iri in claim.disputed_by],
        }

    def _statement(self, subject: str, path: str, value: str, lang: str) -> str:
        facts = self._facts
        shape = facts.shape_of.get(subject)
        names = [prop.name for prop in (shape.properties if shape else ()) if prop.path == path]
        relation = in_language(names[0], lang) if names else facts.name(path, lang)
        return f"{facts.name(subject, lang)} – {relation} – {facts.name(value, lang)}"

    # -- what is asked -------------------------------------------------------------------------------------------------

    @property
    def _facts(self) -> Facts:
        return self.served.site.collection.facts

    @property
    def _graph(self) -> Graph:
        return self.served.graph()

    @cached_property
    def _manifest(self) -> dict[str, Any]:
        return versions.manifest(self.served.files[0].parent) if self.served.source.given is None else {}

    @cached_property
    def _names(self) -> Ranking:
        return self.served.names

    @cached_property
    def _iris(self) -> dict[str, str]:
        return {vocab.local_name(iri): iri for iri in self.served.site.collection.things.values()}

    def _lang(self, lang: str) -> str:
        return lang if lang in self.served.workspace.languages else self.served.workspace.language

    def _asking(self, lang: str) -> Asking:
        return self.served.asking.in_language(self._lang(lang))

    def _iri(self, key: str) -> str:
        iri = self._iris.get(key) or (key if key in self.served.site.collection.addresses else "")
        if not iri:
            raise QueryError.of("ask-no-key", key=key)
        return iri

    async def _sandbox(self) -> Workers:
        async with self._starting:
            if self._workers is None:
                workers = Workers(self.served.files, self.limits, workspace=self.served.workspace)
                workers.internal_too = self.served.source.internal
                await workers.start()
                self._workers = workers
        return self._workers


def _plain(value: Any) -> Any:
    """A value of a row as JSON has it."""
    return value if isinstance(value, str | int | float | bool) else float(value)


def server(assistant: Assistant, version: str = "") -> Any:
    """
    The tools and resources as a server of the Model Context Protocol.

    Raises:
        MissingToolError: The package ``mcp`` is not installed.
    Source:
        https://modelcontextprotocol.io/specification
    """
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise MissingToolError.of("missing-package", package="nqgraph[mcp]") from error

    settings = assistant.served.workspace.settings
    made: Any = MCPServer(
        "nqgraph",
        title=in_language(settings.title, "en"),
        instructions=text("ask-instructions", "en", title=in_language(settings.title, "en")),
        version=version or assistant.served.version,
    )
    reads = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

    def refused(error: NqgraphError) -> ToolError:
        return ToolError(" ".join(problem.in_language("en") for problem in error.problems))

    @made.tool(annotations=reads)  # type: ignore[untyped-decorator]
    def find_question(question: str, lang: str = "") -> dict[str, Any]:
        """Find the canned questions that a question in plain words can mean, with their parameters, best first."""
        return assistant.find_question(question, lang)

    @made.tool(annotations=reads)  # type: ignore[untyped-decorator]
    def run_question(
        name: str, parameters: dict[str, str] | None = None, lang: str = "", limit: int = MOST_ROWS
    ) -> dict[str, Any]:
        """Answer a canned question (see find_question) with parameters by key or name."""
        try:
            return assistant.run_question(name, parameters, lang, limit)
        except NqgraphError as error:
            raise refused(error) from error

    @made.tool(annotations=reads)  # type: ignore[untyped-decorator]
    def find_thing(name: str, lang: str = "") -> dict[str, Any]:
        """Find things by what they are called, with their keys."""
        return assistant.find_thing(name, lang)

    @made.tool(annotations=reads)  # type: ignore[untyped-decorator]
    def get_thing(key: str, lang: str = "") -> dict[str, Any]:
        """One thing by its key: all that is said of it, with sources."""
        try:
            return assistant.thing(key, lang)
        except NqgraphError as error:
            raise refused(error) from error

    @made.tool(annotations=reads)  # type: ignore[untyped-decorator]
    def get_evidence(key: str, other: str = "", lang: str = "") -> dict[str, Any]:
        """What the statements on a thing, or on a thing and another one, rest on: who said it, where, how surely."""
        try:
            return assistant.evidence(key, other, lang)
        except NqgraphError as error:
            raise refused(error) from error

    @made.tool(annotations=reads)  # type: ignore[untyped-decorator]
    def list_gaps(key: str = "", lang: str = "") -> dict[str, Any]:
        """What is recorded as not known, not found or not applicable, of everything or of one thing."""
        try:
            return assistant.gaps(key, lang)
        except NqgraphError as error:
            raise refused(error) from error

    @made.tool(annotations=reads)  # type: ignore[untyped-decorator]
    async def sparql(query: str) -> dict[str, Any]:
        """Answer a SPARQL 1.1 query, read-only and limited in rows and time; nqgraph://schema has the terms."""
        try:
            return await assistant.sparql(query)
        except NqgraphError as error:
            raise refused(error) from error

    @made.resource("nqgraph://state", mime_type="application/json")  # type: ignore[untyped-decorator]
    def state() -> str:
        """Version, date, datasets and numbers of things."""
        return _json(assistant.state())

    @made.resource("nqgraph://schema", mime_type="application/json")  # type: ignore[untyped-decorator]
    def schema() -> str:
        """Kinds of things with their properties, and prefixes."""
        return _json(assistant.schema())

    @made.resource("nqgraph://thing/{key}", mime_type="application/json")  # type: ignore[untyped-decorator]
    def thing(key: str) -> str:
        """One thing by its key."""
        return _json(assistant.thing(key))

    return made


def _json(said: Mapping[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, default=str)
