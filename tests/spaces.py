"""The shipped workspace and its IRIs, for all tests."""

from nqgraph.words.workspace import shipped

SPACE = shipped()
IRIS = SPACE.iris
