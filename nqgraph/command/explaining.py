"""What can be asked: the lists and help texts of ``nqgraph query`` and ``table``."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nqgraph.command.terminal import Terminal
from nqgraph.words import vocab
from nqgraph.words.texts import in_language, text

if TYPE_CHECKING:
    pass


def explain(graph: Any, query: Any, terminal: Terminal) -> None:
    """What a query is for, what it takes, what it shows, and a call that answers."""
    lang = terminal.lang
    print(in_language(query.title, lang))
    for said in (query.question, query.description):
        print(wrapped(in_language(said, lang)))
    print("\n" + text("explain-parameters", lang))
    for parameter in query.parameters:
        need = "explain-optional" if parameter.optional else "explain-needed"
        if parameter.type == "language":
            how = text("explain-optional", lang)
        elif parameter.default is not None:
            how = text("explain-default", lang, value=parameter.default)
        else:
            how = text(need, lang)
        label = in_language(parameter.label, lang, parameter.name)
        print(wrapped(f"{parameter.name}: {label}; {how}; {_choice(graph, parameter, lang)}", "  "))
    print("\n" + text("explain-columns", lang))
    for column in query.columns:
        print(f"  {column.name}: {in_language(column.label, lang, column.name)}")
    given = "".join(f" -p {name}={value}" for name, value in query.example.items())
    print(f"\n{text('explain-example', lang)}\n  nqgraph query {query.name}{given}")


def wrapped(said: str, indent: str = "") -> str:
    """*said* in lines that fit the terminal."""
    width = max(40, shutil.get_terminal_size().columns)
    return textwrap.fill(said, width, initial_indent=indent, subsequent_indent=indent * 2, break_on_hyphens=False)


def _choice(graph: Any, parameter: Any, lang: str) -> str:
    """What a parameter can be."""
    if parameter.type == "language":
        return text("explain-type-language", lang, names=", ".join(graph.workspace.languages))
    if parameter.type == "concept":
        scheme = graph.workspace.iris.scheme(parameter.range)
        asked = "SELECT ?scheme ?c WHERE { ?c skos:inScheme ?scheme }"
        iris = [row[1] for row in graph.select(asked, {"scheme": f"<{scheme}>"})]
        names = graph.labels(iris)
        listed = sorted(f"{vocab.local_name(iri)} ({names.get(iri, '')})" for iri in set(iris))
        return text("explain-values", lang, names=", ".join(listed))
    if parameter.type == "iri" and parameter.range:
        asked = "SELECT ?c ?s WHERE { ?s a ?c }"
        iris = sorted({row[1] for row in graph.select(asked, {"c": f"<{parameter.range}>"})})
        names = graph.labels(iris[:3])
        some = ", ".join(f"{vocab.local_name(iri)} ({names.get(iri, '')})" for iri in iris[:3])
        return text("explain-of", lang, count=len(iris), names=some)
    return text(f"explain-type-{parameter.type}", lang)


def list_queries(listed: Sequence[Any], terminal: Terminal) -> None:
    """The canned questions with their parameters."""
    headings = [text(f"query-list-{part}", terminal.lang) for part in ("name", "question", "parameters")]
    rows = [
        [
            query.name,
            in_language(query.question, terminal.lang),
            ", ".join(
                f"[{p.name}]" if p.optional or p.default is not None else p.name
                for p in query.parameters
                if p.name != "lang"
            ),
        ]
        for query in listed
    ]
    terminal.grid(headings, rows)


def list_kinds(graph: Any, known: Any, terminal: Terminal) -> None:
    """The kinds of things that a table can be about, with how many there are."""
    lang = terminal.lang
    counted = dict(graph.select("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?c } GROUP BY ?c"))
    rows = [
        [key, in_language(kind.label, lang, key), str(counted.get(kind.target_class, 0))]
        for key, kind in sorted(known.kinds.items(), key=lambda pair: vocab.slug(in_language(pair[1].label, lang)))
    ]
    headings = [text(f"table-list-{part}", lang) for part in ("key", "name", "count")]
    terminal.grid(headings, rows, numbers=(2,))
    terminal.say("table-list-more")


def explain_kind(graph: Any, known: Any, kind: Any, terminal: Terminal) -> None:
    """What a table of *kind* can be filtered by, show, put together and count."""
    from nqgraph.graph import tables

    lang, rows = terminal.lang, []
    for key, link in known.links((kind,)).items():
        found = tables.type_of(link)
        if link.kinds:
            said = ", ".join(in_language(one.label, lang) for one in link.kinds)
        elif found == "concept":
            asked = "SELECT ?scheme ?c WHERE { ?c skos:inScheme ?scheme }"
            names = graph.labels({row[1] for row in graph.select(asked, {"scheme": f"<{link.prop.scheme}>"})})
            said = ", ".join(sorted(names.values(), key=vocab.slug))
        else:
            said = text("table-type-date" if found == "date" else f"explain-type-{found}", lang)
        signs = " ".join(sign for sign in tables.signs(link) if sign != "=")
        rows.append([key, in_language(link.name, lang, key), signs, said])
    print(in_language(kind.label, lang, kind.segment))
    terminal.grid([text(f"table-list-{part}", lang) for part in ("key", "name", "signs", "values")], rows)
    print("\n" + wrapped(text("table-explain", lang)))
    print(f"\n{text('explain-example', lang)}\n  nqgraph table {kind.segment} --group {rows[-1][0]} --count")
