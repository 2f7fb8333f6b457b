"""The server: pages, answers, linked data and SPARQL over a build, read-only."""
