"""What is answered with, by the headers of the client (RFC 9110, section 12)."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nqgraph.serving.negotiation import Wish, accepts, choose, language, negotiate, wishes
from nqgraph.words import formats

OFFERED = ["text/html", "text/turtle; charset=utf-8", "application/ld+json"]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("a/b", [Wish("a/b", 1.0)]),
        ("A/B ;Q=0.5 , c/d;q=0", [Wish("a/b", 0.5), Wish("c/d", 0.0)]),
        ("a;q=0.1234, b;q=2, c;q=-1, d;q=x, e;q=", [Wish(name, 0.0) for name in "abcde"]),
        ("a/b;q=1.000, c/d;q=0.", [Wish("a/b", 1.0), Wish("c/d", 0.0)]),
        ("a/b;level=1;q=0.4;x=y", [Wish("a/b", 0.4, True)]),
        ('a/b;p="x,y;q=0\\",";q=0.3, c/d', [Wish("a/b", 0.3, True), Wish("c/d", 1.0)]),
        (" , ,a/b,, ", [Wish("a/b", 1.0)]),
        ("", []),
        (None, []),
    ],
)  # fmt: skip
def test_a_header_is_a_list_of_wishes(header: str | None, found: list[Wish]) -> None:
    """Lists may have empty elements, texts in quotes hold any sign, and a quality has three digits at most."""
    assert wishes(header) == found


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, 0),
        (" ", 0),
        ("*/*", 0),
        ("text/*", 0),
        ("text/turtle", 1),
        ("text/turtle, text/html", 0),
        ("text/html;q=0.9, text/turtle", 1),
        ("text/*;q=0.9, text/html;q=0.1, */*;q=0.5", 1),
        ("text/html;q=0, text/*", 1),
        ("text/*;q=0, */*;q=0.1", 2),
        ("*/*;q=0.1, application/ld+json;q=0", 0),
        ("text/html;level=1;q=0.2, text/html;q=0, text/turtle;q=0.1", 1),
        ("application/ld+json;profile=\"http://www.w3.org/ns/json-ld#compacted\", text/html;q=0.5", 2),
        ("image/png", None),
        ("text/html;q=0", None),
        ("*/*;q=0", None),
    ],
)  # fmt: skip
def test_the_most_specific_range_counts(header: str | None, found: int | None) -> None:
    """Section 12.5.1: the type, then its group, then anything; a quality of 0 is a refusal."""
    assert negotiate(header, OFFERED) == (None if found is None else OFFERED[found])


RANGES = st.sampled_from(
    ["text/html", "text/turtle", "application/ld+json", "text/*", "application/*", "*/*", "image/png"]
)
QUALITIES = st.sampled_from(["", ";q=0", ";q=0.5", ";q=1", ";q=0.001", "; q = 0.7"])


@given(st.lists(st.tuples(RANGES, QUALITIES), min_size=1, max_size=6))
def test_the_order_of_a_header_says_nothing(listed: list[tuple[str, str]]) -> None:
    """What is chosen is accepted, and the same whichever way the header is written."""
    parts = [name + quality for name, quality in listed]
    chosen = negotiate(",".join(parts), OFFERED)
    assert chosen == negotiate(" , ".join(reversed(parts)).upper().replace("Q", "q"), OFFERED)
    if chosen is not None:
        kind = chosen.partition(";")[0]
        assert any(
            wish.quality and wish.name in (kind, kind.split("/")[0] + "/*", "*/*") for wish in wishes(",".join(parts))
        )


@given(st.one_of(st.text(max_size=80), st.text('a/*;,=q.1" ', max_size=40)))
@example(";;;")
@example(", ;q=1, ;")
def test_any_header_is_read(header: str) -> None:
    """Whatever a client sends, it gets something offered or nothing."""
    assert negotiate(header, OFFERED) in (*OFFERED, None)
    assert language(header, ["de", "en"]) in ("de", "en")
    assert accepts(header, "gzip") in (True, False)


def test_formats_are_known_by_what_others_call_them() -> None:
    """Aliases stand behind the types of their own."""
    assert choose("application/json", formats.SOLUTIONS.values()) is formats.SOLUTIONS["json"]
    assert choose("text/*", formats.SOLUTIONS.values()) is formats.SOLUTIONS["csv"]
    assert choose("application/json", formats.DESCRIPTIONS.values()) is formats.DESCRIPTIONS["json"]
    assert choose("application/json", formats.RDF.values()) is formats.RDF["jsonld"]
    assert choose("application/xml", formats.RDF.values()) is formats.RDF["rdf"]
    assert choose("application/*", formats.RDF.values()) is formats.RDF["nt"]
    assert choose("image/*", formats.RDF.values()) is None


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, "de"),
        ("", "de"),
        ("en", "en"),
        ("fr", "de"),
        ("fr, en;q=0.1", "en"),
        ("en-GB", "en"),
        ("en-GB,de;q=0.9", "en"),
        ("de-AT,en;q=0.9", "de"),
        ("de; q=0.1, en; q=0.9", "en"),
        ("de;q=0.1,en;q=0.9", "en"),
        ("en, de", "en"),
        ("de, en", "de"),
        ("de;q=0, *", "en"),
        ("*", "de"),
        ("en;q=0", "de"),
        ("den, english", "de"),
        ("EN-us;Q=0.8, DE;q=0.5", "en"),
    ],
)
def test_the_language_that_the_reader_likes_best(header: str | None, found: str) -> None:
    """By quality, then by place in the header; regions of a language count for it."""
    assert language(header, ("de", "en")) == found


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0, *", False),
        ("*", True),
        ("*;q=0", False),
        ("", False),
        ("br", False),
        ("not-gzip", False),
    ],
)
def test_a_coding_is_taken_or_not(header: str, taken: bool) -> None:
    """Section 12.5.3: a quality of 0 is a refusal."""
    assert accepts(header, "gzip") is taken
