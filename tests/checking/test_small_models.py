"""What small language models write on the seeds (grounding notes, section 1.7), in our words."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from assistant.answer import draft
from assistant.checking import verify

from . import worlds
from .drafts import REFERENCES_000, REFERENCES_001, REFERENCES_002, REFERENCES_004


@dataclass(frozen=True)
class Sample:
    name: str
    seed: str
    kind: str
    task: str
    explanation: str
    references: str
    note: str | None = None


FINE = "The task is single-image super-resolution."
SAMPLES = (
    Sample(
        "true number, wrong subject", "000", "number_wrong_owner",
        FINE,
        "The user gives a photo.\n\nThe super-resolution works by using a 91.12% dataset size "
        "reduction, so the photo stays sharp.\n\nThe model gives back the enlarged photo.",
        REFERENCES_000,
    ),
    Sample(
        "mechanism credited to the wrong model", "000", "claim_wrong_owner",
        FINE,
        "1. Input: the photo\n2. Model: RCAN learns matching correspondences from high-resolution "
        "reference images and uses a squeeze-and-excitation module.\n3. Output: the sharp photo",
        REFERENCES_000,
    ),
    Sample(
        "provided link credited to the wrong paper", "002", "link_mispaired",
        FINE,
        "The picture goes into SAFMN and comes out larger.",
        REFERENCES_002.replace("   - GitHub: https://github.com/sunny2109/safmn\n", "").replace(
            "   - Paper: http://arxiv.org/pdf/2502.03656v1.pdf\n",
            "   - Paper: http://arxiv.org/pdf/2502.03656v1.pdf\n"
            "   - GitHub: https://github.com/sunny2109/safmn\n",
        ),
    ),
    Sample(
        "code of one model given to another", "004", "link_mispaired",
        FINE,
        "The picture goes into SISR-HAN-4x and comes out larger.",
        REFERENCES_004.replace("https://github.com/wwlCape/HAN", "\0")
        .replace("https://github.com/bia006/hitsr", "https://github.com/wwlCape/HAN")
        .replace("\0", "https://github.com/bia006/hitsr"),
    ),
    Sample(
        "links spelled anew", "001", "link_respelled",
        FINE,
        "The picture goes into SISR-RCAN-2x and comes out larger.",
        REFERENCES_001.replace("http://arxiv", "https://arxiv"),
    ),
    Sample(
        "one link six times", "001", "link_duplicate",
        FINE,
        "The picture goes into SISR-RCAN-2x and comes out larger.",
        "\n".join(["- SISR-RCAN-2x: https://arxiv.org/pdf/1807.02758"] * 6),
    ),
    Sample(
        "drifting titles", "001", "link_mispaired",
        FINE,
        "The picture goes into SISR-RCAN-2x and comes out larger.",
        REFERENCES_001.replace("HiTSR: A Hierarchical", "HIGS-R: A Hierarchical").replace(
            "Based on the Inherent", "Based on Inherent"
        ),
    ),
    Sample(
        "a drifting name in the prose", "001", "name_outside",
        FINE,
        "The picture goes into SISR-RCAN-2x and comes out larger.\n\n"
        "HIGS-R is a hierarchical model for the same purpose.",
        REFERENCES_001,
    ),
    Sample(
        "invented mechanism", "003", "claim_unsupported",
        FINE,
        "The picture goes into SISR-RCAN-3x.\n\nRCAN mixes convolutional layers with recurrent "
        "neural networks to keep texture.\n\nIt comes out larger.",
        "",
    ),
    Sample(
        "mismatch not noticed", "002", "mismatch_unflagged",
        FINE,
        "The models are MSSNet, SAFMN and CausalSR. The picture goes into the model and comes out "
        "larger.",
        REFERENCES_002,
        note="",
    ),
    Sample(
        "cut in a link", "001", "link_outside",
        FINE,
        "The picture goes into SISR-RCAN-2x and comes out larger.",
        "- SISR-RCAN-2x: https://arxiv.org/pdf/1807.02758\n- HiTSR: http://arxiv",
    ),
    Sample(
        "cut in a word", "004", "truncated",
        FINE,
        "The picture goes into SISR-HAN-4x, which weighs channels and positi",
        "",
    ),
    Sample(
        "no link at all", "004", "link_missing_required",
        FINE,
        "The picture goes into SISR-HAN-4x and comes out larger.",
        "The papers and tools that were provided support this answer.",
    ),
    Sample(
        "only titles", "004", "part_missing",
        "",
        "",
        "- SISR-HAN-4x\n- HiTSR: A Hierarchical Transformer for Reference-based Super-Resolution",
    ),
    Sample(
        "the example of the prompt", "000", "example_leak",
        FINE,
        "The picture goes into SISR-RCAN-3x.\n\nSee [Insert the link of the paper] for more.",
        REFERENCES_000,
    ),
    Sample(
        "a run that never happened", "000", "run_without_receipt",
        FINE,
        "The picture goes into SISR-RCAN-3x.\n\nThe result is saved as /images/3f2a.png for you.",
        REFERENCES_000,
    ),
    Sample(
        "a loop", "003", "too_much_removed",
        FINE,
        "The user is using a hierarchical transformer model called HiTSR. " * 40,
        "",
    ),
)  # fmt: skip


FALSE = {"claim_unsupported", "number_absent"}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.name)
def test_no_faulty_output_ends_as_verified(sample: Sample) -> None:
    """Each measured failure is found by its kind, and the answer is repaired or refused."""
    world = worlds.world_of(sample.seed)
    written = draft(
        world,
        task=sample.task,
        explanation=sample.explanation,
        references_text=sample.references,
        note=sample.note,
    )
    answer = verify(written, world)
    kinds = worlds.kinds(answer)
    named = sample.kind in kinds or bool(FALSE & kinds)
    assert (False, True) == (answer.outcome == "verified", named)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.name)
def test_what_is_left_of_a_faulty_output_is_sound(sample: Sample) -> None:
    """A repaired output carries the provided links, each once, and verifies unchanged."""
    world = worlds.world_of(sample.seed)
    written = draft(
        world,
        task=sample.task,
        explanation=sample.explanation,
        references_text=sample.references,
        note=sample.note,
    )
    answer = verify(written, world)
    if answer.outcome == "repaired":
        counts = {answer.markdown.count(url) for url in worlds.links(worlds.composed(sample.seed))}
        again = verify(answer, world)
        assert ({1}, "verified", answer.markdown) == (counts, again.outcome, again.markdown)


def test_the_fit_line_says_what_a_careless_output_does_not() -> None:
    """A mismatch that nobody noticed is stated first, with the closest provided item."""
    world = worlds.world_of("002")
    composed = worlds.composed("002")
    written = composed.model_copy(update={"note": ""})
    start = verify(written, world).markdown.split("## 1.")[0]
    assert composed.note == start.strip()
