"""A validation report as text, JSON, Turtle or a page."""

from __future__ import annotations

import html
import json
import warnings

from nqgraph.validation import validation
from nqgraph.validation.validation import Finding, Report
from nqgraph.words.texts import text


def rendered(report: Report, form: str, lang: str) -> bytes:
    """*report* as ``text``, ``json``, ``ttl`` (a W3C validation report) or ``html``."""
    match form:
        case "json":
            return (json.dumps(report.to_dict(), indent=1, ensure_ascii=False) + "\n").encode()
        case "ttl":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # rdflib's, about the ill-typed literals that we report
                return report.to_graph().serialize(format="longturtle", encoding="utf-8")
        case "html":
            return _page(report, lang).encode()
    return "\n".join([*(line(f, lang) for f in report.findings), validation.summary(report, lang), ""]).encode()


def line(finding: Finding, lang: str) -> str:
    """A finding on one line, its severity first."""
    return f"{severity(finding.severity, lang)}: {finding.in_language(lang)}"


def severity(iri: str, lang: str) -> str:
    """Name of a severity; one that shapes bring themselves has none but its own."""
    name = validation.severity_name(iri)
    return text(f"severity-{name}", lang) if iri in validation.SEVERITIES else name


def _page(report: Report, lang: str) -> str:
    def e(value: str) -> str:
        return html.escape(value)

    rows = "".join(
        f"<tr><td>{e(severity(f.severity, lang))}</td><td>{e(f.place.in_language(lang))}</td>"
        f"<td>{e(f.about())}</td><td>{e(f.said(lang))}</td></tr>\n"
        for f in report.findings
    )
    heads = "".join(
        f'<th scope="col">{e(text(f"column-{c}", lang))}</th>' for c in ("severity", "place", "entry", "message")
    )
    notes = "".join(f"<li>{e(note.in_language(lang))}</li>\n" for note in report.notes)
    body = (
        f"<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table>"
        if report.findings
        else f"<p>{e(text('report-clean', lang))}</p>"
    )
    title = e(text("report-title", lang))
    return f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .4rem .6rem; }}
th, td {{ border-bottom: 1px solid; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{e(validation.summary(report, lang))}</p>
{body}
{f"<ul>{notes}</ul>" if notes else ""}
</main>
</body>
</html>
"""
