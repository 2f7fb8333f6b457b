"""The folders of the program are rooms in the order of the data: imports point back along the way, never ahead."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import nqgraph

PACKAGE = Path(nqgraph.__file__).parent
#: The way of the data, from what everything speaks with to what people call.
ROOMS = (
    "words", "model", "graph", "sources", "validation", "building", "networks", "things", "pages", "exports",
    "serving", "command",
)  # fmt: skip


def imports() -> Iterator[tuple[str, str, str]]:
    """Room, room that it imports from, and the place of the import."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        room = parts[0] if len(parts) > 1 else ""
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            modules: list[str] = []
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "nqgraph":
                modules = [f"{node.module}.{name.name}" for name in node.names]
            elif isinstance(node, ast.Import):
                modules = [name.name for name in node.names if name.name.startswith("nqgraph.")]
            for module in modules:
                yield room, module.split(".")[1], f"{'/'.join(parts)}:{node.lineno}"


def test_every_module_lies_in_a_room() -> None:
    """Beside the rooms there is only the face of the library."""
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir()} <= {
        *ROOMS,
        "_bundle",
        "_workspace",
        "__pycache__",
    }
    assert {p.name for p in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py", "errors.py", "notebook.py"}


def test_no_import_points_ahead() -> None:
    """No room imports from one that comes later, not even inside a function."""
    ahead = [
        f"{place} {other}"
        for room, other, place in imports()
        if room in ROOMS and other in ROOMS and ROOMS.index(other) > ROOMS.index(room)
    ]
    assert ahead == []


def test_no_room_imports_the_face_of_the_library() -> None:
    """What people import is made of the rooms; only the command line stands on it."""
    assert {room for room, other, _ in imports() if other not in ROOMS and room} <= {"command"}
