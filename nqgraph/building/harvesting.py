"""Brings in what others publish, as a dated snapshot that the next build reads as theirs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from rdflib import DCAT, FOAF, OWL, RDF, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from nqgraph.building import exchange, rml
from nqgraph.graph import documents, fetching
from nqgraph.graph.fetching import Answer, Client
from nqgraph.graph.store import Store, iri_is_valid
from nqgraph.sources.datasets import label
from nqgraph.sources.harvests import Harvest
from nqgraph.sources.snapshots import DATA, Fetching, Kept
from nqgraph.validation.validation import Report
from nqgraph.words import faults
from nqgraph.words.errors import InputError, Place, Problem, QueryError, RemoteError
from nqgraph.words.texts import Text
from nqgraph.words.workspace import Workspace

_HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
_JSON = "application/sparql-results+json"
_RDF = (
    "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.8, application/n-quads;q=0.7,"
    " application/ld+json;q=0.5"
)
_LINES = (".nt", ".nq")
#: Namespaces that are written in two ways → the way of ours.
_NAMESPACES = {
    "https://schema.org/": "http://schema.org/",
    "https://www.w3.org/2003/01/geo/wgs84_pos#": "http://www.w3.org/2003/01/geo/wgs84_pos#",
}
#: What of Turtle says nothing.
_PREFIXES = re.compile(
    r"@?prefix\s+[\w.-]*:\s*<[^>]*>\s*\.?|@?base\s+<[^>]*>\s*\.?|^\s*#.*$", re.IGNORECASE | re.MULTILINE
)
#: Pages of a catalogue, graphs of a server.
_PAGES = 1_000


@dataclass
class Harvested:
    """What was brought in."""

    report: Report
    #: Folder of the snapshot; None if the profile refuses it.
    path: Path | None
    statements: int
    answers: int
    #: Answers that an earlier try had kept.
    resumed: int
    #: Lines and rows that could not be read and were left out.
    skipped: list[Problem] = field(default_factory=list)


@dataclass
class _Bringing:
    """A harvest under way."""

    source: Harvest
    workspace: Workspace
    fetching: Fetching
    client: Client
    progress: Callable[[str], None]
    resumed: int = 0
    skipped: list[Problem] = field(default_factory=list)
    #: What the source says of itself, for ``dataset.yaml``.
    said: dict[str, Any] = field(default_factory=dict)

    def asked(self, asked: str, ask: Callable[[], Answer], check: Callable[[Answer], int]) -> Kept:
        """The kept answer to *asked*, or a new one; *check* counts what is in it, and raises if it is broken."""
        if asked in self.fetching.kept:
            self.resumed += 1
            return self.fetching.kept[asked]
        self.progress(asked)
        answer = ask()
        return self.fetching.keep(asked, answer, self.source, check(answer))

    def place(self, kept: Kept) -> str:
        """How messages call the file of *kept*."""
        return f"{label(self.fetching.folder)}/{kept.file}" if self.fetching.folder else kept.file


def harvest(
    source: Harvest,
    workspace: Workspace,
    data: Path,
    client: Client,
    *,
    fresh: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Harvested:
    """
    Fetch *source* and make a snapshot of it below *data*; what was fetched stays when something breaks.

    Args:
        fresh: Begin anew, even if an earlier try broke off.
    Raises:
        RemoteError: A service does not answer as it should.
        InputError: What it answers cannot be read, or is about things of ours.
        QueryError: There is no address to ask.
    """
    if not source.addresses:
        raise QueryError.of("harvest-address", name=source.name)
    bringing = _Bringing(source, workspace, Fetching.begun(data, source, fresh=fresh), client, progress)
    kinds = {"sparql": _sparql, "rdf": _rdf, "dcat": _dcat, "nqgraph": _nqgraph, "table": _table}
    said = dict.fromkeys(_aligned(kinds[source.kind](bringing), source))  # each once, in the order of the answers
    progress("validate")
    if not said:
        raise InputError.of("harvest-empty", Place(source.name))
    folder = bringing.fetching.folder
    content = documents.steady(said)
    (folder / DATA).write_bytes(content)
    named = workspace.iris.dataset_graph(source.name)
    report = exchange.check(folder / DATA, f"{label(folder)}/{DATA}", named, workspace)
    found = Harvested(report, None, len(said), len(bringing.fetching.kept), bringing.resumed, bringing.skipped)
    if report.conforms:
        found.path = bringing.fetching.finish(source, content, skipped=bringing.skipped, said=bringing.said)
    return found


# -- kinds -------------------------------------------------------------------------------------------------------------


def _sparql(bringing: _Bringing) -> Iterator[tuple[Node, Node, Node]]:
    """Page by page until one is empty: servers cut pages off where they like, and do not say so."""
    source, client = bringing.source, bringing.client
    selects = bool(source.thing)
    for address in source.addresses:
        offset, before = 0, ""
        while True:
            limit = min(source.page or source.most, source.most - offset)
            text = f"{source.query.rstrip()}\nLIMIT {limit} OFFSET {offset}\n" if source.page else source.query

            def ask(address: str = address, text: str = text) -> Answer:
                return client.sparql(address, text, _JSON if selects else _RDF)

            check = _solutions_in if selects else _statements_in
            kept = bringing.asked(f"{address} {offset}" if source.page else address, ask, check)
            if kept.count and kept.sha256 == before:
                raise RemoteError.of("harvest-same-page", url=address)
            if selects:
                yield from _from_solutions(bringing.fetching.body(kept), source)
            elif kept.count:
                yield from _loaded(bringing, kept)
            before = kept.sha256
            offset += kept.count if selects else limit
            if not source.page or not kept.count or offset >= source.most:
                break


def _rdf(bringing: _Bringing) -> Iterator[tuple[Node, Node, Node]]:
    for address in bringing.source.addresses:
        kept = bringing.asked(address, lambda address=address: bringing.client.get(address, _RDF), _statements_in)  # type: ignore[misc]
        yield from _loaded(bringing, kept)


def _dcat(bringing: _Bringing) -> Iterator[tuple[Node, Node, Node]]:
    """The datasets of a catalogue with their distributions, page by page; nothing else that it says."""
    whole = Graph(bind_namespaces="none")
    for first in bringing.source.addresses:
        address, seen = first, {first}
        for _ in range(_PAGES):
            ask = lambda address=address: bringing.client.get(address, _RDF)  # noqa: E731
            page = Graph(bind_namespaces="none")
            for triple in _loaded(bringing, bringing.asked(address, ask, _statements_in)):
                page.add(triple)
            whole += page
            following = sorted({str(o) for p in (_HYDRA.next, _HYDRA.nextPage) for o in page.objects(None, p)})
            left = [urljoin(address, one) for one in following if urljoin(address, one) not in seen]
            if not left:
                break
            if fetching.origins(left) != fetching.origins([first]):
                raise RemoteError.of("fetch-refused", url=address, other=left[0])
            address = left[0]
            seen.add(address)
    for dataset in whole.subjects(RDF.type, DCAT.Dataset):
        yield from _about(whole, dataset, {DCAT.distribution})


def _about(graph: Graph, thing: Node, deeper: set[URIRef]) -> Iterator[tuple[Node, Node, Node]]:
    for predicate, value in graph.predicate_objects(thing):
        yield thing, predicate, value
        if isinstance(value, BNode) or predicate in deeper:
            yield from _about(graph, value, set())


def _nqgraph(bringing: _Bringing) -> Iterator[tuple[Node, Node, Node]]:
    """The public datasets of another server, each by the address of its graph; one licence holds for all of them."""
    (base, *_) = (address.rstrip("/") + "/" for address in bringing.source.addresses)
    ask = lambda: bringing.client.get(f"{base}dcat.ttl", _RDF)  # noqa: E731
    catalogue = Graph(bind_namespaces="none")
    for triple in _loaded(bringing, bringing.asked(f"{base}dcat.ttl", ask, _statements_in)):
        catalogue.add(triple)
    datasets = sorted(
        (str(name), dataset)
        for dataset in catalogue.subjects(RDF.type, DCAT.Dataset)
        for name in catalogue.objects(dataset, DCTERMS.identifier)
        if re.fullmatch(r"[a-z0-9][a-z0-9-]*", str(name))
    )
    if not datasets or len(datasets) > _PAGES:
        raise RemoteError.of("harvest-no-nqgraph", url=base)
    licences = {str(o) for _, dataset in datasets for o in catalogue.objects(dataset, DCTERMS.license)}
    if len(licences) != 1 or not iri_is_valid(licence := licences.pop()):
        raise RemoteError.of("harvest-licences", url=base)
    publishers = {
        name
        for _, d in datasets
        for p in catalogue.objects(d, DCTERMS.publisher)
        for name in catalogue.objects(p, FOAF.name)
    }
    bringing.said |= {"license": licence, "publisher": "; ".join(sorted(map(str, publishers))) or base}
    for name, _ in datasets:
        address = f"{base}graph/{name}.nt"
        ask_graph = lambda address=address: bringing.client.get(address, "application/n-triples")  # noqa: E731
        yield from _loaded(bringing, bringing.asked(address, ask_graph, _statements_in))


def _table(bringing: _Bringing) -> Iterator[tuple[Node, Node, Node]]:
    """What an RML mapping makes of tables; rows that do not fit their header are left out, counted and named."""
    source = bringing.source
    assert source.mapping is not None
    rml.check(source.mapping, f"{source.path.parent.name}/{source.mapping.name}")
    for address in source.addresses:
        ask = lambda address=address: bringing.client.get(address, "text/csv, application/json;q=0.9")  # noqa: E731
        kept = bringing.asked(address, ask, lambda answer: _records_in(answer, source))
        body = bringing.fetching.body(kept)
        if kept.file.endswith(".json"):
            made = rml.run(source.mapping, body, "json")
        else:
            text = replace(
                Answer(address, kept.media, source.encoding, body), charset=source.encoding or "utf-8-sig"
            ).text()
            made = rml.run(source.mapping, _sifted_rows(text, bringing, kept).encode(), "csv")
        path = bringing.fetching.folder / f".{Path(kept.file).stem}.nt"
        path.write_bytes(made)
        try:
            if made.strip():
                yield from _loaded_file(bringing, path, bringing.place(kept), address)
        finally:
            path.unlink()


# -- answers -----------------------------------------------------------------------------------------------------------


def _solutions(answer: bytes, url: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(answer)
        rows = found["results"]["bindings"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError(type(rows).__name__)
    except UnicodeDecodeError as error:
        raise RemoteError.of("fetch-encoding", url=url, encoding="UTF-8") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RemoteError.of("harvest-broken-json", url=url, message=str(error)[:200]) from error
    return rows


def _solutions_in(answer: Answer) -> int:
    return len(_solutions(answer.body, answer.url))


def _statements_in(answer: Answer) -> int:
    """A first look at RDF: it is in UTF-8 and there is something in it; what is wrong in it is said when it is read."""
    if answer.media not in ("application/rdf+xml",):
        replace(answer, charset="utf-8").text()
    return 1 if answer.body.strip() and not _is_empty(answer) else 0


def _is_empty(answer: Answer) -> bool:
    """Whether an answer has prefixes and no statement."""
    text = answer.body.decode("utf-8", "replace")
    if answer.media == "application/rdf+xml":
        return re.search(r"<(?!/?rdf:RDF|\?|!)[\w:]", text) is None
    return not _PREFIXES.sub("", text).strip()


def _records_in(answer: Answer, source: Harvest) -> int:
    if answer.media == "application/json" or urlsplit(answer.url).path.endswith(".json"):
        try:
            json.loads(answer.body)
        except UnicodeDecodeError as error:
            raise RemoteError.of("fetch-encoding", url=answer.url, encoding="UTF-8") from error
        except ValueError as error:
            raise RemoteError.of("harvest-broken-json", url=answer.url, message=str(error)[:200]) from error
        return 1
    text = replace(answer, charset=source.encoding or answer.charset).text()
    return max(0, len(text.splitlines()) - 1)


def _from_solutions(answer: bytes, source: Harvest) -> Iterator[tuple[Node, Node, Node]]:
    for row in _solutions(answer, source.addresses[0]):
        subject = row.get(source.thing, {})
        if subject.get("type") != "uri" or not iri_is_valid(str(subject.get("value", ""))):
            continue
        thing = URIRef(subject["value"])
        if source.class_iri:
            yield thing, RDF.type, URIRef(source.class_iri)
        for variable, path in source.values.items():
            if term := _term(row.get(variable)):
                yield thing, URIRef(path), term


def _term(said: Any) -> Node | None:
    """The term of a binding in JSON (https://www.w3.org/TR/sparql11-results-json/#select-encode-terms)."""
    if not isinstance(said, dict) or not isinstance(said.get("value"), str):
        return None
    value = said["value"]
    if said.get("type") == "uri":
        return URIRef(value) if iri_is_valid(value) else None
    if said.get("type") not in ("literal", "typed-literal"):
        return None
    tag = said.get("xml:lang")
    if tag and re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", str(tag)):
        return Literal(value, lang=tag)
    datatype = said.get("datatype")
    return Literal(value, datatype=URIRef(datatype) if datatype and iri_is_valid(datatype) else None, normalize=False)


def _loaded(bringing: _Bringing, kept: Kept) -> Iterator[tuple[Node, Node, Node]]:
    """The statements of a kept answer; of one by lines those that are well-formed, the others are named."""
    path, place, base = bringing.fetching.folder / kept.file, bringing.place(kept), kept.asked.partition(" ")[0]
    if not kept.count:
        return
    try:
        yield from list(_loaded_file(bringing, path, place, base))
        return
    except InputError:
        if not kept.file.endswith(_LINES):
            raise
    good, wrong = documents.sifted(path.read_bytes())
    bringing.skipped += [Problem(Place(place, line=n), faults.found(why, Place(place)).text) for n, why in wrong]
    if good.strip():
        sifted = path.with_name(f".{path.name}")
        sifted.write_bytes(good)
        try:
            yield from _loaded_file(bringing, sifted, place, base)
        finally:
            sifted.unlink()


def _loaded_file(bringing: _Bringing, path: Path, place: str, base: str) -> Iterator[tuple[Node, Node, Node]]:
    store = Store(bringing.workspace)
    graph = bringing.workspace.iris.dataset_graph("brought")
    store.load(path, graph, place, base)
    yield from store.graph(graph)


def _sifted_rows(text: str, bringing: _Bringing, kept: Kept) -> str:
    """The rows of a table that have as many cells as its header."""
    first = text.partition("\n")[0]
    sign = max(",;\t", key=first.count)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    reader = csv.reader(io.StringIO(text), delimiter=sign, strict=True)
    header: list[str] = []
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            place = Place(bringing.place(kept), line=reader.line_num)
            bringing.skipped.append(Problem(place, Text("sssom-syntax", {"message": str(error)})))
            continue
        if cells is None:
            return out.getvalue()
        if not header:
            header = [cell.strip() for cell in cells]
            writer.writerow(header)
        elif len(cells) == len(header):
            writer.writerow(cells)
        elif any(cells):
            values = {"count": len(cells), "expected": len(header)}
            place = Place(bringing.place(kept), line=reader.line_num)
            bringing.skipped.append(Problem(place, Text("sssom-cells", values)))


# -- terms -------------------------------------------------------------------------------------------------------------


def _aligned(triples: Iterable[tuple[Node, Node, Node]], source: Harvest) -> Iterator[tuple[Node, Node, Node]]:
    """*triples* in terms of ours, where an alignment names them: properties, classes, and entries of lists."""
    terms: dict[Any, Any] = {}
    for path in source.alignments:
        said = Graph(bind_namespaces="none")
        try:
            said.parse(path, format="turtle")
        except Exception as error:  # rdflib raises several
            place = Place(f"{path.parent.name}/{path.name}")
            raise InputError([faults.turtle(path.read_bytes(), place, error)]) from error
        for same in (OWL.equivalentProperty, OWL.equivalentClass, SKOS.exactMatch):
            terms |= dict(said.subject_objects(same))

    def ours(term: Any) -> Any:
        other = terms.get(term, term)
        if isinstance(other, URIRef):
            for theirs, own in _NAMESPACES.items():
                if other.startswith(theirs):
                    return URIRef(own + other[len(theirs) :])
        return other

    for subject, predicate, value in triples:
        yield subject, ours(predicate), ours(value) if isinstance(value, URIRef) else value


def client_for(source: Harvest, workspace: Workspace, *, local: bool = False, **options: Any) -> Client:
    """The client that asks *source*; with *local*, its own addresses may lie in this machine or network."""
    return Client(fetching.agent_of(workspace), fetching.origins(source.addresses) if local else frozenset(), **options)
