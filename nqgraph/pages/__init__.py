"""Pages over a graph: one set of templates for the server, the static site and the one offline file."""

from nqgraph.pages.site import Site

__all__ = ["Site"]
