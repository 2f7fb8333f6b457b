"""A release: all that is public of a build in one folder for others, checked, with checksums and citation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import semver
import yaml
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF

from nqgraph.building import catalogue
from nqgraph.building.catalogue import Edition, File
from nqgraph.building.states import State, States
from nqgraph.exports import claims, compared, crate, mapped, redirects, workbook
from nqgraph.exports.leaks import KINDS, Check, Checked
from nqgraph.graph import versions
from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Store
from nqgraph.graph.versions import Version
from nqgraph.model import shapes
from nqgraph.networks.network import Selection
from nqgraph.things.changes import Changes
from nqgraph.things.comparing import compare
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, LeakError, Place, StoreError
from nqgraph.words.files import fresh
from nqgraph.words.texts import LANGUAGES, Text, in_language, text
from nqgraph.words.workspace import Workspace

#: Formats of the dumps with everything.
_DUMPS = ("trig", "nq", "jsonld")
_SUMS, _LOG = "SHA256SUMS", "release.log"
#: Licence → its name in the list of SPDX, which citation files want.
_SPDX = {
    "https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
    "https://www.govdata.de/dl-de/by-2-0": "DL-DE-BY-2.0",
    "https://www.govdata.de/dl-de/zero-2-0": "DL-DE-ZERO-2.0",
}


@dataclass(frozen=True)
class Release:
    """What was written."""

    path: Path
    checked: Checked
    #: What the release says of itself, a line each, in a language.
    lines: tuple[Text, ...]


def write(
    name: str, source: Version, folder: Path, states: States, *, since: str | None = None, force: bool = False
) -> Release:
    """
    Write the release *name* of what is public of a build below *folder*, whole or not at all.

    The same build gives the same bytes.

    Args:
        source: The build, opened without what is internal.
        folder: Where releases lie; the one before is looked for there.
        states: Finds what *since* names.
        since: A release or another state to compare with; the release before if None.
        force: Replace a release of that name.
    Raises:
        InputError: *name* is no version, or *since* means nothing.
        LeakError: The check has found what must not leave; names each file and line.
        StoreError: There is such a release, or it cannot be written.
    """
    _parsed(name)
    if (folder / name).exists() and not force:
        raise StoreError.of("release-exists", Place(str(folder / name)))
    before = _before(name, folder)
    if since is not None and semver.Version.is_valid(since) and (folder / since).is_dir():
        since, before = str(folder / since), since
    writer = _Writer(name, source, before)
    states = replace(states, workspace=writer.workspace)  # a release before has no model of its own
    old = states.find(since or str(folder / before)) if since or before else None
    if old is not None:
        _without(old.graph.store, source.datasets)
    with fresh(folder / name) as made:
        changes = compare(old.graph, Graph(writer.store)) if old else None
        for path, content in writer.files(changes, old):
            _put(made / path, content)
        writer.nanopubs(made / "nanopub")
        check = _check(writer.store, source, states)
        checked = check.files(made)
        lines = tuple(writer.log(checked))
        _put(made / _LOG, _said(lines, writer.lang).encode())
        _put(made / _SUMS, _sums(made).encode())
        last = check.files(made, [made / _LOG, made / _SUMS])
        if problems := checked.problems + last.problems:
            raise LeakError(problems)
    return Release(folder / name, checked, lines)


def _parsed(name: str) -> semver.Version:
    try:
        return semver.Version.parse(name)
    except ValueError as error:
        raise InputError.of("release-version", name=name) from error


def _before(name: str, folder: Path) -> str:
    """The latest release below *folder* that comes before *name*; "" if there is none."""
    names = [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    known = [(semver.Version.parse(one), one) for one in names if semver.Version.is_valid(one)]
    return max((found for found in known if found[0] < _parsed(name)), default=(None, ""))[1]


def _without(store: Store, datasets: Iterable[str]) -> None:
    """Take the graphs of *datasets* from *store*: what has become internal is not gone, it is not spoken of."""
    for name in datasets:
        store.remove_graph(store.iris.dataset_graph(name))


def _check(store: Store, source: Version, states: States) -> Check:
    private = {str(states.folder.resolve()), str(Path.home())}
    if not source.datasets:
        return Check(store, private=private)
    whole = versions.named(source.folder, internal=True)
    assert whole is not None
    return Check(store, whole.load(), source.datasets, private)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _sums(folder: Path) -> str:
    """The checksums of all files as ``sha256sum -c`` takes them."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{hashlib.sha256((folder / path).read_bytes()).hexdigest()}  {path}\n" for path in paths)


def _said(lines: tuple[Text, ...], lang: str) -> str:
    return "".join(f"{line.in_language(lang)}\n" for line in lines)


class _Writer:
    """Makes the files of one release."""

    def __init__(self, name: str, source: Version, before: str) -> None:
        self.name, self.source, self.before = name, source, before
        self.store = source.load()
        self.workspace: Workspace = self.store.workspace
        self.lang = self.workspace.language if self.workspace.language in LANGUAGES else LANGUAGES[-1]
        self.day = source.written.date().isoformat()
        self.datasets = sorted(graph for graph in self.store.graphs() if graph not in self.store.iris.own_graphs)
        self.unknown: list[tuple[str, str, int, int, str]] = []
        self._state_version()

    def _state_version(self) -> None:
        """Let the ontology say of which release it is and which was before, if it has terms of the workspace."""
        iris = self.store.iris
        ontology = self.store.graph(iris.ontology)
        node = URIRef(iris.terms)
        if not any(str(term).startswith(iris.terms) for term in ontology.subjects()):
            return  # the terms of others have versions of their own
        for path in (OWL.versionIRI, OWL.versionInfo, OWL.priorVersion):
            ontology.remove((node, path, None))
        if (node, RDF.type, OWL.Ontology) not in ontology:
            ontology.add((node, RDF.type, OWL.Ontology))
            for lang, title in self.workspace.settings.title.items():
                ontology.add((node, DCTERMS.title, Literal(title, lang=lang)))
        ontology.add((node, OWL.versionIRI, URIRef(iris.terms + self.name)))
        ontology.add((node, OWL.versionInfo, Literal(self.name)))
        if self.before:
            ontology.add((node, OWL.priorVersion, URIRef(iris.terms + self.before)))
        self.store.remove_graph(iris.ontology)
        self.store.add(iris.ontology, ontology)

    def files(self, changes: Changes | None, old: State | None) -> Iterator[tuple[str, bytes]]:
        """Name and content of each file but nanopublications, log and checksums."""
        data: dict[str, tuple[bytes, str]] = {}
        offered: dict[str, list[File]] = {}
        base = f"{self.store.iris.base}release/{self.name}/"

        def offer(path: str, content: bytes, graph: str, label: Mapping[str, str] | None = None) -> None:
            data[path] = content, graph
            offered.setdefault(graph, []).append(File(base + path, dict(label) if label else None))

        for form in _DUMPS:
            offer(f"nqgraph.{form}", self.store.dump(form, labels=True), "")
        schema = shapes.of(self.workspace)
        for graph in self.datasets:
            name = vocab.local_name(graph)
            offer(f"datasets/{name}.ttl", self.store.dump("ttl", graph, labels=True), graph)
            for shape, rows in workbook.tables(self.store, self.workspace.language, name):
                offer(f"datasets/{name}/{vocab.slug(schema.label(shape))}.csv", rows, graph, shape.label)
        yield from ((path, content) for path, (content, _) in data.items())
        yield crate.FILE, crate.describe(self.store, data)
        edition = Edition(self.name, self.before, self.day, offered)
        record = catalogue.record(self.store, edition=edition)
        self.unknown = list(catalogue.unknown(record))
        yield "dcat.ttl", record.serialize(format="longturtle", encoding="utf-8")
        void = catalogue.statistics(self.store, edition=edition)
        yield "void.ttl", void.serialize(format="longturtle", encoding="utf-8")
        yield "ontology.ttl", self.store.dump("ttl", self.store.iris.ontology, labels=True)
        said = {"mapping_set_version": self.name, "mapping_date": self.day}
        yield from ((f"mappings/{path}", content) for path, content in mapped.files(self.store, said).items())
        yield "CITATION.cff", self._citation().encode()
        yield "w3id/.htaccess", redirects.rules(self.workspace).encode()
        yield "w3id/README.md", redirects.readme(self.workspace).encode()
        yield from self._changes(changes, old)
        yield "README.md", self._readme().encode()

    def nanopubs(self, folder: Path) -> None:
        """Write a nanopublication of each claim; none if nobody claims anything."""
        if claims.any_in(self.store):
            claims.write_nanopubs(self.store, folder, Selection())

    def log(self, checked: Checked) -> Iterator[Text]:
        """What was written, checked and not known, a line each; nothing that depends on what is internal."""
        yield Text(
            "release-log-head", {"version": self.name, "build": self.source.name, "day": self.day, "tool": _tool()}
        )
        names = ", ".join(vocab.local_name(graph) for graph in self.datasets)
        yield Text("release-log-datasets", {"count": len(self.datasets), "names": names})
        yield Text("release-log-since", {"version": self.before}) if self.before else Text("release-first")
        yield Text("release-log-checked", {"count": checked.files, "size": f"{checked.size:,}".replace(",", "\u202f")})
        for kind in KINDS:
            yield Text("release-log-kind", {"kind": Text(f"leak-kind-{kind}"), "count": len(checked.found[kind])})
        for kind, path, lacking, known, where in self.unknown:
            values = {"kind": kind, "path": path, "lacking": lacking, "known": known}
            yield Text("release-log-unknown", {**values, "where": Text(f"release-where-{where}")})
        if not self.workspace.settings.site:
            yield Text("release-log-site")

    def _changes(self, changes: Changes | None, old: State | None) -> Iterator[tuple[str, bytes]]:
        if changes is None or old is None:
            for lang in LANGUAGES:
                yield f"CHANGES.{lang}.md", f"# {self.name}\n\n{text('release-first', lang)}\n".encode()
            yield "changes.json", f'{{"old": null, "new": "{self.name}", "groups": []}}\n'.encode()
            return
        old, new = State(Path(old.name).name, old.graph), State(self.name, Graph(self.store))
        for lang in LANGUAGES:
            yield f"CHANGES.{lang}.md", compared.rendered(changes, old, new, "md", lang)
        yield "changes.json", compared.rendered(changes, old, new, "json", self.lang)

    def _citation(self) -> str:
        """The citation file (https://citation-file-format.github.io/, version 1.2.0)."""
        settings, lang = self.workspace.settings, self.workspace.language
        graph = self.store.graph(self.store.iris.catalogue)
        publishers = sorted({str(name) for _, _, name in graph.triples((None, URIRef(vocab.FOAF.name), None))})
        licences = sorted({str(licence) for licence in graph.objects(None, DCTERMS.license)})
        said: dict[str, Any] = {
            "cff-version": "1.2.0",
            "type": "dataset",
            "title": in_language(settings.title, lang),
            "message": text("release-cite", self.lang),
            "authors": [
                {"name": name} for name in publishers or [in_language(settings.sender or settings.title, lang)]
            ],
            "version": self.name,
            "date-released": self.day,
            "url": self.store.iris.base,
            "repository-artifact": f"{self.store.iris.base}release/{self.name}/",
        }
        if settings.intro:
            said["abstract"] = in_language(settings.intro, lang)
        if licences and all(licence in _SPDX for licence in licences):
            known = [_SPDX[licence] for licence in licences]
            said["license"] = known[0] if len(known) == 1 else known
        elif len(licences) == 1:
            said["license-url"] = licences[0]
        return str(yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=120))

    def _readme(self) -> str:
        """What each file is, in both languages."""
        return "\n".join(part for lang in LANGUAGES for part in self._readme_in(lang))

    def _readme_in(self, lang: str) -> Iterator[str]:
        settings = self.workspace.settings
        yield text("release-readme-title", lang, title=settings.title, version=self.name) + "\n"
        if settings.intro:
            yield in_language(settings.intro, lang) + "\n"
        values = {"day": self.day, "build": self.source.name, "before": self.before, "tool": _tool()}
        yield text("release-readme-of" if self.before else "release-readme-first", lang, **values) + "\n"
        yield text("release-readme-table", lang).strip() + "\n"
        if not claims.any_in(self.store):
            yield text("release-readme-no-claims", lang) + "\n"
        yield text("release-readme-datasets", lang) + "\n"
        graph = self.store.graph(self.store.iris.catalogue)
        for iri in self.datasets:
            titles = {
                str(t.language): str(t) for t in graph.objects(URIRef(iri), DCTERMS.title) if isinstance(t, Literal)
            }
            licence = ", ".join(sorted(str(one) for one in graph.objects(URIRef(iri), DCTERMS.license)))
            issued = ", ".join(str(one) for one in graph.objects(URIRef(iri), DCTERMS.issued))
            title = in_language(titles, lang, vocab.local_name(iri))
            yield f"- `{vocab.local_name(iri)}`: {title}" + "".join(f", {said}" for said in (issued, licence) if said)
        yield "\n" + text("release-readme-use", lang).strip() + "\n"


def _tool() -> str:
    return f"nqgraph {installed('nqgraph')}"
