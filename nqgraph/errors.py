"""The errors that nqgraph raises; one base class, each with problems that name place and remedy."""

from nqgraph.words.errors import (
    InputError,
    LimitError,
    MissingToolError,
    NqgraphError,
    Place,
    Problem,
    QueryError,
    RemoteError,
    ShapesError,
    StoreError,
)

__all__ = [
    "InputError",
    "LimitError",
    "MissingToolError",
    "NqgraphError",
    "Place",
    "Problem",
    "QueryError",
    "RemoteError",
    "ShapesError",
    "StoreError",
]
