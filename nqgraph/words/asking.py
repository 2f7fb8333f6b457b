"""
How plain questions are put, by language: words that turn them, and how one asks for a list of things.

Beside the stop words, since most of them are such: they say nothing of the things that a question is about.
"""

from __future__ import annotations

#: Part of a built question → its name in addresses, or what that begins with.
ADDRESS = {"kind": "art", "where": "wo.", "columns": "spalte", "group": "gruppe", "count": "zaehle"}
#: Values of a filter: any at all, and none.
ANY, NONE = "*", "-"
#: What a question does → words that say so.
SENSES = {
    "none": {
        "de": "ohne kein keine keinen keinem keiner keinerlei fehlt fehlen fehlende nirgends nie niemand nichts",
        "en": "without no none lack lacks lacking missing never nobody nothing nowhere",
    },
    "count": {
        "de": "viele wieviel wieviele anzahl zahl zähle häufigkeit",
        "en": "many number count",
    },
    "per": {"de": "je pro nach", "en": "per by"},
    "who": {"de": "wer wem wen wessen", "en": "who whom whose"},
    "where": {"de": "wo wohin woher", "en": "where"},
    "when": {"de": "wann", "en": "when"},
    "why": {"de": "warum weshalb wieso", "en": "why"},
    "what": {"de": "was", "en": "what"},
    "still": {"de": "noch mehr weiterhin", "en": "still longer anymore"},
    "compare": {
        "de": "vergleich vergleiche vergleichen unterschied unterschiede unterscheidet unterscheiden gegenüber",
        "en": "compare compared comparison difference differences versus vs",
    },
}
#: Words that turn the next one into its opposite.
NOT = {"de": "nicht nie niemals", "en": "not never"}
#: Words of somebody who asks about their own affairs.
PERSONAL = {"de": "ich mir mich du dir dich", "en": "i me you"}
#: How one asks for things of a kind: all of them, some of them, how many, by what, and without what.
LISTS = {
    "de": (
        "{kind}",
        "Welche {kind} gibt es?",
        "Liste der {kind}",
        "Alle {kind}",
        "Welche {kind} sind bekannt?",
        "{kind} im Überblick",
        "Wie viele {kind} gibt es?",
        "Anzahl der {kind}",
        "{kind} auflisten",
    ),
    "en": (
        "{kind}",
        "Which {kind} are there?",
        "list of {kind}",
        "all {kind}",
        "Which {kind} are known?",
        "How many {kind} are there?",
        "number of {kind}",
    ),
}
#: The same with a value of a way.
FILTERS = {
    "de": ("Welche {kind} {way} {value}?", "{kind} {value}", "Welche {kind} gibt es in {value}?", "{kind} mit {value}"),
    "en": (
        "Which {kind} {way} {value}?",
        "{kind} {value}",
        "Which {kind} are there in {value}?",
        "{kind} with {value}",
    ),
}
#: And if the value says what sort of the kind is meant.
SORTS = {
    "de": ("{value}", "Welche {value} gibt es?", "Liste aller {value}"),
    "en": ("Which {value} are there?", "list of all {value}"),
}
