"""Describes the server's addresses for programs (OpenAPI 3.1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from nqgraph.graph.graph import Graph
from nqgraph.graph.queries import Parameter, Query
from nqgraph.serving import answers
from nqgraph.words import formats
from nqgraph.words.texts import in_language, text

_TYPES = {"integer": {"type": "integer"}, "decimal": {"type": "number"}, "boolean": {"type": "boolean"}}
_RDF = tuple(form.media for form in formats.GRAPHS.values())
_DESCRIPTIONS = tuple(form.media for form in formats.DESCRIPTIONS.values())
_RESULTS = tuple(form.media for form in (*formats.SOLUTIONS.values(), *formats.RDF.values()))


def describe(graph: Graph, version: str) -> dict[str, Any]:
    """The description in the language of *graph*; a path for each of its canned queries."""
    lang, languages = graph.lang, graph.workspace.languages

    paths: dict[str, Any] = {
        f"/abfragen/{query.name}.{{format}}": {"get": _operation(query, lang, languages)}
        for query in graph.queries.all()
    }
    paths["/fragen/neu.{format}"] = {"get": _built(lang, languages)}
    query = _parameter("query", "query", text("api-query", lang), {"type": "string"}, required=True)
    paths["/sparql"] = {
        "get": _plain("sparql", text("api-sparql", lang), _RESULTS, [query]),
        "post": {
            **_plain("sparqlPost", text("api-sparql", lang), _RESULTS, []),
            "requestBody": {
                "required": True,
                "content": {
                    "application/sparql-query": {"schema": {"type": "string"}},
                    "application/x-www-form-urlencoded": {
                        "schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}
                    },
                },
            },
        },
    }
    named = _parameter("graph", "query", text("api-graph", lang), {"type": "string", "format": "iri"})
    paths["/rdf-graph-store"] = {"get": _plain("graphStore", text("api-graph-store", lang), _RDF, [named])}
    kind = _parameter("type", "path", text("api-type", lang), {"type": "string"}, required=True)
    key = _parameter("key", "path", text("api-key", lang), {"type": "string"}, required=True)
    form = _parameter("format", "path", text("api-format", lang), {"enum": list(formats.DESCRIPTIONS)}, required=True)
    paths["/doc/{type}/{key}.{format}"] = {
        "get": _plain("thing", text("api-thing", lang), _DESCRIPTIONS, [kind, key, form])
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": in_language(graph.workspace.settings.title, lang),
            "version": version,
            "description": text("api-description", lang),
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "paths": paths,
    }


def _operation(query: Query, lang: str, languages: Sequence[str]) -> dict[str, Any]:
    choice = {"enum": answers.forms(query)}
    parameters = [_parameter("format", "path", text("api-format", lang), choice, required=True)]
    parameters += [_of(parameter, query, lang, languages) for parameter in query.parameters]
    summary = in_language(query.title, lang)
    described = _plain(query.name, summary, [answers.FORMS[form].media for form in answers.forms(query)], parameters)
    return {**described, "description": in_language(query.question, lang), "tags": [query.topic]}


def _built(lang: str, languages: Sequence[str]) -> dict[str, Any]:
    """A built question: its kind, its filters by their own names, and lists of ways."""
    forms = {**formats.TABLES}
    way = {"type": "array", "items": {"type": "string"}}
    filters = _parameter("where", "query", text("api-where", lang), {"type": "object"})
    filters["schema"]["additionalProperties"] = {"type": "string"}
    parameters = [
        _parameter("format", "path", text("api-format", lang), {"enum": list(forms)}, required=True),
        _parameter("art", "query", text("arg-table-kind", lang), {"type": "string"}, required=True),
        {**filters, "style": "form", "explode": True},
        _parameter("spalte", "query", text("arg-table-columns", lang), way),
        _parameter("gruppe", "query", text("arg-table-group", lang), way),
        _parameter("zaehle", "query", text("arg-table-count", lang), way),
        _parameter("lang", "query", text("parameter-lang", lang), {"enum": list(languages)}),
    ]
    return _plain("table", text("page-build", lang), [form.media for form in forms.values()], parameters)


def _of(parameter: Parameter, query: Query, lang: str, languages: Sequence[str]) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_TYPES.get(parameter.type, {"type": "string"}))
    if parameter.type == "language":
        schema = {"enum": list(languages)}
    if parameter.default is not None:
        schema["default"] = _typed(parameter, parameter.default)
    required = not parameter.optional and parameter.default is None
    found = _parameter(parameter.name, "query", in_language(parameter.label, lang), schema, required=required)
    example = query.example.get(parameter.name, parameter.example)
    return {**found, "example": _typed(parameter, example)} if example is not None else found


def _typed(parameter: Parameter, value: str) -> Any:
    """*value* as JSON has it."""
    return json.loads(value) if parameter.type in _TYPES else value


def _parameter(name: str, place: str, label: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": place, "description": label, "required": required, "schema": schema}


def _plain(name: str, summary: str, media: Any, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {kind: {} for kind in media}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": {"description": "OK", "content": content}, "400": {"description": "Bad Request"}},
    }
