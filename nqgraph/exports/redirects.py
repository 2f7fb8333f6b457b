"""Rules that lead permanent addresses to where pages and files lie now, as w3id.org and other services take them."""

from __future__ import annotations

from collections.abc import Iterator

from nqgraph.words import formats
from nqgraph.words.texts import in_language, text
from nqgraph.words.workspace import Workspace

#: Variable of the server with the address to which all rules lead.
_SITE = "SITE"
#: Address, with groups → ending of a file → what lies there, tried in this order; the last is what browsers get.
_RULES: tuple[tuple[str, dict[str, str]], ...] = (
    (r"^$", {"html": ""}),
    (
        r"^id/([^/]+)/([^/]+)$",
        {form: f"doc/$1/$2.{form}" for form in (*formats.BESIDE, "html")},
    ),
    (r"^def/([0-9]+\.[0-9]+\.[0-9]+[^/]*)$", {"html": "release/$1/ontology.ttl"}),
    (r"^def(?:/.*)?$", {**{form: f"graph/ontology.{form}" for form in formats.GRAPHS}, "html": "def.html"}),
    (
        r"^scheme/([^/]+)(?:/([^/]+))?$",
        {**{form: f"graph/ontology.{form}" for form in formats.GRAPHS}, "html": "glossar.html"},
    ),
    (r"^graph/([^/]+)$", {**{form: f"graph/$1.{form}" for form in formats.GRAPHS}, "html": "graph/$1.ttl"}),
    (r"^query/([^/]+)$", {"html": "abfragen/$1.html"}),
    (r"^dcat$", {"html": "dcat.ttl"}),
    (r"^release/([^/]+)/?$", {"html": "release/$1/README.md"}),
    (r"^(.+)$", {"html": "$1"}),
)


def rules(workspace: Workspace) -> str:
    """
    The rules for Apache's mod_rewrite, to lie in the folder that the base of *workspace* names.

    Where nobody has said where the pages lie, the line that says it is left to be filled in, and no rule leads away.

    Source:
        https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html and https://github.com/perma-id/w3id.org
    """
    return "\n".join([*_lines(workspace), ""])


def _lines(workspace: Workspace) -> Iterator[str]:
    site = workspace.settings.site
    yield f"# {in_language(workspace.settings.title, 'en')}: {workspace.iris.base}"
    yield "Options +FollowSymLinks -MultiViews"
    yield "RewriteEngine on"
    if site:
        yield f"RewriteRule ^ - [E={_SITE}:{site}]"
    else:
        yield f"# {text('redirects-fill-in', 'en')}"
        yield f"# RewriteRule ^ - [E={_SITE}:https://…/]"
    yield f"RewriteCond %{{ENV:{_SITE}}} ^$"
    yield "RewriteRule ^ - [L]"
    endings = "|".join(dict.fromkeys((*formats.BESIDE, *formats.GRAPHS, "html")))
    yield "\n# An ending says which form is wanted"
    yield f"RewriteRule ^id/([^/]+)/([^/]+)\\.({endings})$ %{{ENV:{_SITE}}}doc/$1/$2.$3 [R=303,NE,L]"
    yield f"RewriteRule ^graph/([^/]+)\\.({endings})$ %{{ENV:{_SITE}}}graph/$1.$2 [R=303,NE,L]"
    yield "\n# Otherwise the header Accept does"
    for pattern, targets in _RULES:
        for form, target in targets.items():
            if form != "html":
                known = formats.DESCRIPTIONS[form]
                media = "|".join(
                    name.replace("+", r"\+") for name in (known.media, *known.aliases) if _telling(name, form)
                )
                yield f"RewriteCond %{{HTTP_ACCEPT}} {media}"
            yield f"RewriteRule {pattern} %{{ENV:{_SITE}}}{target} [R=303,NE,L]"


def _telling(media: str, form: str) -> bool:
    """Whether a media type means this form alone."""
    return media not in ("text/plain", "text/xml", "application/xml") and not (
        form == "jsonld" and media == "application/json"
    )


def readme(workspace: Workspace) -> str:
    """What a request to a service of permanent addresses says of the rules, in English as all there is."""
    settings = workspace.settings
    site, contact = settings.site or text("redirects-no-site", "en"), settings.contact.removeprefix("mailto:")
    said = text(
        "redirects-readme",
        "en",
        title=in_language(settings.title, "en"),
        base=workspace.iris.base,
        site=site,
        contact=contact or in_language(settings.sender or settings.title, "en"),
    )
    return said.strip() + "\n"
