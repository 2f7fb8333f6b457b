"""What a cell of a spreadsheet shows: stored numbers and days in the number format of the cell, in German notation."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from nqgraph.words.texts import Text


class Shown(str):
    """What a cell shows."""

    #: A year, month or day as ISO 8601, as precisely as it is shown; empty if it is none.
    iso: str = ""
    #: The stored number, where the cell shows a rounded one.
    exact: str = ""
    #: Whether the cell shows thousands or millions of what is stored.
    scaled: bool = False


class Unread(str):
    """A cell whose content cannot be read."""

    #: Why.
    text: Text


#: Why a cell is unread that a merged range hides: the range is named, not each of its cells.
COVERED = "cell-covered"
#: Formats that files name by a number alone (ECMA-376, part 1, 18.8.30), as a German Excel shows them.
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "dd.mm.yyyy", 15: "dd. mmm yy", 16: "dd. mmm", 17: "mmm yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "hh:mm", 21: "hh:mm:ss", 22: "dd.mm.yyyy hh:mm", 37: "#,##0", 38: "#,##0",
    39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_TOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|AM/PM|A/P|E[+-]|([ymdhs])\1*|\.0+|.', re.IGNORECASE)
#: Texts that programs write where a formula has failed.
_ERRORS = re.compile(
    r"#(NULL|DIV/0|WERT|VALUE|BEZUG|REF|NAME|ZAHL|NUM|ÜBERLAUF|SPILL|KALK|CALC|FELD|FIELD|VERBINDEN|CONNECT"
    r"|BLOCKIERT|BLOCKED|UNBEKANNT|UNKNOWN)[!?]|#NV|#N/A|#GETTING_DATA|Err:\d{3}|#{3,}"
)


def number(stored: str, code: str, *, from_1904: bool = False) -> Shown | Unread:
    """What a cell with the number *stored* shows in the format *code*."""
    try:
        value = Decimal(f"{float(stored):.15g}")
    except (ValueError, OverflowError):
        return unread("cell-damaged", value=stored)
    if not value.is_finite():
        return unread("cell-damaged", value=stored)
    found = _section(value, code)
    if found is None:
        return unread("cell-format", value=general(value), format=code)
    tokens, value = found
    if not tokens:
        return Shown(general(value))
    if any(_kind(token) in "ymdhs" for token in tokens):
        return _time(value, tokens, from_1904)
    return _number(value, tokens) or unread("cell-format", value=general(value), format=code)


def unread(code: str, **values: object) -> Unread:
    """A cell that is refused with the message *code*."""
    cell = Unread(values.get("value") or "=")
    cell.text = Text(code, values)
    return cell


def text(cell: str) -> str:
    """*cell*, refused if it is what is left of a failed formula."""
    return unread("cell-error", value=cell) if cell[:1] in "#E" and _ERRORS.fullmatch(cell) else cell


def general(value: Decimal) -> str:
    """A number without format, all its digits."""
    plain = format(value, "f")
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain).replace(".", ",")


def day(iso: str, precision: int, as_shown: str = "") -> Shown:
    """The day *iso* (``2016-12-01``) of which year (1), month (2) or day (3) are shown."""
    cell = Shown(as_shown or iso[: (4, 7, 10)[precision - 1]])
    cell.iso = iso[: (4, 7, 10)[precision - 1]]
    return cell


def _section(value: Decimal, code: str) -> tuple[list[str], Decimal] | None:
    """The part of a format for *value* as tokens (none for “General”), and what is left to show; None if unknown."""
    sections: list[list[str]] = [[]]
    for token in (match[0] for match in _TOKEN.finditer(code)):
        if token == ";":
            sections.append([])
        elif re.match(r"\[(<|>|=)", token):
            return None
        elif token[0] != "[":
            sections[-1].append(token)
        elif re.fullmatch(r"\[(h+|m+|s+)\]", token, re.IGNORECASE):
            sections[-1].append(token.lower())
        elif token.startswith("[$"):  # a currency and a locale
            sections[-1].append(f'"{token[2:-1].split("-")[0]}"')
    signed = value < 0 and len(sections) > 1 and "".join(sections[1])
    tokens = sections[1] if signed else sections[2] if value == 0 and len(sections) > 2 else sections[0]
    plain = "".join(tokens).strip().lower()
    if not plain and len(sections) > 1:
        return None  # a cell that shows nothing
    if plain in ("general", "standard", "@", ""):
        return [], value
    return tokens, abs(value) if signed else value


def _kind(token: str) -> str:
    """What a token stands for: a part of a time, ``0`` for a digit, ``"`` for text, else itself."""
    if token[0] in '"\\_*':
        return '"'
    first = token.strip("[")[0].lower()
    if first in "ymdhs" or token.upper() in ("AM/PM", "A/P"):
        return first if first in "ymdhs" else "h"
    return "0" if token in "0#?" else token


def _literal(token: str) -> str:
    return {'"': token[1:-1], "\\": token[1:], "_": " ", "*": ""}.get(token[0], token)


def _number(value: Decimal, tokens: list[str]) -> Shown | None:
    pattern, before, after, exponent = "", "", "", ""
    percent = 0
    for token in tokens:
        if token[0] == "." and len(token) > 1 and not exponent:  # “.0” is one token, for seconds
            pattern += token
        elif token[:1] in "Ee" and len(token) == 2:
            exponent = "E"
        elif exponent and _kind(token) == "0":
            exponent += token
        elif _kind(token) == "0" or (token in ",." and (pattern or token == ".")):
            if after.strip() and "%" not in after:
                return None  # text between digits
            pattern += token
        elif token == "/":
            return None
        else:
            percent += token == "%"
            if pattern:
                after += _literal(token)
            else:
                before += _literal(token)
    if not pattern:
        return Shown((before + after).strip()) if before + after else None
    scaled = value.scaleb(2 * percent)
    scale = len(pattern) - len(pattern.rstrip(","))
    whole, _, fraction = pattern.rstrip(",").partition(".")
    scaled = scaled.scaleb(-3 * scale)
    most, least = len(fraction), len(fraction.rstrip("#?"))
    if exponent:
        digits = f"{scaled:.{most}E}".replace(".", ",")
        return Shown(f"{before}{digits}{after}".strip())
    rounded = scaled.quantize(Decimal(1).scaleb(-most), rounding=ROUND_HALF_UP)
    sign, (left, _, right) = "-" if rounded < 0 else "", format(abs(rounded), "f").partition(".")
    while len(right) > least and right.endswith("0"):
        right = right[:-1]
    left = left.rjust(whole.count("0"), "0") if left != "0" else "0" * max(whole.count("0"), not right)
    if "," in whole:
        left = re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", left)
    cell = Shown(f"{sign}{before}{left}{',' if right else ''}{right}{after}".strip())
    cell.scaled = scale > 0
    if rounded != scaled or cell.scaled:
        cell.exact = general(value)
    return cell


def _time(value: Decimal, tokens: list[str], from_1904: bool) -> Shown | Unread:
    kinds = [_kind(token) for token in tokens]
    dated = any(kind in "yd" for kind in kinds) or _months(tokens, kinds)
    seconds = int((value * 86_400).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    days = seconds // 86_400
    if dated and not from_1904 and (days < 1 or days == 60 or days > 2_958_465):
        return unread("cell-before-1900", value=general(value))
    if dated and from_1904 and not 0 <= days <= 2_957_003:
        return unread("cell-before-1900", value=general(value))
    first = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 31 if days < 60 else 30)
    date = first + dt.timedelta(days) if dated else first
    left = seconds % 86_400
    hours, minutes, rest = left // 3600, left % 3600 // 60, left % 60
    half = any(token.upper() in ("AM/PM", "A/P") for token in tokens)
    months = _months(tokens, kinds)
    shown = ""
    for index, (token, kind) in enumerate(zip(tokens, kinds, strict=True)):
        size = len(token)
        if token.upper() in ("AM/PM", "A/P"):
            shown += "AM" if hours < 12 else "PM"
        elif token[0] == "[" and kind in "hms":
            shown += str(seconds // {"h": 3600, "m": 60, "s": 1}[kind]).rjust(size - 2, "0")
        elif kind == "y":
            shown += f"{date:%Y}"[-2:] if size <= 2 else f"{date:%Y}"
        elif kind == "m" and index in months:
            name = _MONTHS[date.month - 1]
            shown += str(date.month).rjust(size, "0") if size < 3 else name[:3] if size == 3 else name
        elif kind == "m":
            shown += str(minutes).rjust(min(size, 2), "0")
        elif kind == "d":
            name = _DAYS[date.weekday()]
            shown += str(date.day).rjust(size, "0") if size < 3 else name[:2] if size == 3 else name
        elif kind == "h":
            shown += str(hours % 12 or 12 if half else hours).rjust(min(size, 2), "0")
        elif kind == "s":
            shown += str(rest).rjust(min(size, 2), "0")
        else:
            shown += _literal(token)
    cell = Shown(shown.strip())
    timed = any(k in "hs" or (k == "m" and i not in months) for i, k in enumerate(kinds))
    if "y" in kinds and not (timed and left):
        days_shown = any(k == "d" and len(t) < 3 for t, k in zip(tokens, kinds, strict=True))
        if days_shown and months:
            cell.iso = date.isoformat()
        elif not days_shown:
            cell.iso = date.isoformat()[: 7 if months else 4]
    return cell


def _months(tokens: list[str], kinds: list[str]) -> set[int]:
    """Which of the tokens are months; an ``m`` after hours or before seconds is minutes."""
    found = set()
    for index, kind in enumerate(kinds):
        if kind == "m" and tokens[index][0] != "[":
            before = next((k for k in reversed(kinds[:index]) if k in "ymdhs"), "")
            after = next((k for k in kinds[index + 1 :] if k in "ymdhs"), "")
            if before != "h" and after != "s":
                found.add(index)
    return found
