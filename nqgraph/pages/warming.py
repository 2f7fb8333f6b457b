"""What the first readers of pages would wait for, in steps that can stand between answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from nqgraph.pages import builder
from nqgraph.pages.site import Site
from nqgraph.things import links
from nqgraph.words.texts import in_language
from nqgraph.words.workspace import PAGES


def steps(site: Site) -> Iterator[Callable[[], object]]:
    """
    What is computed once and kept: what every page needs, then the pages that readers begin with, of each kind one.

    Each step is made once those before it were taken: what it is may depend on them.
    """
    yield lambda: site.known
    yield from (partial(site.template, name) for name in site.templates)
    home = site.workspace.language
    for lang in site.languages:
        yield partial(site.page, links.page("", lang, home))
        if lang == home:
            yield lambda: site.asking.ranking
            yield from site.asking.ranking.steps()
        question = next((in_language(query.question, lang) for query in site.collection.queries.values()), "")
        yield partial(site.ask_page, question, lang)
        pages = [name for name in (builder.ADDRESS, *site.collection.lists, *PAGES) if name in site.known]
        begun = [site.collection.addresses[iris[0]] for iris in site.collection.members.values()]
        yield from (partial(site.page, links.page(name, lang, home)) for name in (*pages, *begun))
