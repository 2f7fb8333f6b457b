"""Generated data in the shape of the real data, as large as wanted and the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from nqgraph.words import vocab
from nqgraph.words.vocab import DCTERMS, GEO, NQ, RDF, SKOS, XSD

_GROUPS = ("individual", "employer", "provider", "counselling", "funding", "legal-institutional", "transparency")
_OUTCOMES = ("regular-offer", "running", "ended-with-funding", "discontinued")
_WORDS = (
    "Ausbildung",
    "Öffnung",
    "Übergang",
    "Abschluss",
    "Förderung",
    "Straße",
    "Beratung",
    "Praxis",
    "Zukunft",
    "Äquivalenz",
)
#: Triples that one practice brings with its claims and observations, about.
_PER_PRACTICE = 78


def lines(triples: int, seed: int = 1) -> Iterator[str]:
    """
    About *triples* triples as lines of N-Triples: regions, obstacles, target groups, actors, sources, and practices
    with claims and observations.
    """
    draw = random.Random(seed)
    practices = max(2, triples // _PER_PRACTICE)
    regions, obstacles, sources = max(3, practices // 20), max(8, practices // 15), max(5, practices // 3)
    groups, actors = max(4, practices // 50), max(4, practices // 5)

    def iri(kind: str, number: int) -> str:
        return f"<{vocab.ID}{kind}/g-{kind}-{number}>"

    def said(subject: str, *pairs: tuple[str, str]) -> Iterator[str]:
        for predicate, value in pairs:
            yield f"{subject} <{predicate}> {value} .\n"

    def named(subject: str, kind: str, key: str) -> Iterator[str]:
        word = draw.choice(_WORDS)
        yield from said(
            subject,
            (RDF.type, f"<{kind}>"),
            (DCTERMS.identifier, f'"{key}"'),
            (SKOS.prefLabel, f'"{word} {key}"@de'),
            (SKOS.prefLabel, f'"{word} {key} (en)"@en'),
        )

    def entry(scheme: str, notation: str) -> str:
        return f"<{vocab.concept(scheme, notation)}>"

    high, medium = entry("confidence", "high"), entry("confidence", "medium")
    for n in range(regions):
        yield from named(iri("region", n), NQ.Region, f"g-region-{n}")
        outer = iri("region", 0 if n < 10 else draw.randrange(1, 10))
        facts = [(NQ.regionType, entry("region-type", "district" if n >= 10 else "land")), (NQ.confidence, high)]
        facts += [(GEO.sfWithin, outer)] if n else []
        yield from said(iri("region", n), *facts, (DCTERMS.source, iri("source", n % sources)))
    for n in range(sources):
        yield from said(
            iri("source", n),
            (RDF.type, f"<{NQ.Source}>"),
            (DCTERMS.identifier, f'"g-source-{n}"'),
            (DCTERMS.title, f'"Bericht {n}"'),
            (NQ.publisherName, '"Herausgeber"'),
            (NQ.sourceKind, entry("source-kind", draw.choice(("study", "press", "ministry-page")))),
            (NQ.seenExtent, entry("seen-extent", draw.choice(("full", "excerpt", "contents")))),
            (NQ.seenNote, '"Auszug"@de'),
        )
    for kind, class_iri, count in (("target-group", NQ.TargetGroup, groups), ("actor", NQ.Actor, actors)):
        for n in range(count):
            yield from named(iri(kind, n), class_iri, f"g-{kind}-{n}")
            yield from said(iri(kind, n), (NQ.confidence, high), (DCTERMS.source, iri("source", n % sources)))
    for n in range(obstacles):
        subject = iri("obstacle", n)
        yield from named(subject, NQ.Obstacle, f"g-obstacle-{n}")
        facts = [(NQ.isCaseOf, iri("obstacle", n // 3))] if n > 2 and n % 4 == 0 else []
        yield from said(
            subject,
            (NQ.obstacleGroup, entry("obstacle-group", _GROUPS[n % len(_GROUPS)])),
            (NQ.documentedIn, iri("region", draw.randrange(regions))),
            (NQ.confidence, draw.choice((high, medium))),
            (DCTERMS.source, iri("source", draw.randrange(sources))),
            *facts,
        )
    for n in range(2):
        yield from named(iri("indicator", n), NQ.Indicator, f"g-indicator-{n}")
        yield from said(
            iri("indicator", n),
            (NQ.indicatorKind, entry("indicator-kind", "result")),
            (NQ.allowedUnit, entry("unit", "percent")),
        )
    for n in range(practices):
        subject, source = iri("practice", n), iri("source", draw.randrange(sources))
        yield from named(subject, NQ.Practice, f"g-practice-{n}")
        yield from said(
            subject,
            (NQ.inRegion, iri("region", draw.randrange(regions))),
            (NQ.forTargetGroup, iri("target-group", draw.randrange(groups))),
            (NQ.operatedBy, iri("actor", draw.randrange(actors))),
            (NQ.start, f'"{draw.randrange(1995, 2026)}"^^<{XSD.gYear}>'),
            (NQ.lastDocumented, f'"2025"^^<{XSD.integer}>'),
            (NQ.confidence, high),
            (DCTERMS.source, source),
            (DCTERMS.description, f'"Beschreibung der Praxis {n} mit einigen Wörtern."@de'),
        )
        answered = sorted({draw.randrange(obstacles) for _ in range(3)})
        relations = [(NQ.answers, iri("obstacle", o)) for o in answered]
        relations.append((NQ.outcome, entry("outcome", draw.choice(_OUTCOMES))))
        for number, (predicate, value) in enumerate(relations):
            claim = f"<{vocab.ID}claim/g-practice-{n}.{number}>"
            yield f"{subject} <{predicate}> {value} .\n"
            yield from said(
                claim,
                (RDF.type, f"<{NQ.Claim}>"),
                (RDF.subject, subject),
                (RDF.predicate, f"<{predicate}>"),
                (RDF.object, value),
                (NQ.claimStatus, entry("claim-status", "classified")),
                (NQ.classifiedBy, entry("classifier", "editors")),
                (NQ.confidence, medium),
                (NQ.finding, entry("finding", "described")),
                (NQ.reason, f'"Praxis {n} setzt bei der Ursache Nummer {number} an."@de'),
                (DCTERMS.source, source),
            )
        for number in range(2):
            observation = f"<{vocab.ID}observation/g-practice-{n}-{number}>"
            yield from said(
                observation,
                (RDF.type, f"<{NQ.Observation}>"),
                (DCTERMS.identifier, f'"g-practice-{n}-{number}"'),
                (NQ.measures, iri("indicator", number)),
                (NQ.about, subject),
                (NQ.value, f'"{draw.randrange(1, 1000) / 10}"^^<{XSD.decimal}>'),
                (NQ.valueText, '"gemessen"@de'),
                (NQ.unit, entry("unit", "percent")),
                (NQ.precision, entry("precision", "exact")),
                (NQ.valueKind, entry("value-kind", "actual")),
                (NQ.confidence, high),
                (DCTERMS.source, source),
            )


def write(path: Path, triples: int) -> Path:
    """Write about *triples* triples to the N-Triples file *path*, unless it is there already."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".half")
        with half.open("w", encoding="utf-8") as file:
            file.writelines(lines(triples))
        half.replace(path)
    return path
