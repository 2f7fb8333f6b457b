"""Texts that a user reads: in German and in English, in other languages as far as a workspace has them."""

from __future__ import annotations

import difflib
import locale
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

#: The languages that every text of the program exists in; the first is used where nothing is known.
LANGUAGES = ("de", "en")
#: The language for readers of others.
COMMON = "en"

#: Language → text.
Labels = dict[str, str]
#: Language → code → text: what a workspace adds to the texts of the program.
Own = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Text:
    """A message by its code in ``messages.toml`` and the values it names."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)

    def in_language(self, lang: str) -> str:
        """The message in *lang*, else in English, with its values filled in."""
        return text(self.code, lang, **self.values)


@dataclass(frozen=True, slots=True)
class Listed:
    """Names in a message, each in the reader's language; of many only the first."""

    names: tuple[Labels | str, ...]
    most: int = 12

    def in_language(self, lang: str) -> str:
        """The names in *lang*, separated by commas."""
        shown = [name if isinstance(name, str) else in_language(name, lang) for name in self.names[: self.most]]
        return ", ".join(shown) + (" …" if len(self.names) > self.most else "")


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "messages.toml").read_text(encoding="utf-8"))


def text(code: str, lang: str, own: Own | None = None, /, **values: Any) -> str:
    """
    The message *code* in *lang*, else in English, with *values* filled in.

    Of one thing, where *values* count it, the message ``code-one`` speaks, if there is one.

    A value with a method ``in_language`` (a :class:`Text`, a place) and a mapping of languages are rendered in *lang*.

    Args:
        own: Texts of a workspace, which win over those of the program.
    """
    if values.get("count") == 1 and f"{code}-one" in _catalogue():
        code += "-one"
    said, _ = spoken(code, lang, own)
    return said.format_map({name: _render(value, lang) for name, value in values.items()})


def spoken(code: str, lang: str, own: Own | None = None) -> tuple[str, str]:
    """The message *code* in *lang*, else in English, before values are filled in; and the language that it is in."""
    found = own.get(lang, {}).get(code) if own else None
    known = _catalogue()[code]
    return (found, lang) if found else (known[lang], lang) if lang in known else (known[COMMON], COMMON)


def codes() -> Iterable[str]:
    """The codes of all texts of the program."""
    return _catalogue().keys()


def names_in(said: str) -> set[str]:
    """The values that a text names; a set with "" if its braces do not fit."""
    try:
        return {name for _, name, _, _ in Formatter().parse(said) if name is not None}
    except ValueError:
        return {""}


def _render(value: Any, lang: str) -> Any:
    if hasattr(value, "in_language"):
        return value.in_language(lang)
    if isinstance(value, dict):
        return in_language(value, lang)
    return value


def in_language(labels: Mapping[str, str], lang: str, default: str = "", chain: Iterable[str] = LANGUAGES) -> str:
    """The text of *labels* in *lang*, else in one of *chain*, else in any language, else *default*."""
    for key in (lang, *chain, *labels):
        if labels.get(key):
            return labels[key]
    return default


def near(
    name: str, known: Iterable[str], *, prefix: str = "", otherwise: Text | None = None, cutoff: float = 0.6
) -> Text:
    """“Did you mean …?” with the entry of *known* that looks most like *name*, else *otherwise*, else nothing."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return Text("did-you-mean", {"name": prefix + found[0]}) if found else otherwise or Text("empty")


def preferred_language(environ: dict[str, str] | None = None) -> str:
    """``de`` if the locale is German or says nothing, else ``en``."""
    env = os.environ if environ is None else environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        value = env.get(name, "")
        if value and value not in ("C", "POSIX", "C.UTF-8", "C.utf8"):
            return "de" if value.lower().startswith("de") else COMMON
    if environ is None and os.name == "nt":  # Windows names its locale elsewhere
        known = locale.getlocale()[0] or "German"
        return "de" if known.startswith(("German", "de")) else COMMON
    return "de"
