"""Texts that a user reads, in German and in English, from ``messages.toml``."""

from __future__ import annotations

import locale
import os
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

#: The languages every text exists in; the first is used where nothing is known.
LANGUAGES = ("de", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """A message by its code in ``messages.toml`` and the values it names."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)

    def in_language(self, lang: str) -> str:
        """The message in *lang* (``de`` or ``en``), with its values filled in."""
        return text(self.code, lang, **self.values)


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "messages.toml").read_text(encoding="utf-8"))


def text(code: str, lang: str, **values: Any) -> str:
    """
    The message *code* in *lang*, with *values* filled in.

    A value with a method ``in_language`` (a :class:`Text`, a place) and a mapping of languages are rendered in *lang*.
    """
    return _catalogue()[code][lang].format_map({name: _render(value, lang) for name, value in values.items()})


def _render(value: Any, lang: str) -> Any:
    if hasattr(value, "in_language"):
        return value.in_language(lang)
    if isinstance(value, dict):
        return in_language(value, lang)
    return value


def in_language(labels: dict[str, str], lang: str, default: str = "") -> str:
    """The text of *labels* in *lang*, else German, else English, else any, else *default*."""
    for key in (lang, *LANGUAGES, *labels):
        if labels.get(key):
            return labels[key]
    return default


def preferred_language(environ: dict[str, str] | None = None) -> str:
    """``en`` if the locale says English, else ``de``."""
    env = os.environ if environ is None else environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        value = env.get(name, "")
        if value and value not in ("C", "POSIX", "C.UTF-8", "C.utf8"):
            return "en" if value.lower().startswith("en") else "de"
    if environ is None and os.name == "nt":  # Windows names its locale elsewhere
        return "en" if (locale.getlocale()[0] or "").startswith("English") else "de"
    return "de"
