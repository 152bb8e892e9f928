"""Whatever is done to an answer: it never raises, and no link gets in that was not provided."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import from_markdown
from assistant.links import candidates, identify
from assistant.references import key_of
from assistant.verification import verify

from . import worlds

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


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(worlds.SEEDS), EDITS)
def test_no_outside_link_survives_random_edits(
    seed: str, edits: list[tuple[str, float, int, str]]
) -> None:
    """An answer that is not refused holds provided links only, in their provided spelling."""
    answer = worlds.checked(seed, edited(worlds.composed(seed).markdown, edits))
    provided = worlds.links(worlds.composed(seed))
    found = {c.text for c in candidates(answer.markdown, provided)}
    assert answer.outcome == "refused" or found <= provided, found - provided


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(worlds.SEEDS), EDITS)
def test_random_edits_verify_idempotently(
    seed: str, edits: list[tuple[str, float, int, str]]
) -> None:
    """What is not refused verifies again with the same bytes, also read from its Markdown."""
    world = worlds.world_of(seed)
    answer = worlds.checked(seed, edited(worlds.composed(seed).markdown, edits))
    again = verify(answer, world)
    expected = "refused" if answer.outcome == "refused" else "verified"
    assert (expected, answer.markdown) == (again.outcome, again.markdown)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(worlds.SEEDS), st.text(max_size=400))
def test_any_text_can_be_verified(seed: str, text: str) -> None:
    """No text raises, and one without three parts is never verified."""
    answer = verify(from_markdown(text, worlds.world_of(seed)), worlds.world_of(seed))
    assert answer.outcome in ("refused", "repaired")


@settings(max_examples=100, deadline=None)
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
