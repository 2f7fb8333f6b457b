"""What pages say about themselves to browsers."""

from __future__ import annotations

import base64
import hashlib


def source_hash(code: str) -> str:
    """The source expression for an inline script or style *code* (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
