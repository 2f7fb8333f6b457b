"""The order of names."""

from __future__ import annotations

import pytest

from nqgraph.words import collation

#: In the order of a German dictionary.
SORTED = [
    "ABC der Bildung",
    "Apfel",
    "Äpfel",
    "Apfelsaft",
    "Azubi",
    "École",
    "Eifel",
    "Ofen",
    "Öffnung",
    "Österreich-Modell",
    "Ostsee",
    "Straße",
    "Strasse zum Beruf",
    "Straßenbau",
    "TQ 10",
    "Übergang",
    "Uckermark",
    "Zukunft",
]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_german_words_stand_in_the_order_of_the_dictionary(lang: str) -> None:
    """Ä stands with A, ß with ss, and capitals do not matter."""
    mixed = SORTED[::-1]
    assert sorted(mixed, key=lambda word: (collation.key(word, lang), word)) == SORTED
    assert sorted(SORTED)[-1] == "Übergang"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße", "Strasse"), ("ÄPFEL", "apfel"), ("T.Q.", "tq"), ("Île", "ile"), ("Ä", "A\u0308"), ("Łódź", "Lodz")],
)
def test_the_same_word_has_the_same_key(one: str, other: str) -> None:
    """Accents, capitals, signs and the way letters are encoded make no difference."""
    assert collation.key(one, "de") == collation.key(other, "de")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("sv", ["zoo", "ål", "ärlig", "öl"]),
        ("da", ["zoo", "æble", "øl", "ål"]),
        ("es", ["nuevo", "nz", "ñame", "oca"]),
        ("pl", ["lz", "łan", "mak", "zż", "żaba"]),
        ("de", ["al", "äl", "am", "zoo"]),
        ("el", ["αλφα", "βητα", "γαμμα"]),
    ],
)
def test_languages_have_letters_of_their_own(lang: str, words: list[str]) -> None:
    """A letter that a language sets apart has its own place there, and letters of other scripts keep theirs."""
    mixed = words[::-1]
    assert sorted(mixed, key=lambda word: (collation.key(word, lang), word)) == words
