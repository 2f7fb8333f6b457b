"""The server: pages, answers, linked data and SPARQL over a build, read-only."""

from nqgraph.serving.app import create, serve

__all__ = ["create", "serve"]
