from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog import Model
from assistant.errors import InputError
from assistant.fit import Fit
from assistant.retrieval import diversity
from assistant.retrieval.diversity import diverse, grouped, mmr, reranked
from assistant.retrieval.rerank import Reranker, shim_torchvision
from assistant.retrieval.search import Ranked
from assistant.retrieval.store import FaissStore, Passage
from assistant.retrieval.vectors import unit


class Compass:
    """A text is a bearing in degrees."""

    def embed_query(self, text: str) -> list[float]:
        return [np.cos(np.radians(float(text))), np.sin(np.radians(float(text)))]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


def ranked(name: str, verdict: str = "fits", title: str = "") -> Ranked:
    entry = Model(id=name, title=title or name, name=name, does="Enlarges.")
    return Ranked(entry, 1.0, Fit(verdict=verdict, reasons=()))


def store_of(bearings: dict[str, int]) -> FaissStore:
    store = FaissStore(Compass())
    store.add([Passage(name, "model", str(bearing)) for name, bearing in bearings.items()])
    return store


def test_mmr_takes_the_most_relevant_and_then_what_differs() -> None:
    """Of two equal records the second comes after one that says something else."""
    vectors = unit([[1, 0], [1, 0.01], [0, 1]])
    assert [0, 2, 1] == mmr(vectors, [1.0, 0.9, 0.8], 0.5)


@given(st.integers(0, 9), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_mmr_is_an_order_of_all_rows_and_the_same_each_time(
    rows: int, seed: int, trade: float
) -> None:
    """Nothing is lost or doubled, the first stays first, and with lambda 1 nothing moves."""
    vectors = unit(np.random.default_rng(seed).normal(size=(rows, 4)).round(1))
    relevance = np.arange(rows, 0, -1) / 10
    order = mmr(vectors, relevance, trade)
    assert (list(range(rows)), order) == (sorted(order), mmr(vectors, relevance, trade))
    assert order[:1] == [0][:rows] or trade == 0
    assert list(range(rows)) == mmr(vectors, relevance, 1.0)


def test_diverse_records_stay_behind_those_that_fit_better() -> None:
    """A different record that does not fit does not overtake one that does."""
    found = [ranked("a"), ranked("b"), ranked("c"), ranked("far", "mismatch")]
    store = store_of({"a": 0, "b": 1, "c": 80, "far": 180})
    assert ["a", "c", "b", "far"] == [one.entry.id for one in diverse(found, 9, store)]
    assert ["a", "c"] == [one.entry.id for one in diverse(found, 2, store)]
    assert [] == diverse([], 9, store)


def test_variants_and_twins_stand_behind_the_best_of_them() -> None:
    """One title or nearly one vector is one group; other records start their own."""
    found = [
        ranked("net-3x", title="Net"),
        ranked("twin"),
        ranked("other"),
        ranked("net-4x", title="Net"),
    ]
    store = store_of({"net-3x": 0, "twin": 2, "other": 60, "net-4x": 120})
    groups = [(one.entry.id, [o.entry.id for o in rest]) for one, rest in grouped(found, store)]
    assert [("net-3x", ["twin", "net-4x"]), ("other", [])] == groups
    assert [] == grouped([], store)


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny cross-encoder with random weights, saved as people save theirs."""
    shim_torchvision()
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefghijklmnopqrstuvwxyz0123456789"]
    core = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, "[UNK]"))
    core.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    core.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("cross-encoder")
    special = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep")}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=core, model_max_length=64, **special)
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=64, num_labels=1, initializer_range=0.9,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_a_cross_encoder_orders_the_records_of_one_verdict(cross_encoder: Path) -> None:
    """Records come by its scores, those that fit still before those that do not."""
    reranker = Reranker(str(cross_encoder))
    found = [ranked(str(10 * n), "fits" if n < 6 else "mismatch") for n in range(9)]
    store = store_of({str(10 * n): 10 * n for n in range(9)})
    names = [one.entry.id for one in found]
    scores = dict(zip(names, reranker.scores("a", names), strict=True))
    expected = sorted(list(scores)[:6], key=lambda name: -scores[name])
    expected += sorted(list(scores)[6:], key=lambda name: -scores[name])
    assert expected == [one.entry.id for one in reranked(found, "a", store, reranker)]
    assert len(set(scores.values())) > 5
    assert [] == reranker.scores("a", [])


def test_only_the_first_candidates_are_read(
    cross_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after them keeps its order."""
    monkeypatch.setattr(diversity, "CANDIDATES", 2)
    found = [ranked(str(n)) for n in range(5)]
    store = store_of({str(n): n for n in range(5)})
    order = [one.entry.id for one in reranked(found, "a", store, Reranker(str(cross_encoder)))]
    assert (["0", "1"], ["2", "3", "4"]) == (sorted(order[:2]), order[2:])


def test_a_folder_without_a_cross_encoder_is_a_usage_error(tmp_path: Path) -> None:
    """What cannot be loaded is named with what is needed, and nothing is fetched."""
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(InputError, match="cannot be loaded") as error:
        Reranker(str(tmp_path))
    assert "name a folder with config.json" in error.value.hint
