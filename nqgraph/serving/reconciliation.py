"""
The things of a graph for programs that match lists against them: Reconciliation Service API 0.2.

Source:
    https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from nqgraph.graph.matching import Candidate, clear
from nqgraph.model.shapes import PropertyShape
from nqgraph.serving.batches import Fetched
from nqgraph.things.entities import Entities, Kind, Wanted, suggested
from nqgraph.things.facts import Value
from nqgraph.things.language import Voice, direction
from nqgraph.words import vocab
from nqgraph.words.errors import QueryError
from nqgraph.words.texts import in_language, near, text

#: Letters of a description.
_DESCRIBED = 250
#: Size of a preview.
WIDTH, HEIGHT = 430, 240
_INTEGERS = frozenset({vocab.XSD.integer, vocab.XSD.gYear, *vocab.DERIVED_INTEGERS})
_DECIMALS = frozenset({vocab.XSD.decimal, vocab.XSD.double, vocab.XSD["float"]})
_PREVIEW = Markup(
    '<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{name}</title>'
    "<style>body{{font:14px/1.4 sans-serif;margin:.6em}}h1{{font-size:1.1em;margin:0}}"
    "p{{margin:.3em 0}}small{{color:#555}}</style>"
    '<h1{dir}><a href="{address}" target="_blank" rel="noopener">{name}</a></h1>'
    "<p><small>{kind} · {id}</small></p>{parts}</html>\n"
)


@dataclass(frozen=True)
class Reconciliation:
    """What is answered in one language."""

    entities: Entities
    lang: str
    #: Address of the server, with a slash at its end, and of the service below it.
    base: str
    path: str = "reconcile"

    def manifest(self, version: str) -> dict[str, Any]:
        """What the service can do, and where."""
        settings, iris = self.entities.collection.workspace.settings, self.entities.facts.iris
        kinds = [kind for kind in self.entities.kinds.values() if kind.shape.role == "thing"]
        here, root = f"/{self.path}", self.base.rstrip("/")

        def service(path: str) -> dict[str, str]:
            return {"service_url": root, "service_path": f"{here}/{path}"}

        def setting(name: str, **more: Any) -> dict[str, Any]:
            label, help_text = self._t(f"reconcile-{name}"), self._t(f"reconcile-{name}-help")
            return {"name": name, "label": label, "help_text": help_text, **more}

        choices = [{"value": value, "name": self._t(f"reconcile-content-{value}")} for value in ("name", "id")]
        return {
            "versions": ["0.2"],
            "name": in_language(settings.title, self.lang),
            "identifierSpace": iris.things,
            "schemaSpace": iris.terms,
            "serviceVersion": version,
            "documentation": f"{self.base}api",
            "defaultTypes": [self.type(kind) for kind in kinds],
            "view": {"url": f"{self.base}id/{{{{id}}}}"},
            "preview": {"url": f"{root}{here}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
            "suggest": {name: service(f"suggest/{name}") for name in ("entity", "type", "property")},
            "extend": {
                "propose_properties": service("properties"),
                "property_settings": [
                    setting("limit", type="number", default=0),
                    setting("content", type="select", default="name", choices=choices),
                ],
            },
        }

    # -- queries -------------------------------------------------------------------------------------------------

    def results(self, queries: Mapping[str, Wanted]) -> dict[str, Any]:
        """The candidates of each query; of equal ones they are looked for once."""
        known: dict[Wanted, Any] = {}
        for wanted in queries.values():
            if wanted not in known:
                known[wanted] = {"result": self._candidates(wanted)}
        return {key: known[wanted] for key, wanted in queries.items()}

    def _candidates(self, wanted: Wanted) -> list[dict[str, Any]]:
        found = self.entities.find(Wanted(wanted.name, wanted.types, wanted.strict, wanted.properties, wanted.most + 1))
        sure = clear(found)
        return [self._candidate(one, wanted, sure and one is found[0]) for one in found[: wanted.most]]

    def _candidate(self, found: Candidate, wanted: Wanted, sure: bool) -> dict[str, Any]:
        features: list[dict[str, Any]] = [
            {"id": "exact_name", "value": found.exact_name},
            {"id": "same_name", "value": found.exact_name or found.same_name},
            {"id": "words", "value": found.words},
            {"id": "code", "value": found.code},
        ]
        if wanted.types:
            features.append({"id": "type", "value": found.fits})
        if found.properties is not None:
            features.append({"id": "properties", "value": found.properties})
        said = self.entity(found.entry.id)
        types = said.pop("notable")
        return {**said, "score": found.score, "match": sure, "features": features, "type": types}

    def entity(self, name: str) -> dict[str, Any]:
        """A thing as lists of suggestions show it."""
        facts, iri = self.entities.facts, self.entities.iris[name]
        said = {"id": name, "name": facts.name(iri, self.lang)}
        lead = in_language(self.entities.collection.lead(iri), self.lang)
        if lead:
            said["description"] = lead if len(lead) <= _DESCRIBED else lead[: _DESCRIBED - 1] + "…"
        kind = self.entities.kinds[facts.shape_of[iri].segment]
        return {**said, "notable": [self.type(kind)]}

    def type(self, kind: Kind) -> dict[str, Any]:
        """A kind of thing."""
        return {"id": kind.id, "name": in_language(kind.shape.singular or kind.shape.label, self.lang, kind.id)}

    def property(self, name: str, prop: PropertyShape) -> dict[str, Any]:
        """A property."""
        said = {"id": name, "name": in_language(prop.name, self.lang, name)}
        hint = in_language(prop.hint, self.lang)
        return {**said, "description": hint} if hint else said

    # -- suggestions ---------------------------------------------------------------------------------------------

    def suggest(self, what: str, prefix: str, kind: str = "", most: int = 10, skip: int = 0) -> dict[str, Any]:
        """Entities, types or properties that *prefix* can be the beginning of."""
        known = self.entities.kind(kind) if kind else None
        if what == "entity":
            types = [known.id] if known else []
            found = self.entities.starting(prefix, types, most, skip)
            return {"result": [self.entity(name) for name in found]}
        if what == "type":
            kinds = self.entities.kinds
            named = {name: [*k.shape.label.values(), *k.shape.singular.values()] for name, k in kinds.items()}
            return {"result": [self.type(kinds[name]) for name in suggested(named, prefix, most + skip)[skip:]]}
        properties = self.entities.properties_of(known)
        labels = {name: prop.name.values() for name, prop in properties.items()}
        return {"result": [self.property(n, properties[n]) for n in suggested(labels, prefix, most + skip)[skip:]]}

    def proposed(self, kind: str, most: int) -> dict[str, Any]:
        """The properties of a kind."""
        known = self.entities.kind(kind) if kind else None
        found = list(self.entities.properties_of(known).items()) if known or not kind else []
        said = {"properties": [self.property(name, prop) for name, prop in found[: most or None]]}
        return {**said, **({"type": kind} if kind else {}), **({"limit": most} if most else {})}

    # -- values --------------------------------------------------------------------------------------------------

    def extend(self, ids: Sequence[str], fetched: Sequence[Fetched]) -> dict[str, Any]:
        """
        The values of properties, in the reader's language.

        Raises:
            QueryError: There is no such property.
        """
        properties = [(one, self._known_property(one.id)) for one in fetched]
        meta = []
        for one, prop in properties:
            said: dict[str, Any] = {"id": one.id, "name": in_language(prop.name, self.lang, one.id)}
            kind = self.entities.kind(prop.classes[0]) if len(prop.classes) == 1 and not prop.scheme else None
            meta.append({**said, "type": self.type(kind)} if kind else said)
        rows: dict[str, Any] = {}
        for name in ids:
            iri = self.entities.iri(name)
            rows[name] = {one.id: self._values(iri, one, prop) if iri else [] for one, prop in properties}
        return {"meta": meta, "rows": rows}

    def _known_property(self, name: str) -> PropertyShape:
        found = self.entities.property(name)
        if found is None:
            raise QueryError.of("reconcile-property", name=name[:60], hint=near(name, self.entities.properties))
        return found

    def _values(self, iri: str, fetched: Fetched, prop: PropertyShape) -> list[dict[str, Any]]:
        known = self.entities.facts.values(iri, prop.path)
        stated = [v for v in known if not (v.inferred and v.text in self.entities.ids)] or known  # not what follows
        values = self._spoken(stated)
        said: list[dict[str, Any]] = []
        for value in values:
            shown = self._value(value, fetched.content)
            if shown not in said:
                said.append(shown)
        return said[: fetched.most or None]

    def _spoken(self, values: Sequence[Value]) -> list[Value]:
        """*values* without texts in other languages than the reader's, where there is one in it."""
        tongues = dict.fromkeys(value.lang for value in values if value.lang)
        chain = (self.lang, *self.entities.collection.workspace.languages, *tongues)
        spoken = next((lang for lang in chain if lang in tongues), "")
        return [value for value in values if not value.lang or value.lang == spoken]

    def _value(self, value: Value, content: str) -> dict[str, Any]:
        facts = self.entities.facts
        if value.is_iri:
            name = self.entities.ids.get(value.text)
            if name is not None and content == "name":
                return {"id": name, "name": facts.name(value.text, self.lang)}
            known = content == "name" and value.text.startswith((facts.iris.base, str(vocab.NQ)))
            return {"str": facts.name(value.text, self.lang) if known else value.text}
        try:
            if value.datatype in _INTEGERS:
                return {"int": int(value.text)}
            if value.datatype in _DECIMALS:
                return {"float": float(value.text)}
        except ValueError:
            pass
        if value.datatype == vocab.XSD.date and len(value.text) == 10:
            return {"date": f"{value.text}T00:00:00Z"}
        return {"str": value.text}

    # -- preview -------------------------------------------------------------------------------------------------

    def preview(self, iri: str) -> str:
        """A thing in a small frame."""
        facts, name = self.entities.facts, self.entities.ids[iri]
        voice, kind = Voice(self.lang, self.entities.collection.workspace), facts.shape_of[iri]
        parts = [voice.say(self.entities.collection.lead(iri))]
        others = self._spoken(facts.values(iri, vocab.SKOS.altLabel))
        if others:
            parts.append(escape(self._t("reconcile-also", names="; ".join(v.text for v in others))))
        label = facts.label(iri)
        return _PREVIEW.format(
            lang=self.lang,
            name=facts.name(iri, self.lang),
            dir=direction(label),
            address=f"{self.base}id/{name}",
            kind=in_language(kind.singular or kind.label, self.lang),
            id=name,
            parts=Markup("").join(Markup("<p>{}</p>").format(part) for part in parts if part),
        )

    def _t(self, code: str, **values: Any) -> str:
        return text(code, self.lang, self.entities.collection.workspace.messages, **values)
