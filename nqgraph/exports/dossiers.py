"""Dossiers of things as files: which things are meant, in which format, and where they go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nqgraph.exports import dossier
from nqgraph.graph.graph import Graph
from nqgraph.graph.queries import literal
from nqgraph.graph.versions import Version
from nqgraph.pages import Site
from nqgraph.words import formats, vocab
from nqgraph.words.errors import InputError, Place, QueryError
from nqgraph.words.files import marked, write_atomically
from nqgraph.words.texts import near
from nqgraph.words.workspace import Workspace


def write(
    source: Version,
    wanted: Sequence[tuple[str, str]],
    target: str | None,
    lang: str,
    form: str | None = None,
    template: Path | None = None,
    *,
    folder: Path = Path("build"),
) -> list[Path]:
    """
    Write a dossier of each thing that is *wanted*; returns where they lie.

    Args:
        source: A build. If something internal is in it, each dossier and its name say so.
        wanted: Name of a table, or "" for any, and the key of a thing in it.
        target: A file; a folder where several are wanted, or if there is one; a default in *folder* if None.
        form: ``docx`` or ``html``; by the ending of *target*, else ``docx``, if None.
        template: A Word file whose styles, page, head and foot they take; that of the settings if None.
    Raises:
        NqgraphError: A key or table does not exist, the template is none, or nothing can be written.
    """
    ending = Path(target).suffix.removeprefix(".") if target else ""
    form = form or (ending if ending in formats.DOCUMENTS else "docx")
    if form not in formats.DOCUMENTS:
        raise QueryError.of("format-export", form=form, what="dossier", forms=", ".join(formats.DOCUMENTS))
    if template and form == "html":
        raise QueryError.of("format-export", form=form, what="--template", forms="docx")
    if not wanted:
        raise QueryError.of("dossier-no-key")
    site = Site(Graph(source.load(), lang=lang), live=False, version=source.name)
    things = find(site, wanted)
    made = {iri: render(site, iri, form, lang, template) for iri in things}
    several = len(things) > 1 or (target is not None and (target.endswith(("/", "\\")) or Path(target).is_dir()))
    paths = {iri: Path(target or folder) / name for iri, name in names(site, things, form).items()}
    if target and not several:
        paths = dict.fromkeys(things, Path(target))
    for iri, content in made.items():
        paths[iri] = marked(paths[iri]) if source.internal else paths[iri]
        write_atomically(paths[iri], content)
    return [paths[iri] for iri in things]


def render(site: Site, iri: str, form: str, lang: str, template: Path | None = None) -> bytes:
    """
    The dossier of the thing *iri* as ``docx`` or ``html``.

    Raises:
        InputError: The template is none.
    """
    made = dossier.paper(site, iri, lang)
    if form == "html":
        from nqgraph.exports import printed

        return printed.render(made)
    from nqgraph.exports import word

    template = template or _template(site.workspace)
    if template is None:
        return word.render(made)
    try:
        return word.render(made, template.read_bytes(), str(template))
    except OSError as error:
        raise InputError.of("dossier-template", Place(str(template))) from error


def find(site: Site, wanted: Iterable[tuple[str, str]]) -> list[str]:
    """
    The things that pairs of a table, or "", and a key mean, each once.

    Raises:
        QueryError: There is none of that table; suggests the nearest key.
    """
    facts, found = site.collection.facts, {}
    for table, key in wanted:
        shape = facts.schema.for_table(table) if table else None
        if table and shape is None:
            raise QueryError.of("unknown-kind-option", name=table)
        known: dict[str, list[str]] = {}
        for iri in site.collection.addresses:
            if shape is None or facts.shape_of[iri] is shape:
                known.setdefault(vocab.local_name(iri), []).append(iri)
        things = known.get(key) or _merged(site, known, key)
        if not things:
            raise QueryError.of("unknown-node", name=key, hint=near(key, known))
        found.update(dict.fromkeys(things))
    return list(found)


def _merged(site: Site, known: Mapping[str, Sequence[str]], key: str) -> list[str]:
    """The things that *key* was merged into."""
    asked = "SELECT ?key ?s WHERE { ?s dcterms:identifier ?key }"
    named = {str(iri) for _, iri in site.collection.graph.store.select(asked, {"key": literal(key)})}
    return sorted(iri for iris in known.values() for iri in iris if iri in named)


def names(site: Site, things: Sequence[str], form: str) -> dict[str, str]:
    """Thing → name of its file: by its key, and by its kind, too, where two have one key."""
    keys = [vocab.local_name(iri) for iri in things]
    found = {}
    for iri, key in zip(things, keys, strict=True):
        kind = f"{site.collection.facts.shape_of[iri].segment}-" if keys.count(key) > 1 else ""
        found[iri] = f"dossier-{kind}{re.sub(r'[^A-Za-z0-9._-]+', '-', key)}.{form}"
    return found


def _template(workspace: Workspace) -> Path | None:
    """The template that the settings name."""
    name = workspace.settings.dossier_template
    return workspace.root / name if name else None
