"""The program knows no term of any domain: what it needs to know of one is an annotation, front matter or a setting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph

import nqgraph
from nqgraph.words import vocab
from nqgraph.words.workspace import CORE
from tests.spaces import IRIS, SPACE

PACKAGE = Path(nqgraph.__file__).parent
ENDINGS = {".py", ".html", ".js", ".ts", ".css", ".toml", ".ttl", ".rq", ".yaml"}
#: What the shipped topic is about, in both languages, and where it comes from.
TOPIC = re.compile(
    r"hemmnis|obstacle|nachqualifi|second.chance|\bnrw\b|nordrhein|north.rhine|empfehlung|recommendation|\bpractices?\b|\bpraxis",
    re.IGNORECASE,
)


def terms(folder: Path) -> set[str]:
    """Local names of the classes and properties that the ontology files below *folder* declare."""
    graph = Graph()
    for path in sorted((folder / "ontology").rglob("*.ttl")):
        graph.parse(path)
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    return {vocab.local_name(str(s)) for kind in kinds for s in graph.subjects(RDF.type, kind) if str(s) in vocab.NQ}


def files() -> Iterator[Path]:
    """Everything that is program: modules, templates, texts, scripts, the core and what a new workspace begins with."""
    scripts = SPACE.root / "frontend" / "src"
    for path in sorted((*PACKAGE.rglob("*"), *scripts.rglob("*"))):
        left_out = {"_bundle", "_workspace", "__pycache__"} & set(path.parts)
        if path.suffix in ENDINGS and not left_out and ".test." not in path.name:
            yield path


OWN = terms(SPACE.root) - terms(CORE)


def test_the_domain_has_terms_of_its_own() -> None:
    """The test below would find nothing if the domain and the core were mixed up."""
    assert {"Obstacle", "Practice", "answers", "inRegion"} <= OWN and not {"Claim", "role"} & OWN
    assert IRIS.terms == str(vocab.NQ)


@pytest.mark.parametrize("path", [*files()], ids=lambda path: path.name)
def test_no_file_of_the_program_names_the_domain(path: Path) -> None:
    """Neither a term of the ontology nor a word of the topic stands in code, templates, scripts or texts."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        named = set(re.findall(r"(?:NQ\.|\bnq:|/nqgraph/def/)(\w+)", line)) & OWN
        assert not named and not TOPIC.search(line), f"{path.name}:{number}: {line.strip()}"
