from __future__ import annotations

from assistant.catalog import Fact, Model, Paper
from assistant.encoder.embedding import QueryEncoder
from assistant.retrieval.passages import CARD_CHARACTERS, lexical_text, passages

RCAN = Model(
    id="SISR-RCAN-3x",
    title="Residual Channel Attention Networks",
    name="RCAN",
    aliases=("Very deep RCAN",),
    task="super-resolution",
    scales=(3,),
    subjects=("photos",),
    handles=("blur",),
    does="It enlarges a photo.",
    differs="It needs no second picture.",
    steps=("Extract features.", "Rescale channels."),
    facts=(Fact(kind="result", text="It leads on Set5.", place="known"),),
    architecture="RCAN",
    variant="trained with bicubic shrinking",
    trained_on=("DIV2K",),
    efficient=True,
    license="Apache-2.0",
    example_questions=("how do I enlarge 3x?", "which network keeps hair sharp?"),
)


def test_the_card_comes_first_with_the_most_telling_fields_first() -> None:
    """The card opens with name, title and task, then says what the model does."""
    expected = [
        "RCAN, Residual Channel Attention Networks, super resolution",
        "It enlarges a photo.",
        "It needs no second picture.",
        "trained with bicubic shrinking",
        "scale: 3x",
        "for: photos",
        "handles: blur",
        "light enough for phones and other weak devices",
        "trained on DIV2K",
        "Extract features.",
        "Rescale channels.",
        "It leads on Set5.",
    ]
    assert expected == passages(RCAN)[0].splitlines()


def test_each_example_question_stands_alone() -> None:
    """A question written for a record is a passage of its own."""
    assert RCAN.example_questions == passages(RCAN)[1:]


def test_facts_that_the_card_drops_are_left_to_the_words() -> None:
    """The card is cut where it is full; BM25 still reads every fact."""
    facts = tuple(
        Fact(kind="mechanism", text=f"Fact {number} " + "tells more " * 20 + ".", place="known")
        for number in range(12)
    )
    long = RCAN.model_copy(update={"facts": facts, "example_questions": ("how?",)})
    card, *rest = passages(long)
    assert (["how?"], False) == (rest, facts[11].text in card)
    assert [True] * 12 == [fact.text in lexical_text(long) for fact in facts]


def test_no_card_is_longer_than_the_encoder_reads() -> None:
    """A card of packed technical prose stays below 256 tokens."""
    words = "The residual-in-residual (RIR) structure of 10 groups x 20 RCAB blocks rescales "
    long = RCAN.model_copy(update={"steps": tuple(f"{words}{n}." for n in range(40))})
    card = passages(long)[0]
    tokens = QueryEncoder()._tokenizer
    tokens.no_truncation()
    assert (True, True) == (len(card) <= CARD_CHARACTERS, len(tokens.encode(card).ids) <= 256)


def test_equal_passages_are_kept_once() -> None:
    """A question given twice is one passage."""
    twice = RCAN.model_copy(update={"example_questions": ("how?", "how?")})
    assert 2 == len(passages(twice))


def test_a_bare_paper_has_a_card() -> None:
    """A record with nothing but the required fields is found by them."""
    paper = Paper(id="p", title="A paper", name="A paper", does="It asks.", paper="https://a.org/1")
    assert ("A paper\nIt asks.",) == passages(paper)


def test_lexical_text_holds_every_word_and_the_parts_of_the_id() -> None:
    """BM25 sees the id whole and split, aliases, facts, license and questions."""
    text = lexical_text(RCAN)
    wanted = ["SISR RCAN 3x", "SISR-RCAN-3x", "Very deep RCAN", "Set5", "Apache-2.0", "hair sharp"]
    assert wanted == [words for words in wanted if words in text]
