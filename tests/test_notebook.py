"""The example notebook runs on the shipped data, and shows what it promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqgraph.graph.graph import Graph
from nqgraph.notebook import OpenGraph
from nqgraph.words.errors import QueryError
from tests.conftest import ROOT

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


def test_the_notebook_runs(checkout: Path) -> None:
    """Each cell, in order, in a kernel of its own."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(checkout)}}).execute()
    shown = [
        "".join(str(output.get("data", {})) for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    assert "Cologne Education Model" in shown[1]
    assert "<iframe srcdoc=" in shown[4]
    assert "True" in shown[-1]


def test_the_notebook_is_committed_without_results() -> None:
    """So that a difference is a difference of the text."""
    assert '"outputs": []' in NOTEBOOK.read_text(encoding="utf-8")
    assert 'execution_count": null' in NOTEBOOK.read_text(encoding="utf-8")


def test_a_drawing_is_a_page_in_a_frame(shipped_graph: Graph) -> None:
    """Whatever the drawing holds, it cannot reach the notebook around it."""
    graph = OpenGraph(shipped_graph.store)
    drawing = graph.network("h-ind-einkommen")
    assert drawing._repr_html_().startswith("<iframe srcdoc=") and "<script" not in drawing._repr_html_()
    assert any(data["key"] == "h-ind-einkommen" for _, data in drawing.graph.nodes(data=True))
    with pytest.raises(QueryError):
        graph.network("h-gibt-es-nicht")
