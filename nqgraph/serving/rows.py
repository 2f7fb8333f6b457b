"""Counts the rows of a results document while it is written, whatever its texts hold and wherever its parts end."""

from __future__ import annotations

from collections.abc import Callable

#: Takes the next part of a document; returns how many rows begin or end in it.
Counter = Callable[[bytes], int]


def counter(form: str) -> Counter:
    """
    A counter for one document in *form* (``json``, ``xml``, ``csv`` or ``tsv``).

    Source:
        SPARQL 1.1 Query Results JSON Format, XML Format, CSV and TSV Formats
    """
    counters: dict[str, Callable[[], Counter]] = {"json": _Json, "xml": _Xml, "csv": _Csv, "tsv": _Tsv}
    return counters[form]()


class _Tsv:
    """A line for each row after the first; texts hold no line break."""

    def __init__(self) -> None:
        self._head = 1

    def __call__(self, part: bytes) -> int:
        lines = self._lines(part)
        head, self._head = min(self._head, lines), self._head - min(self._head, lines)
        return lines - head

    def _lines(self, part: bytes) -> int:
        return part.count(b"\n")


class _Csv(_Tsv):
    """A line for each row after the first; line breaks within quotes belong to texts."""

    def __init__(self) -> None:
        super().__init__()
        self._outside = _Outside()

    def _lines(self, part: bytes) -> int:
        return self._outside(part).count(b"\n")


class _Xml:
    """An end tag for each row; texts hold no ``<``."""

    def __init__(self) -> None:
        self._rest = b""

    def __call__(self, part: bytes) -> int:
        joined = self._rest + part
        self._rest = joined[-(len(b"</result>") - 1) :]
        return joined.count(b"</result>")


class _Json:
    """An object of objects for each row that binds something; the head is the first."""

    def __init__(self) -> None:
        self._outside = _Outside()
        self._rest = self._plain = b""
        self._head = 1

    def __call__(self, part: bytes) -> int:
        joined = self._rest + part
        odd = (len(joined) - len(joined.rstrip(b"\\"))) % 2  # the second half of an escape comes with the next part
        joined, self._rest = joined[: len(joined) - odd], joined[len(joined) - odd :]
        unescaped = joined.replace(b"\\\\", b"").replace(b'\\"', b"")
        self._plain = self._plain[-2:] + self._outside(unescaped)
        found = self._plain.count(b"{:{")
        head, self._head = min(self._head, found), self._head - min(self._head, found)
        return found - head


class _Outside:
    """What of successive parts stands outside double quotes."""

    def __init__(self) -> None:
        self._within = False

    def __call__(self, part: bytes) -> bytes:
        pieces = part.split(b'"')
        outside = b"".join(pieces[int(self._within) :: 2])
        self._within ^= len(pieces) % 2 == 0
        return outside
