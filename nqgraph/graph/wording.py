"""
How questions are worded: how much each word, and each kind of thing named, speaks for each of them.

A multinomial logistic regression over the phrasings of the questions, learned where it is used: the same phrasings give
the same weights. What is learned are weights of words, so a question is recognized that no phrasing is; nothing is
generated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

#: How much large weights cost, how often all are bettered, and by how much at first (Adam).
COST, STEPS, FIRST_STEP = 1.0, 50, 0.15
#: Weights are kept as multiples of that; those below the least say nothing.
UNIT, LEAST = 0.1, 3

#: What a text is known by → how much of it there is.
Features = Mapping[str, float]


@dataclass(frozen=True)
class Wording:
    """What speaks for each of several questions."""

    #: Feature → number of a question → how much it speaks for it, in :data:`UNIT`.
    weights: Mapping[str, Mapping[int, int]]
    #: How many questions there are.
    count: int

    def likely(self, features: Features) -> list[float]:
        """The logarithm of how likely each question is that a text with *features* is meant to be."""
        sums = [0.0] * self.count
        for feature, value in features.items():
            for number, weight in self.weights.get(feature, {}).items():
                sums[number] += weight * value
        top = max(sums, default=0.0)
        whole = UNIT * top + log(sum(exp(UNIT * (one - top)) for one in sums) or 1.0)
        return [UNIT * one - whole for one in sums]


def learn(texts: Sequence[tuple[Features, int]], count: int) -> Wording:
    """
    What the *texts* teach, each with the number of the question that it is.

    Args:
        count: How many questions there are.
    """
    import numpy as np
    from scipy.sparse import csr_array

    known = {feature: number for number, feature in enumerate(dict.fromkeys(f for one, _ in texts for f in one))}
    rows = [row for row, (one, _) in enumerate(texts) for _ in one]
    columns = [known[feature] for one, _ in texts for feature in one]
    values = np.array([value for one, _ in texts for value in one.values()], np.float32)
    given = csr_array((values, (rows, columns)), (len(texts), len(known)))
    back, places, right = given.T.tocsr(), np.arange(len(texts)), [number for _, number in texts]
    weights, mean, square = (np.zeros((len(known), count), np.float32) for _ in range(3))
    for step in range(1, STEPS + 1):
        shares = given @ weights
        shares = np.exp(shares - shares.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        shares[places, right] -= 1
        slope = back @ shares + COST * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope * slope
        size = FIRST_STEP * (1 - (step - 1) / STEPS)
        weights -= size * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    units = np.rint(weights / UNIT).astype(int)
    units[abs(units) < LEAST] = 0
    return Wording({feature: _kept(units[number]) for feature, number in known.items()}, count)


def _kept(units: Iterable[int]) -> dict[int, int]:
    return {number: int(unit) for number, unit in enumerate(units) if unit}
