"""A SPARQL 1.1 endpoint elsewhere, asked politely: POST, a timeout, retries, and a name to answer to."""

from __future__ import annotations

import json
import re
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError

from nqgraph.graph import sparql, terms
from nqgraph.graph.terms import Solutions, Term
from nqgraph.words import formats, vocab
from nqgraph.words.errors import Place, RemoteError
from nqgraph.words.workspace import Workspace, shipped

#: What an endpoint is asked for.
_FORMATS = {**formats.SOLUTIONS, **formats.GRAPHS}
#: Status codes that mean "later": SPARQLWrapper shows them as bare HTTP errors.
_LATER = frozenset({429, 502, 503, 504})


class Endpoint:
    """A SPARQL endpoint; answers like a store."""

    def __init__(
        self,
        url: str,
        workspace: Workspace | None = None,
        *,
        timeout: float = 30,
        retries: int = 2,
        agent: str = "",
        user: str = "",
        password: str = "",
        graphs: Sequence[str] = (),
        mark: str = "",
    ) -> None:
        """
        Args:
            url: Address of the endpoint.
            workspace: Whose canned queries are asked; the shipped one if None.
            timeout: Seconds for one request.
            retries: How often a busy endpoint (429, 502, 503, 504) is asked again, after the pause it asks for.
            agent: User agent; says who we are and where to write to.
            user: Name at the endpoint, which is told with *password* only if it asks, in the scheme it asks for.
            graphs: Named graphs that queries see, and whose union they see where they name none; all if empty.
            mark: What their names end in there, and nowhere else.
        """
        from importlib.metadata import PackageNotFoundError, version

        try:
            release = version("nqgraph")
        except PackageNotFoundError:
            release = "0"
        self.url = url
        self.workspace = workspace or shipped()
        self.timeout = timeout
        self.retries = retries
        self.agent = agent or f"nqgraph/{release} ({vocab.BASE})"
        self.graphs = tuple(graphs)
        #: What the endpoint says that it is, once it has answered.
        self.server = ""
        self._user, self._password = user, password
        self._mark = mark
        #: Scheme and realm in which it wants to know who asks, once it has asked.
        self._wanted: tuple[str, str] | None = None

    def query(self, text: str, bindings: Mapping[str, str] | None = None, form: str = "json") -> bytes:
        """
        The answer as bytes.

        Args:
            bindings: Variable → term as N-Triples text; written into the query, as there is no binding in the protocol.
        Raises:
            RemoteError: Unreachable, an error status, or an answer of another type.
        Source:
            https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded
        """
        asked = _FORMATS[form]
        written = _declared(inline(text, bindings or {}), self.workspace.iris.prefixes)
        if self._mark:
            written = _renamed(written, self.graphs, self._mark)
        found, body = self._sent(self.url, written, asked.media)
        if self._mark:
            body = body.replace(self._mark.encode(), b"")
        if found not in (asked.media, *asked.aliases):
            raise RemoteError.of("remote-not-sparql", Place(), url=self.url, found=found)
        if form == "json":
            try:
                document = json.loads(body)
            except ValueError as error:
                raise RemoteError.of("remote-not-sparql", Place(), url=self.url, found="?") from error
            if not isinstance(document, dict) or "head" not in document or not document.keys() & {"results", "boolean"}:
                raise RemoteError.of("remote-not-sparql", Place(), url=self.url, found=found)
        return body

    def update(self, url: str, text: str) -> None:
        """
        Send the update *text*, whose prefixes are declared, to the address *url* of the same server.

        Raises:
            RemoteError: Unreachable, or an error status.
        Source:
            https://www.w3.org/TR/sparql11-protocol/#update-via-post-urlencoded
        """
        self._sent(url, text, "*/*")

    def _sent(self, url: str, text: str, accept: str) -> tuple[str, bytes]:
        """Media type and body of the answer to a query or update."""
        from SPARQLWrapper import POST, SPARQLWrapper
        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

        wrapper = SPARQLWrapper(url, agent=self.agent)
        wrapper.setMethod(POST)
        wrapper.setTimeout(max(1, round(self.timeout)))
        wrapper.setOnlyConneg(True)  # or it asks for XML in a parameter, whatever the header says
        wrapper.addCustomHttpHeader("Accept", accept)
        wrapper.setQuery(text)
        if not wrapper.isSparqlUpdateRequest():
            for graph in self.graphs:
                wrapper.addParameter("default-graph-uri", graph)
                wrapper.addParameter("named-graph-uri", graph)
        attempt = 0
        while True:
            if self._wanted is not None:
                scheme, realm = self._wanted
                wrapper.setHTTPAuth(scheme)
                wrapper.setCredentials(self._user, self._password, realm)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # about formats; we look at the answer ourselves
                    response = wrapper.query().response
                with response:
                    self.server = response.headers.get("Server") or ""
                    return response.headers.get_content_type(), response.read()
            except HTTPError as error:
                error.close()
                if error.code not in _LATER or attempt == self.retries:
                    raise RemoteError.of("remote-status", Place(), url=url, status=error.code) from error
                time.sleep(_pause(error.headers.get("Retry-After"), attempt))
                attempt += 1
            except (OSError, HTTPException, ValueError) as error:  # no answer, a broken one, no valid address
                reason = getattr(error, "reason", None) or error
                raise RemoteError.of("remote-unreachable", Place(), url=url, message=str(reason)) from error
            except SPARQLWrapperException as error:  # some statuses in classes of its own
                refused = error.__context__
                assert isinstance(refused, HTTPError)
                refused.close()
                if refused.code == 401 and self._wanted is None and self._user:
                    self._wanted = _challenge(refused.headers.get("WWW-Authenticate") or "")
                    continue
                code = "remote-refused" if refused.code == 401 else "remote-status"
                raise RemoteError.of(code, Place(), url=url, status=refused.code) from error

    def select(self, text: str, bindings: Mapping[str, str] | None = None) -> Iterator[tuple[Any, ...]]:
        """Solutions as tuples of plain values in the order of projection."""
        document = json.loads(self.query(text, bindings))
        for binding in document["results"]["bindings"]:
            yield tuple(binding[n]["value"] if n in binding else None for n in document["head"]["vars"])

    @property
    def kept(self) -> dict[Any, dict[Any, Any]]:
        """Nothing is kept: what an endpoint has can change at any time."""
        return {}

    def terms(self, text: str) -> Solutions:
        """The solutions of a SELECT as terms."""
        return terms.of_json(self.query(text))

    def values(self, things: Iterable[str], predicate: str, inverse: bool = False) -> dict[str, list[Term]]:
        """The values of a property of *things*, each once; what has none is left out."""
        return terms.asked(self.query, things, predicate, inverse=inverse)


def inline(text: str, bindings: Mapping[str, str]) -> str:
    """
    *text* with the variables of *bindings* replaced by their terms, as SEP-0007 has it.

    The protocol has no bindings. Every term is N-Triples text that the parameter layer made, never a user's own text.
    In the outer projection a bound variable stays as ``(term AS ?name)``; in the projection of subqueries and in GROUP
    BY and ORDER BY, where it would be a constant, it is left out.
    """
    return _inlined(text, tuple(bindings.items()))


@lru_cache(maxsize=256)
def _inlined(text: str, given: tuple[tuple[str, str], ...]) -> str:
    bindings = dict(given)
    written: list[str] = []
    clause, depth = "", 0
    for token in sparql.tokens(text):
        name = token.value[1:] if token.kind == "variable" else ""
        if name in bindings:
            if clause == "SELECT":
                written.append(f"({bindings[name]} AS ?{name})" if depth == 0 else "")
            elif clause not in ("GROUP", "ORDER"):
                written.append(bindings[name])
            continue
        written.append(token.text)
        if token.keyword in ("SELECT", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "VALUES"):
            clause = token.keyword
        elif token.keyword in ("{", "}"):
            depth, clause = depth + (1 if token.keyword == "{" else -1), ""
    return "".join(written)


def _declared(text: str, prefixes: Mapping[str, str]) -> str:
    used, declared = sparql.prefixes(text)
    missing = [prefix for prefix in prefixes if prefix in used - declared]
    return "".join(f"PREFIX {prefix}: <{prefixes[prefix]}>\n" for prefix in missing) + text


def _renamed(text: str, graphs: Sequence[str], mark: str) -> str:
    """*text* with the names that *graphs* have at the endpoint in place of those without *mark*."""
    named = {f"<{graph.removesuffix(mark)}>": f"<{graph}>" for graph in graphs}
    return "".join(named.get(t.value, t.text) if t.kind == "iri" else t.text for t in sparql.tokens(text))


def _challenge(header: str) -> tuple[str, str]:
    """Scheme and realm that a server asks for (RFC 9110, section 11.6.1)."""
    realm = re.search(r'realm="([^"]*)"', header)
    return "DIGEST" if header.casefold().startswith("digest") else "BASIC", realm[1] if realm else ""


def _pause(retry_after: str | None, attempt: int) -> float:
    return min(float(retry_after), 60.0) if retry_after and retry_after.isdigit() else 2.0**attempt
