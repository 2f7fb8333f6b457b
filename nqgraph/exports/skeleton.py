"""A new workspace that builds at once: settings, a blank workbook, and a model to begin with."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

from nqgraph.exports import workbook
from nqgraph.sources import harvests
from nqgraph.words import vocab
from nqgraph.words.errors import InputError, Place, StoreError
from nqgraph.words.files import write_atomically
from nqgraph.words.texts import Text, in_language, near
from nqgraph.words.workspace import MODEL, SETTINGS, Settings, Workspace, models

#: The smallest model: one class, one list, one shape, one question, with ``NAME`` for the name of the workspace.
_SMALL = Path(__file__).parent / "small"
#: Settings that say whose a workspace is.
_OWN = ("title", "sender", "responsible", "address", "contact", "site", "logo", "defaults", "example")


@dataclass(frozen=True)
class Skeleton:
    """What was written."""

    #: Relative to the folder.
    paths: tuple[str, ...]
    workbook: Path
    #: Settings that are still those of another workspace, and that nobody else can use.
    taken: tuple[str, ...] = ()
    #: Address below which all keys lie.
    base: str = ""


def write(folder: Path, model: str | None, lang: str) -> Skeleton:
    """
    Write a workspace to *folder*.

    Args:
        model: A key of :func:`nqgraph.words.workspace.models`, or the folder of a workspace, whose model is taken
            over; the smallest one if None.
        lang: Language of the workbook.
    Raises:
        StoreError: The folder is not empty, or nothing can be written there; then nothing is left behind.
        InputError: There is no such model.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError.of("init-taken", Place(str(folder)))
    name = vocab.slug(folder.resolve().name) or "workspace"
    made = not folder.exists()
    try:
        for path, content in {**_model(model, name), f"data/{name}/dataset.yaml": _dataset(name)}.items():
            write_atomically(folder / path, content)
        blank = folder / "data" / name / f"{name}.xlsx"
        write_atomically(blank, workbook.blank(Workspace.read(folder), lang))
    except Exception:
        if made:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    settings = Workspace.read(folder).settings
    taken = tuple(name for name in _OWN if model and getattr(settings, name) != getattr(Settings({}), name))
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return Skeleton(tuple(paths), blank, taken, settings.base)


def _model(model: str | None, name: str) -> dict[str, bytes]:
    if model is None:
        return {
            path.relative_to(_SMALL).as_posix(): path.read_text(encoding="utf-8").replace("NAME", name).encode()
            for path in sorted(_SMALL.rglob("*"))
            if path.is_file()
        }
    known = models()
    given = known.get(model, Path(model))
    if not (given / SETTINGS).is_file():
        every = Text("known-models", {"names": ", ".join(known)})
        raise InputError.of("init-no-model", name=model, hint=near(model, known, otherwise=every))
    source = Workspace.read(given)
    sources = sorted(path for path in (source.root / harvests.FOLDER).rglob("*") if path.is_file())
    return {
        path: content for path, content in source.model().items() if path == SETTINGS or path.split("/")[0] in MODEL
    } | {path.relative_to(source.root).as_posix(): path.read_bytes() for path in sources}


def _dataset(name: str) -> bytes:
    """``dataset.yaml``, filled in and commented in both languages of the program."""
    today = dt.date.today().isoformat()
    lines = []
    for field, value in (
        ("title", f'{{de: "{name}", en: "{name}"}}'),
        ("publisher", f'"{name}"'),
        ("license", "https://creativecommons.org/licenses/by/4.0/"),
        ("issued", today),
        ("visibility", "public"),
    ):
        lines += [f"# {in_language(_COMMENTS[field], lang)}" for lang in ("de", "en")]
        lines.append(f"{field}: {value}")
    return ("\n".join(lines) + "\n").encode()


_COMMENTS = {
    "title": {"de": "Wie der Datensatz heißt, je Sprache.", "en": "What the dataset is called, by language."},
    "publisher": {"de": "Wer ihn herausgibt.", "en": "Who publishes it."},
    "license": {
        "de": "Adresse: https://creativecommons.org/licenses/by/4.0/, …/publicdomain/zero/1.0/ oder andere.",
        "en": "Address: https://creativecommons.org/licenses/by/4.0/, …/publicdomain/zero/1.0/ or another.",
    },
    "issued": {"de": "Tag des Standes: Jahr-Monat-Tag.", "en": "Date of this state: year-month-day."},
    "visibility": {
        "de": "public: darf hinausgehen. internal: nur mit --internal in Seiten, Dateien und Auszügen.",
        "en": "public: may go out. internal: in pages, files and extracts with --internal only.",
    },
}
