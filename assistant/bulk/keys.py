"""The identity of a request and of an answer: what is unchanged is neither asked nor made again.

The key of a request holds all that its reply depends on. Catalog and templates count only where
they can change the reply: a prompt file goes to a language model as it stands, so that another
catalog means another check of the reply that was paid for, not another payment.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from assistant.bulk.items import Item
from assistant.encoder.embedding import all_minilm
from assistant.generation import LanguageModel
from assistant.generation.openai_chat import OpenAIChat
from assistant.pipeline import Assistant
from assistant.prompts import PROMPT_FILE, template_digest
from assistant.version import __version__
from assistant.workflow.weights import runnable


@dataclass(frozen=True)
class Keys:
    """Makes the keys of one run.

    ``asked`` is what all requests have in common. ``identity`` is how replies become answers:
    version, catalog, template of the composer, how often a draft goes back, how it is checked, and
    which models run on this machine, of which answers tell.
    An answer of another identity is made anew from the same replies.
    """

    asked: dict[str, Any]
    base: str
    searched: str
    identity: str
    render: bool

    @classmethod
    def of(cls, assistant: Assistant, *, related: int, render: bool) -> Keys:
        """The keys of what ``assistant`` answers now."""
        generator = assistant.generator
        asked: dict[str, Any] = {"generator": generator.name}
        written = isinstance(generator, LanguageModel)
        known = {
            "version": __version__,
            "catalog": assistant.catalog.digest,
            "template": template_digest(PROMPT_FILE if written else generator.template),
        }
        if isinstance(generator, OpenAIChat):
            asked |= {**generator.identity, **generator.parameters}
        elif not written:
            asked |= known
        searched = {**known, "related": related}
        if related:
            searched["index"] = all_minilm().identity.version
        del searched["version"]
        check = () if assistant.check == "facts" else (assistant.check,)
        here = {"runs": [model.id for model in runnable(assistant.catalog)]}
        identity = _digest([known, assistant.repair, generator.name, *check, here])
        return cls(asked, _digest(asked), _digest(searched), identity, render=render)

    def key(self, item: Item, sample: int = 1) -> str:
        """SHA-256 over all that the reply to ``item`` depends on."""
        return self.of_text(item.kind, hashlib.sha256(item.text.encode()).hexdigest(), item, sample)

    def of_prompt(self, text_digest: str) -> str:
        """The key of a prompt file by the SHA-256 of its text."""
        return self.of_text("prompt", text_digest, None, 1)

    def of_text(self, kind: str, text: str, item: Item | None, sample: int) -> str:
        """The key from the digest of the text; a batch line counts with its whole body."""
        body = _digest(item.body) if item is not None and item.body is not None else ""
        searched = self.searched if kind != "prompt" or self.render else ""
        whole = "|".join((self.base, kind, text, str(sample), body, searched))
        return hashlib.sha256(whole.encode()).hexdigest()


def _digest(value: Any) -> str:
    data = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest()
