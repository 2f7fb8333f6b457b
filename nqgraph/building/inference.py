"""Inference: CONSTRUCT rules in files, run until nothing new follows, into a named graph of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from nqgraph.graph.store import Store
from nqgraph.words import frontmatter
from nqgraph.words.texts import Labels
from nqgraph.words.workspace import Workspace

#: Rounds after which rules that keep adding triples are taken for endless.
MAX_ROUNDS = 20


@dataclass(frozen=True)
class Rule:
    """One rule: a CONSTRUCT query and why what it adds is true."""

    name: str
    reason: Labels
    text: str


@lru_cache(maxsize=16)
def rules(workspace: Workspace) -> tuple[Rule, ...]:
    """The rules in ``queries/rules/`` of *workspace* and of the core, by name."""
    found = []
    for path in sorted(workspace.files("queries/rules", "*.rq"), key=lambda path: path.stem):
        meta, text = frontmatter.read(path)
        found.append(Rule(path.stem, meta["reason"], text))
    return tuple(sorted(found, key=lambda rule: rule.name))


def infer(store: Store, using: Sequence[Rule] | None = None) -> dict[str, int]:
    """
    Add to the inferred graph of *store* all triples that the rules imply and that no graph states.

    Returns:
        Rule name → number of triples it added.
    """
    chosen = rules(store.workspace) if using is None else using
    added = dict.fromkeys((rule.name for rule in chosen), 0)
    for _ in range(MAX_ROUNDS):
        fresh = {rule.name: store.construct_into(store.iris.inferred, rule.text) for rule in chosen}
        for name, count in fresh.items():
            added[name] += count
        if not any(fresh.values()):
            return added
    endless = ", ".join(name for name, count in fresh.items() if count)
    raise RuntimeError(f"inference does not end after {MAX_ROUNDS} rounds: {endless}")
