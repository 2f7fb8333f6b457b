"""What is measured is what users have: the generated data of the benchmarks meet the shapes."""

from __future__ import annotations

from pathlib import Path

from benchmarks import generate
from nqgraph.building import builds


def test_generated_data_meet_the_shapes(tmp_path: Path) -> None:
    """A build of them stands, with the claims that questions are asked about."""
    source = generate.write(tmp_path / "generated.nt", 2_000)
    built = builds.build([source], tmp_path / "build")
    assert built.ok, [finding.in_language("en") for finding in built.report.findings] if built.report else ""
    assert built.manifest["quads"] > 2_000
