"""The smallest bundles: exact against trying all, on the example counted by hand, and what is refused."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqgraph.command.cli import main
from nqgraph.graph.graph import Graph
from nqgraph.things import cover
from nqgraph.things.collection import Collection
from nqgraph.words import vocab
from tests.conftest import ROOT

SETS = st.dictionaries(st.sampled_from("abcdefgh"), st.frozensets(st.sampled_from("12345"), min_size=1), max_size=8)


@given(SETS)
@settings(max_examples=60, deadline=None)
def test_all_smallest_bundles_are_found_and_no_other(sets: dict[str, frozenset[str]]) -> None:
    """The same as trying every choice of every size, up to as many as are looked for."""
    wanted = sorted(frozenset().union(*sets.values())) if sets else []
    right: set[frozenset[str]] = set()
    for size in range(1, len(sets) + 1):
        right = {
            frozenset(chosen)
            for chosen in combinations(sets, size)
            if frozenset().union(*(sets[name] for name in chosen)) >= set(wanted)
        }
        if right:
            break
    found, more = cover._smallest(sets, wanted)
    assert set(found) <= right and len(found) == min(len(right), cover.MOST) and more == (len(right) > cover.MOST)


def test_bundles_of_the_shipped_data(shipped_graph: Graph) -> None:
    """Four hurdles need three practices, three bundles do; the one with the better evidence stands first."""
    collection = Collection(shipped_graph)
    base = f"{vocab.ID}obstacle/"
    wanted = [base + key for key in ("h-ind-einkommen", "h-ind-betreuung", "h-ind-sprache", "h-ind-lernentwoehnung")]
    found = cover.cover(collection, wanted)
    assert found.open == () and not found.more
    assert {len(bundle.members) for bundle in found.bundles} == {3} and len(found.bundles) == 3
    assert [bundle.evidence for bundle in found.bundles] == sorted(bundle.evidence for bundle in found.bundles)
    for bundle in found.bundles:
        assert {one.iri for answered in bundle.members.values() for one in answered} == set(wanted)
    graded = cover.cover(collection, wanted, grade="b")
    assert set(graded.open) < set(wanted) and graded.open
    assert all(
        vocab.local_name(one.grade) in ("A", "B")
        for b in graded.bundles
        for found in b.members.values()
        for one in found
    )
    alone = cover.cover(collection, wanted, among=[f"{vocab.ID}practice/p-tep"])
    assert [list(bundle.members) for bundle in alone.bundles] == [[f"{vocab.ID}practice/p-tep"]]
    assert {iri.removeprefix(base) for iri in alone.open} == {vocab.local_name(w) for w in wanted} - {"h-ind-betreuung"}


def test_answers_in_part_count_only_where_they_are_asked_for(shipped_graph: Graph) -> None:
    """More is answered with them, and each says that it is one; what holds a practice up never counts."""
    collection = Collection(shipped_graph)
    whole, partly = cover.cover(collection), cover.cover(collection, partly=True)
    assert set(partly.open) < set(whole.open)
    assert not any(one.partly for b in whole.bundles for found in b.members.values() for one in found)
    assert any(one.partly for b in partly.bundles for found in b.members.values() for one in found)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A build of the small example."""
    out = tmp_path_factory.mktemp("cover") / "build"
    assert main(["build", str(ROOT / "data" / "examples" / "musterland"), "--out", str(out), "--quiet"]) == 0
    return str(out)


def test_the_command_says_it_in_words_and_as_json(built: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Each bundle with what it answers and by which grade, and what stays open; nothing else is printed."""
    assert main(["cover", "--source", built, "--lang", "de"]) == 0
    said = capfd.readouterr().out
    assert "genügen" in said and "Paket 1" in said and "Offen bleibt" in said and "HiGHS" not in said
    assert main(["cover", "h-muster-einkommen", "--source", built, "--format", "json"]) == 0
    data = json.loads(capfd.readouterr().out)
    assert [one["iri"] for one in data["wanted"]] == [f"{vocab.ID}obstacle/h-muster-einkommen"]
    assert all(len(bundle) == 1 for bundle in data["bundles"]) and data["bundles"]
    assert main(["cover", "--where", "running=no", "--where", "title~=gibt es nicht", "--source", built]) == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["h-muster-einkomen"], "Meinten Sie „h-muster-einkommen“?"),
        (["--grade", "Z"], "Die Belegstufe „Z“ gibt es nicht"),
        (["--where", "farbe=rot"], "farbe"),
    ],
)
def test_what_does_not_fit_is_said(given: list[str], said: str, built: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A wrong key, grade or filter is named with what was meant; exit code 2."""
    assert main(["cover", *given, "--source", built, "--lang", "de"]) == 2
    assert said in capfd.readouterr().err


def test_another_topic_has_bundles_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What is crossed comes from the shapes of the workspace."""
    topic = ROOT / "data" / "examples" / "schulabbruch"
    out = str(tmp_path / "build")
    assert main(["build", "--workspace", str(topic), "--out", out, "--quiet"]) == 0
    assert main(["cover", "--partly", "--workspace", str(topic), "--source", out, "--lang", "de"]) == 0
    assert "Paket 1" in capfd.readouterr().out
