"""A document as HTML that is ready for print: A4, head and foot on each page, heads of tables repeated."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from nqgraph.exports.paper import Paper
from nqgraph.pages.site import quoted


def render(paper: Paper) -> bytes:
    """*paper* as one file that loads nothing."""
    numbers = {"page": Markup("counter(page)"), "pages": Markup("counter(pages)")}
    paging = Markup(" ").join(numbers.get(part) or quoted(part) for part in paper.pages)
    head = [quoted(text) for text in (paper.project, paper.state, paper.address)]
    return _template().render(paper=paper, paging=paging, head=head, note=quoted(paper.internal)).encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("nqgraph.exports", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.tests["table"] = lambda block: hasattr(block, "rows")
    environment.tests["source"] = lambda block: hasattr(block, "number")
    environment.tests["heading"] = lambda block: hasattr(block, "level")
    return environment.get_template("dossier.html")
