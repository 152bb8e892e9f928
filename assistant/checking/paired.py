"""A sentence read beside its facts: what counting cannot see, such as roles that were swapped.

A tuned MiniLM (``catalog/checker/paired.safetensors``) reads ``sentence [SEP] fact [SEP] ...``,
looks over the words of the sentence and gives one number: above 0 where the facts say the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np

from assistant.encoder.tuned import TunedEncoder
from assistant.stored import Arrays

BEGIN, BREAK = 101, 102  # [CLS] and [SEP] of BERT's vocabulary
_SENTENCE, _FACT, _ALL = 64, 60, 160  # tokens that are read
NETWORK = "paired.safetensors"  # beside the counts
Told = tuple[str, str]
"""A fact: whose it is (empty for nobody's) and its text."""


def joined(
    ids: Callable[[str], list[int]], text: str, facts: Sequence[Told]
) -> tuple[list[int], int]:
    """The tokens of a sentence and its facts, and how many of them are the sentence's."""
    found = [BEGIN, *ids(text)[:_SENTENCE], BREAK]
    said = len(found)
    for owner, fact in facts:
        whose = f"{owner}: " if owner and owner.lower() not in fact.lower() else ""
        found += [*(ids(whose) + ids(fact))[:_FACT], BREAK]
    return found[:_ALL], said


class Paired:
    """The tuned encoder with its look and its head; some 20 ms a sentence."""

    def __init__(self, arrays: Arrays) -> None:
        self.encoder = TunedEncoder(arrays)
        self._look = arrays["look.weight"].astype("f4")[0]
        self._head = arrays["head.weight"].astype("f4")[0]
        self._bias = float(arrays["head.bias"][0])
        self._known = functools.lru_cache(maxsize=4096)(self._score)  # a text is checked in rounds

    def score(self, text: str, facts: Sequence[Told]) -> float:
        """How far the facts say the sentence, as a logit."""
        return self._known(text, tuple(facts))

    def _score(self, text: str, facts: tuple[Told, ...]) -> float:
        ids, said = joined(self.encoder.token_ids, text, facts)
        states = self.encoder.contextual(np.array(ids), [len(ids)])[:said]
        looks = states @ self._look
        weights = np.exp(looks - looks.max())
        return float(weights @ (states @ self._head) / weights.sum()) + self._bias
