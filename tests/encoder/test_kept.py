"""Vectors that ship beside an encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.encoder.embedding import QueryEncoder
from assistant.encoder.kept import Kept

TEXTS = ["Grain is random.", "Edges go on.", "Haze thickens with distance."]
FACTS = {"weights": "these"}


@pytest.fixture(scope="module")
def encoder() -> QueryEncoder:
    return QueryEncoder()


@pytest.fixture
def kept(tmp_path: Path, encoder: QueryEncoder) -> Kept:
    Kept(tmp_path / "vectors.json", FACTS).refresh(TEXTS, encoder)
    return Kept(tmp_path / "vectors.json", FACTS)


def test_a_kept_vector_is_the_encoders_but_for_rounding(kept: Kept, encoder: QueryEncoder) -> None:
    found = kept.get(TEXTS[1])
    assert found is not None
    assert float(found @ np.array(encoder.embed_query(TEXTS[1]), np.float32)) > 0.999
    assert abs(float(np.linalg.norm(found)) - 1) < 1e-5


def test_a_text_that_is_not_kept_has_no_vector(kept: Kept) -> None:
    assert kept.get("Something new.") is None


def test_only_new_texts_are_embedded(kept: Kept, encoder: QueryEncoder) -> None:
    assert kept.holds(TEXTS)
    assert not kept.holds(TEXTS[:2])
    assert kept.refresh([*TEXTS[1:], "Something new."], encoder) == 1


def test_vectors_of_other_weights_are_not_taken(kept: Kept, tmp_path: Path) -> None:
    assert kept.get(TEXTS[0]) is not None
    assert Kept(tmp_path / "vectors.json", {"weights": "others"}).get(TEXTS[0]) is None
