"""Whatever is done to an answer: it never raises, and no link gets in that was not provided."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import from_markdown
from assistant.checking import verify
from assistant.links import candidates, identify
from assistant.references import key_of
from assistant.world import World

from . import random_worlds, worlds

CHUNKS = st.one_of(
    st.sampled_from(
        [
            "https://evil.example/a", "github.com/evil/RCAN", "[x](https://evil.example)", "[9]",
            "http://arxiv", "arXiv:2107.10833", "https://github.com/yulunzhang/RCAN/issues", "<",
            "![](//evil.example)", "SwinIR", " 38.90 dB ", "SISR-RCAN-4x", "Wang et al., 2021",
            "## 3. References", "**", "“", "\n\n", "\n- ", "| a | b |\n", "```", "\u200b", "](",
            "hxxp://evil[.]example/x", "https://github.com@evil.example/yulunzhang/RCAN", "https:/",
            "It ", ". ", "(", ")", ":", "&#104;ttps://evil.example/", "{{", "\\", "www.evil.com",
            "https://arxiv.org/abs/1807.02758", "git@github.com:evil/x.git", "evil.example.com",
            "\u202e", "×",
        ]
    ),
    st.text(max_size=12),
)  # fmt: skip
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "delete", "replace"]),
        st.floats(0, 1),
        st.integers(0, 60),
        CHUNKS,
    ),
    min_size=1,
    max_size=6,
)


def edited(text: str, edits: list[tuple[str, float, int, str]]) -> str:
    for how, where, length, chunk in edits:
        place = int(where * len(text))
        end = place + (0 if how == "insert" else length)
        text = text[:place] + ("" if how == "delete" else chunk) + text[end:]
    return text


@given(random_worlds.worlds(), EDITS)
def test_no_outside_link_survives_random_edits(
    world: World, edits: list[tuple[str, float, int, str]]
) -> None:
    """An answer that is not refused holds provided links only, in their provided spelling."""
    composed = random_worlds.composed(world)
    answer = verify(from_markdown(edited(composed.markdown, edits), world), world)
    provided = worlds.links(composed)
    found = {c.text for c in candidates(answer.markdown, provided)}
    assert answer.outcome == "refused" or found <= provided, found - provided


@given(random_worlds.worlds(), EDITS)
def test_random_edits_verify_idempotently(
    world: World, edits: list[tuple[str, float, int, str]]
) -> None:
    """What is not refused verifies again with the same bytes, also read from its Markdown."""
    text = edited(random_worlds.composed(world).markdown, edits)
    answer = verify(from_markdown(text, world), world)
    again = verify(answer, world)
    expected = "refused" if answer.outcome == "refused" else "verified"
    assert (expected, answer.markdown) == (again.outcome, again.markdown)


@given(random_worlds.worlds(), st.text(max_size=400))
def test_any_text_can_be_verified(world: World, text: str) -> None:
    """No text raises, and one without three parts is never verified."""
    answer = verify(from_markdown(text, world), world)
    assert answer.outcome in ("refused", "repaired")


@given(st.text(alphabet="htps:/.[]()<>&;#gitubcomarxvRCAN1807.25 \\*_\n", max_size=80))
def test_no_link_can_be_smuggled_into_a_sentence(text: str) -> None:
    """A sentence of characters that links are made of never brings an outside link in."""
    composed = worlds.composed("000")
    draft = composed.model_copy(update={"explanation": f"{composed.explanation}\n\nRCAN {text}"})
    answer = verify(draft, worlds.world_of("000"))
    keys = {key_of(url) for url in worlds.links(composed)}
    known = worlds.links(composed)
    found = {c.text for c in candidates(answer.markdown, known)}
    outside = {t for t in found if not (i := identify(t)) or i.key not in keys}
    assert answer.outcome == "refused" or set() == outside
