"""
Services elsewhere that know names: what they find for ours, as entries to compare.

A service is a file of ``harvest/services/``. It is asked for names alone, and only when a command says so.

Source:
    https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rdflib import Literal

from nqgraph.graph.fetching import Client
from nqgraph.graph.matching import Entry
from nqgraph.graph.store import iri_is_valid
from nqgraph.sources.harvests import described, is_address, named
from nqgraph.words.errors import InputError, QueryError, RemoteError
from nqgraph.words.texts import near
from nqgraph.words.workspace import Workspace

#: Folder of a workspace.
FOLDER = "harvest/services"
#: Kind → fields that it needs beside the address.
KINDS = {"reconcile": ("iri",), "search": ("results", "id", "label"), "sparql": ("query",)}
FIELDS = ("kind", "address", "language", "iri", "results", "id", "label", "query")
#: Names of one request, candidates of a name, and names of one call: all of these services are run for everybody.
BATCH, FOUND, MOST = 10, 5, 500
_JSON = "application/json"
#: What stands in the address, in the pattern of IRIs and in the query for what is asked.
_NAME, _ID, _NAMES = "{name}", "{id}", "{names}"


@dataclass(frozen=True)
class Service:
    """A service, and how it is asked."""

    name: str
    kind: str
    address: str
    language: str = "de"
    #: IRI of an entry, with ``{id}`` in it.
    iri: str = ""
    #: Where results stand in an answer, and in each its IRI and name: names of fields with dots.
    results: str = ""
    id: str = ""
    label: str = ""
    #: SPARQL that gives ``?iri`` and ``?label`` for the names that stand in ``VALUES`` in place of ``{names}``.
    query: str = ""


def names(workspace: Workspace) -> list[str]:
    """What the services of *workspace* are called."""
    return named(workspace, FOLDER)


def read(name: str, workspace: Workspace, address: str = "") -> Service:
    """
    The service *name* of *workspace*.

    Args:
        address: Where it is asked instead.
    Raises:
        QueryError: There is none of that name.
        InputError: Its file is wrong; with line and field.
    """
    file = described(name, workspace, FOLDER, "service-unknown")
    meta = file.fields
    for key, value in meta.items():
        if key not in FIELDS:
            raise file.wrong(str(key), "settings-field", hint=near(str(key), FIELDS))
        if not isinstance(value, str) or (key == "kind" and value not in KINDS):
            raise file.wrong(str(key), value=str(value)[:80])
        if key in ("address", "iri") and not is_address(value.replace(_NAME, "x").replace(_ID, "x")):
            raise file.wrong(str(key), value=value[:80])
    for key in ("kind", "address", *KINDS.get(str(meta.get("kind")), ())):
        if key not in meta:
            raise InputError.of("yaml-missing", file.place, field=key)
    found = Service(name, **meta)
    return replace(found, address=address) if address else found


def find(
    service: Service, asked: Sequence[str], client: Client, progress: Callable[[str], None] = lambda step: None
) -> list[Entry]:
    """
    What *service* knows by the names *asked*, each entry once.

    Raises:
        QueryError: These are too many names for services that everybody shares.
        RemoteError: The service does not answer as it should.
    """
    wanted = list(dict.fromkeys(name.strip() for name in asked if name.strip()))
    if len(wanted) > MOST:
        raise QueryError.of("service-many", count=len(wanted), most=MOST)
    found: dict[str, dict[str, None]] = {}
    size = 1 if service.kind == "search" else BATCH
    kinds = {"reconcile": _reconciled, "search": _searched, "sparql": _queried}
    for start in range(0, len(wanted), size):
        part = wanted[start : start + size]
        progress(part[0])
        for iri, label in kinds[service.kind](service, part, client):
            if iri_is_valid(iri) and label.strip():
                found.setdefault(iri, {})[label.strip()] = None
    return [Entry(iri, tuple(labels), codes=frozenset({iri})) for iri, labels in found.items()]


def _reconciled(service: Service, asked: Sequence[str], client: Client) -> Iterator[tuple[str, str]]:
    queries = {f"q{n}": {"query": name, "limit": FOUND} for n, name in enumerate(asked)}
    answer = client.post(service.address, {"queries": json.dumps(queries, ensure_ascii=False)}, _JSON)
    document = _document(answer.body, service)
    for key in queries:
        for one in _list(_in(document, f"{key}.result", service), service):
            if isinstance(one.get("id"), str) and isinstance(one.get("name"), str):
                yield service.iri.replace(_ID, quote(one["id"], safe="-._~:/")), one["name"]


def _searched(service: Service, asked: Sequence[str], client: Client) -> Iterator[tuple[str, str]]:
    for name in asked:
        url = service.address.replace(_NAME, quote(name, safe=""))
        document = _document(client.get(url, _JSON).body, service)
        for one in _list(_in(document, service.results, service), service)[:FOUND]:
            iri, label = (_in(one, path, service, missing="") for path in (service.id, service.label))
            if isinstance(iri, str) and isinstance(label, str):
                yield iri, label


def _queried(service: Service, asked: Sequence[str], client: Client) -> Iterator[tuple[str, str]]:
    terms = " ".join(Literal(name, lang=service.language).n3() for name in asked)
    text = service.query.replace(_NAMES, terms)
    document = _document(client.sparql(service.address, text, "application/sparql-results+json").body, service)
    for row in _list(_in(document, "results.bindings", service), service):
        iri, label = (_in(row, f"{name}.value", service, missing="") for name in ("iri", "label"))
        if isinstance(iri, str) and isinstance(label, str):
            yield iri, label


def _document(body: bytes, service: Service) -> Any:
    try:
        return json.loads(body)
    except UnicodeDecodeError as error:
        raise RemoteError.of("fetch-encoding", url=service.address, encoding="UTF-8") from error
    except ValueError as error:
        raise RemoteError.of("service-broken", url=service.address, message=str(error)[:200]) from error


def _in(document: Any, path: str, service: Service, missing: Any = None) -> Any:
    """What stands in *document* under the names of *path*."""
    for name in path.split("."):
        if not isinstance(document, dict) or name not in document:
            if missing is not None:
                return missing
            raise RemoteError.of("service-broken", url=service.address, message=f"“{path}”")
        document = document[name]
    return document


def _list(found: Any, service: Service) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise RemoteError.of("service-broken", url=service.address, message=type(found).__name__)
    return found


def file_or_service(to: str, workspace: Workspace) -> Path | None:
    """The file that *to* names; None if it is a service."""
    path = Path(to)
    return None if to in names(workspace) and not path.exists() else path
