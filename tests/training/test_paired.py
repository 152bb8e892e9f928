from __future__ import annotations

import random

import pytest
import torch

from assistant.checking.paired import Paired, joined
from training.paired import PairedNetwork
from training.turned import turned


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("It does not need a reference.", "It does need a reference."),
        ("It works without a reference.", "It works with a reference."),
        ("Nothing is invented.", "Something is invented."),
        ("It can hide cracks.", "It cannot hide cracks."),
        ("Small and light.", None),
    ],
)
def test_polarity_is_turned(text: str, other: str | None) -> None:
    """A denial goes, or one comes, where words allow it."""
    assert turned(text, random.Random(0)) == other  # noqa: S311 - no secret


def test_what_is_said_of_an_item_is_denied() -> None:
    """A verb is denied in its own form."""
    rng = random.Random(0)  # noqa: S311 - no secret
    denied = {turned("It keeps the size.", rng) for _ in range(40)}
    assert denied == {
        "It does not keep the size.",
        "It never keeps the size.",
        "It fails to keep the size.",
        "It cannot keep the size.",
    }


def test_the_trained_network_ships_as_it_is() -> None:
    """numpy and torch say the same of a sentence."""
    torch.manual_seed(0)
    network = PairedNetwork().eval()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.endswith(".up"):
                parameter.normal_(0, 0.02)
    arrays = {name: x.numpy() for name, x in network.arrays().items()}
    shipped = Paired(arrays)
    text, facts = "It keeps the size.", [("RCAN", "Enlarges three times.")]
    ids, said = joined(shipped.encoder.token_ids, text, facts)
    with torch.no_grad():
        mask = torch.ones(1, len(ids))
        own = torch.tensor([[float(n < said) for n in range(len(ids))]])
        score = float(network.logits(torch.tensor([ids]), mask, own))
    assert shipped.score(text, facts) == pytest.approx(score, abs=0.01)
