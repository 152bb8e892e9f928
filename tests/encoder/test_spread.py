"""Texts embedded by workers that get lost: the very vectors of one machine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cluster.scripted import Scripted

from assistant.cluster import Workers
from assistant.encoder.embedding import QueryEncoder, all_minilm
from assistant.encoder.spread import Same, spread
from assistant.errors import CatalogError

TEXTS = [f"{'a sharp ' * (n % 5)}picture of {n} cats" for n in range(60)]


def test_workers_make_the_same_vectors_as_one_machine_bit_for_bit() -> None:
    model, engine = all_minilm(), Scripted(2, lost=(2, 3))
    with Workers(Same(model.identity), engine) as workers:
        found = spread(model, workers).documents().embed_documents(TEXTS)
    assert QueryEncoder().embed_documents(TEXTS) == found
    assert 2 == workers.lost


def test_a_machine_with_other_weights_is_refused() -> None:
    with pytest.raises(CatalogError, match="embeds with"):
        Same(replace(all_minilm().identity, version="another"))()
