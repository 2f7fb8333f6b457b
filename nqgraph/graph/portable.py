"""
A canned query as one text that any SPARQL 1.1 server answers: the same things, with their names.

The layer asks in steps and orders by collation; one text cannot. So the order of values in a cell is the server's, all
values are listed where a column shows only the first, and rows are ordered by name as the server compares texts.

Source:
    https://www.w3.org/TR/sparql11-query/
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from nqgraph.graph import columns, paths, sparql
from nqgraph.graph.columns import ANY, IRI, KEY, SELF, Column, Part
from nqgraph.graph.queries import Query
from nqgraph.graph.remote import inline
from nqgraph.graph.terms import Term
from nqgraph.words import vocab
from nqgraph.words.texts import in_language
from nqgraph.words.workspace import Workspace

_NAME = "skos:prefLabel|dcterms:title"
_OPENING = re.compile(r"\bSELECT\b(\s+DISTINCT\b)?", re.IGNORECASE)
#: Column that no value fits.
_NONE = "?none"


def text(query: Query, bindings: Mapping[str, str], workspace: Workspace, lang: str = "") -> str:
    """
    *query* as one text with all that its columns show; a query in the old form as it is, with its terms written in.

    Args:
        bindings: Parameter → term as N-Triples text; parameters without one are left open.
        lang: Language of names; the first of *workspace* if "".
    """
    given = {name: term for name, term in bindings.items() if name != "lang" or not query.is_short}
    asked = inline(query.with_parameters(given), given)
    if not query.is_short:
        return asked
    chain = tuple(dict.fromkeys((lang or workspace.language, *workspace.languages)))
    return _Text(query, asked, workspace, chain).written()


def resource(query: Query, workspace: Workspace) -> str:
    """*query* with all its parameters as variables, as the resource of the query carries it."""
    whole = query.with_parameters([parameter.name for parameter in query.parameters if not parameter.many])
    return _Text(query, whole, workspace, workspace.languages).written() if query.is_short else query.text


@dataclass
class _Text:
    query: Query
    asked: str
    workspace: Workspace
    chain: tuple[str, ...]

    def written(self) -> str:
        body = re.sub(r"(?im)^\s*PREFIX\s.*\n", "", self.asked).strip()
        body = _OPENING.sub("SELECT DISTINCT", body, count=1)
        asked = ["{", *(f"  {line}" for line in body.splitlines()), "}"]
        inside = [column for column in self.query.columns if self._is_inside(column)]
        if self.query.rows:
            asked = self._rows(asked, inside)
        outside = [line for column in self.query.columns if column not in inside for line in self._lines(column)]
        parts = [
            f"SELECT {' '.join(f'?{self._shown(column)}' for column in self.query.columns)}",
            "WHERE {",
            *(f"  {line}" for line in [*asked, *dict.fromkeys(outside)]),
            "}",
            f"ORDER BY {self._order()}",
        ]
        whole = "\n".join(parts) + "\n"
        used, _ = sparql.prefixes(whole)
        known = self.workspace.iris.prefixes
        head = "".join(f"PREFIX {name}: <{known[name]}>\n" for name in sorted(used & known.keys()))
        return head + whole

    # -- head and foot -------------------------------------------------------------------------------------------

    def _shown(self, column: Column) -> str:
        """The variable of *column*: another one where the body has its name for what the words are made of."""
        passed = column.type != "text" and column.path == (SELF,) and column.of == column.name
        return f"{column.name}Text" if column.name in self._variables() and not passed else column.name

    def _gathers(self, column: Column) -> bool:
        """Whether the values of a row stand in several solutions of the body."""
        return bool(self.query.rows) and column.of not in self.query.rows

    def _is_inside(self, column: Column) -> bool:
        """Whether *column* reads what a row no longer has once the solutions of the body are put together."""
        return bool(self.query.rows) and not set(column.variables) <= set(self.query.rows)

    def _rows(self, asked: list[str], inside: list[Column]) -> list[str]:
        """What is *asked*, put together into rows: servers bound how many keys there are, so no other column is one."""
        gathered = [
            f"({self._gathered(column)} AS ?{self._shown(column)})" for column in inside if self._gathers(column)
        ]
        single = [self._shown(column) for column in inside if not self._gathers(column)]
        keys = " ".join(f"?{name}" for name in dict.fromkeys([*self.query.rows, *single]))
        lines = dict.fromkeys(line for column in inside for line in self._lines(column))
        return [
            "{",
            f"  SELECT {' '.join([keys, *gathered])}",
            "  WHERE {",
            *(f"    {line}" for line in [*asked, *lines]),
            "  }",
            f"  GROUP BY {keys}",
            "}",
        ]

    def _gathered(self, column: Column) -> str:
        name = column.name
        if column.count:
            total = f"COUNT(DISTINCT ?{name}One)"
            return total if column.zero else f"IF({total} > 0, {total}, 1/0)"
        if column.type != "text" or column.first == 1:
            return f"MIN(?{name}One)"
        said = f'GROUP_CONCAT(DISTINCT STR(?{name}One); SEPARATOR="; ")'  # rdflib stumbles over a bare unbound one
        return f'IF(COUNT(?{name}One) = 0, "{self._say(column.otherwise)}", {said})' if column.otherwise else said

    def _order(self) -> str:
        names = {self._shown(column) for column in self.query.columns}
        found = []
        for given in self.query.order or self.query.rows or self._variables():
            name = given.lstrip("-?")
            shown = next((self._shown(c) for c in self.query.columns if c.type == "text" and _says(c, name)), name)
            if shown in names or not self.query.rows or name in self.query.rows:
                found.append(f"DESC(?{shown})" if given.startswith("-") else f"?{shown}")
        return " ".join(dict.fromkeys(found))

    def _variables(self) -> tuple[str, ...]:
        return sparql.projection(self.asked)

    # -- columns -------------------------------------------------------------------------------------------------

    def _lines(self, column: Column) -> Iterator[str]:
        name, start, path = column.name, f"?{column.of}", column.path[0]
        target = f"?{name}One" if self._gathers(column) else f"?{self._shown(column)}"
        if isinstance(path, str):
            yield from self._of_variable(column, start if path == SELF else path, target)
            return
        if not self._is_bound(start):  # what is not bound would fit everything
            yield f"BIND(COALESCE({start}, nq:none) AS {start}Or)"
            start += "Or"
        if self._gathers(column):
            inner = [*self._reached(column, start, f"?{name}Value"), *self._told(column, f"?{name}Value", target)]
            yield f"OPTIONAL {{ {' '.join(inner)} }}"
        elif column.type not in ("text", "integer") or (column.type == "integer" and not column.count):
            yield f"OPTIONAL {{ {' '.join(self._reached(column, start, target))} }}"
        else:
            yield from self._nested(column, start, target)

    def _nested(self, column: Column, start: str, target: str) -> Iterator[str]:
        """The values of a path, gathered in a query of their own: the other columns must not multiply them."""
        name, value = column.name, f"?{column.name}Value"
        others = [part for part in column.path[1:] if isinstance(part, str)]
        found = f"?{name}All" if column.count or others or column.otherwise or len(column.path) > 1 else target
        patterns = [*self._reached(column, start, value)]
        if column.count:
            total = f"COUNT(DISTINCT {value})"
        else:
            patterns += self._told(column, value, f"?{name}One")
            total = f"MIN(?{name}One)" if column.first == 1 else f'GROUP_CONCAT(DISTINCT ?{name}One; SEPARATOR="; ")'
        inner = f"SELECT {start} ({total} AS {found})\n    WHERE {{ {' '.join(patterns)} }}\n    GROUP BY {start}"
        yield f"OPTIONAL {{\n    {inner}\n  }}"
        if found == target:
            return
        last = "0" if column.count and column.zero else f'"{self._say(column.otherwise)}"' if column.otherwise else ""
        more = []
        for number, part in enumerate(column.path[1:]):
            if isinstance(part, str):
                more.append(f"STR({part})")
            else:
                spoken = self._spoken(start, part, f"?{name}Else{number}")
                yield f"OPTIONAL {{ {start} {self._path(part)} ?{name}Else{number} . {spoken} }}"
                more.append(f"STR(?{name}Else{number})")
        yield f"BIND({_first([one for one in (found, *more, last) if one])} AS {target})"

    def _of_variable(self, column: Column, value: str, target: str) -> Iterator[str]:
        if column.count or column.where:
            guarded = value if self._is_bound(value) or not column.where else f"{value}Or"
            if guarded != value:
                yield f"BIND(COALESCE({value}, nq:none) AS {guarded})"
            tests = " ".join(self._where(column, guarded))
            inner = (
                " ".join(self._told(column, guarded, target)) if not column.count else f"BIND({guarded} AS {target})"
            )
            if tests:
                yield f"OPTIONAL {{ {tests} {inner} }}"
            else:
                yield inner
        elif column.type == "text":
            yield from self._told(column, value, target)
        elif target != value:
            fits = f"IF(ISIRI({value}), {value}, {_NONE})" if column.type == "iri" else value
            yield f"BIND({fits} AS {target})"

    def _reached(self, column: Column, start: str, value: str) -> Iterator[str]:
        path = column.path[0]
        assert not isinstance(path, str)
        yield f"{start} {self._path(path)} {value} ."
        yield from self._where(column, value)
        if self._kind(path) is not False and column.type == "text":
            yield self._spoken(start, path, value)

    def _where(self, column: Column, value: str) -> Iterator[str]:
        for number, (path, wanted) in enumerate(column.where):
            if len(wanted) == 1 and ANY not in wanted:
                yield f"{value} {self._path(path)} {self._iri(next(iter(wanted)))} ."
                continue
            other = f"?{column.name}Is{number}"
            yield f"{value} {self._path(path)} {other} ."
            if ANY not in wanted:
                yield f"FILTER({other} IN ({', '.join(sorted(map(self._iri, wanted)))}))"

    def _told(self, column: Column, value: str, target: str) -> Iterator[str]:
        """Patterns that bind how *value* is shown to *target*."""
        said = []
        for number, alternatives in enumerate(column.parts):
            texts: list[str] = []
            for other, part in enumerate(alternatives):
                mark = f"{target}{'' if number == other == 0 else chr(65 + number) + str(other)}"
                texts += yield from self._part(column, value, part, mark)
            said.append(_first(texts))
            if len(column.parts) > 1:  # some servers join what is not bound
                yield f"BIND({said.pop()} AS {target}Part{number})"
                said.append(f"{target}Part{number}")
        last = (
            [f'"{self._say(column.otherwise)}"']
            if column.otherwise and not self._gathers(column) and column.path == (SELF,)
            else []
        )
        joined = [*_joined(said, column.form), *last]
        yield f"BIND({_first(joined)} AS {target})"

    def _part(self, column: Column, value: str, part: Part, mark: str) -> Generator[str, None, list[str]]:
        """Patterns for one part of what is shown of *value*; returns the expressions that say it, the best first."""
        if part == IRI:
            return [f"STR({value})"]
        if part == KEY:
            return [f'REPLACE(STR({value}), "^.*[/#]", "")']
        kind: bool | None = None
        if isinstance(part, str):
            value = value if part == SELF else part
            _, _, within = self.asked.partition("WHERE")
            said = re.search(rf"([?<]\S+) (\?\w+) \{value}\b", within) if part == SELF else None
            if said and column.path == (SELF,):
                yield self._spoken(said[1], said[2], value)
            if value[1:] in self._variables() and not self._is_bound(value):
                yield f"BIND(COALESCE({value}, nq:none) AS {value}Or)"
                yield from self._names(column, f"{value}Or", mark)
                kept = f"IF(ISLITERAL({value}), STR({value}), {_NONE})"
                return [_first([*self._named(column, mark), kept])]
            start = column.path[0]
            kind = self._kind(start) if part == SELF and not isinstance(start, str) else None
        else:
            kind = self._kind(part)
            inner = [f"{value} {self._path(part)} {mark}Part ."]
            inner += [self._spoken(value, part, f"{mark}Part")] if kind is not False else []
            value = f"{mark}Part"
            yield f"OPTIONAL {{ {' '.join([*inner, *self._names(column, value, mark, named=kind is not True)])} }}"
            texts = self._named(column, mark, named=kind is not True)
            if kind is not False:
                texts.append(f"STR({value})" if kind else f"IF(ISLITERAL({value}), STR({value}), {_NONE})")
            return [_first(texts)]
        yield from self._names(column, value, mark, named=kind is not True)
        texts = self._named(column, mark, named=kind is not True)
        if kind is not False:
            texts.append(f"STR({value})" if kind else f"IF(ISLITERAL({value}), STR({value}), {_NONE})")
        return [_first(texts)]

    def _names(self, column: Column, value: str, mark: str, *, named: bool = True) -> Iterator[str]:
        if column.words:
            pairs = " ".join(f'("{code}" "{self._say(labels)}")' for code, labels in column.words.items())
            yield f'BIND(COALESCE(STR({value}), "") AS {mark}Code)'
            yield f"OPTIONAL {{ VALUES ({mark}Code {mark}Word) {{ {pairs} }} }}"
        for number, lang in enumerate(self._languages(column) if named else ()):
            tags = f'IN ("{lang}", "")' if number == 0 else f'= "{lang}"'
            name = f"{mark}{lang.capitalize()}"
            yield f"OPTIONAL {{ {value} {_NAME} {name} FILTER(LANG({name}) {tags}) }}"

    def _named(self, column: Column, mark: str, *, named: bool = True) -> list[str]:
        languages = self._languages(column) if named else ()
        words = [f"{mark}Word"] if column.words else []
        return [*words, *(f"STR({mark}{lang.capitalize()})" for lang in languages)]

    def _languages(self, column: Column) -> tuple[str, ...]:
        return tuple(dict.fromkeys((column.language, *self.chain) if column.language else self.chain))

    def _is_bound(self, variable: str) -> bool:
        """Whether every solution of the body binds *variable*: it stands outside of inner groups and expressions."""
        depth, before, listed = 0, "", False
        for token in sparql.tokens(self.asked):
            listed = listed or (before == "VALUES" and token.keyword == "(")  # the variables that get values
            if not listed:
                depth += {"{": 1, "}": -1, "(": 9, ")": -9}.get(token.keyword, 0)
            listed = listed and token.keyword != ")"
            if depth == 1 and before != "AS" and token.kind == "variable" and token.value[1:] == variable[1:]:
                return True
            before = before if token.kind == "space" else token.keyword
        return False

    def _spoken(self, start: str, path: paths.Path | str, value: str) -> str:
        """A filter that keeps of texts in several languages those in the first that there is."""
        lang, *rest = self.chain
        kept = [f'LANG({value}) IN ("", "{lang}")']
        for number, other in enumerate(rest, 1):
            before = ", ".join(f'"{one}"' for one in self.chain[:number])
            written = path if isinstance(path, str) else self._path(path)
            missing = f"NOT EXISTS {{ {start} {written} {value}Own FILTER(LANG({value}Own) IN ({before})) }}"
            kept.append(f'(LANG({value}) = "{other}" && {missing})')
        test = " || ".join(kept)
        return f"FILTER({test})" if self._kind(path) else f"FILTER(!ISLITERAL({value}) || {test})"

    # -- terms ---------------------------------------------------------------------------------------------------

    def _path(self, path: paths.Path) -> str:
        written = paths.text(path, self.workspace.iris.shrink)
        return f"({written})" if isinstance(path, paths.Choice) else written

    def _iri(self, iri: str) -> str:
        name = self.workspace.iris.shrink(iri)
        return name if re.fullmatch(r"[\w-]+:[\w-]+", name) else Term(iri, is_iri=True).as_text()

    def _kind(self, path: Part) -> bool | None:
        """Whether *path* ends in texts (True), in things (False), or can in both (None)."""
        if isinstance(path, str):
            return None
        known = columns.leads_to_texts(self.workspace)
        kinds = {False if step.inverse or step.iri == vocab.RDF.type else known(step.iri) for step in paths.last(path)}
        return kinds.pop() if len(kinds) == 1 else None

    def _say(self, labels: Mapping[str, str]) -> str:
        return in_language(labels, self.chain[0], chain=self.chain).replace("\\", "\\\\").replace('"', '\\"')


def _first(expressions: list[str]) -> str:
    """The first of *expressions* that is bound."""
    return f"COALESCE({', '.join(expressions)})" if len(expressions) > 1 else expressions[0]


def _says(column: Column, name: str) -> bool:
    return column.name == name or (column.of == name and column.path == (SELF,) and not column.count)


def _joined(texts: list[str], forms: Mapping[int, str]) -> Iterable[str]:
    """Expressions for the texts joined, the longest first: what is not bound drops out."""
    for size in range(len(texts), 0, -1):
        for chosen in combinations(texts, size):
            if size == 1:
                yield chosen[0]
                continue
            pieces = forms[size].split("{}") if size in forms else ["", *[": "] * (size - 1), ""]
            quoted = [f'"{piece}"' if piece else "" for piece in pieces]
            mixed = [one for pair in zip(quoted, [*chosen, ""], strict=True) for one in pair if one]
            yield f"IF({' && '.join(f'BOUND({one})' for one in chosen)}, CONCAT({', '.join(mixed)}), {_NONE})"
