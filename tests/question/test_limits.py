"""Limits of a question: weights, parameters, the memory of a card and years."""

from __future__ import annotations

import pytest

from assistant.catalog import Catalog
from assistant.question import Line, read
from assistant.question.limits import read_limits

LIMITS: list[tuple[str, dict[str, float]]] = [
    ("under 1M parameters", {"max_parameters": 1e6}),
    ("with max 500K parameters", {"max_parameters": 500000}),
    ("fewer than 5 million parameters", {"max_parameters": 5e6}),
    ("3M params or less", {"max_parameters": 3e6}),
    ("parameters < 1.5M", {"max_parameters": 1.5e6}),
    ("HAN has 16M parameters", {}),
    ("an 8 GB GPU", {"vram_gb": 8}),
    ("6 gigs of vram", {"vram_gb": 6}),
    ("my card has 2 GB of VRAM", {"vram_gb": 2}),
    ("it should run under 4 GB VRAM", {"vram_gb": 4}),
    ("on a 4gb graphics card", {"vram_gb": 4}),
    ("tapes to 1080p, 4060 with 8gb", {"vram_gb": 8}),
    ("I have a 1650 4gb", {"vram_gb": 4}),
    ("vram: 6gb", {"vram_gb": 6}),
    ("with 512 MB of video memory", {"vram_gb": 0.512}),
    ("32 GB of RAM", {}),
    ("an upscaler under 10 MB", {"max_mb": 10}),
    ("at most 500 KB", {"max_mb": 0.5}),
    ("weights of at most 64 megs", {"max_mb": 64}),
    ("model size below 1.5 GB", {"max_mb": 1500}),
    ("upscale my 12 MB photo", {}),
    ("the output file must be under 5 MB", {}),
    ("after 2022", {"since": 2023}),
    ("since 2021 only", {"since": 2021}),
    ("models from 2020 to 2022", {"since": 2020, "until": 2022}),
    ("a photo from 2009", {}),
    ("not newer than 2020", {"until": 2020}),
    ("real time, 30 fps", {}),
    ("it takes under 10 seconds", {}),
    ("a picture taken after 2015", {}),
    ("a model under 20 MB on an 8 GB card", {"max_mb": 20, "vram_gb": 8}),
    ("at most 500k params please", {"max_parameters": 500000}),
    ("a net with fewer than 5 million parameters", {"max_parameters": 5e6}),
    ("no more than 2.5M weights", {"max_parameters": 2.5e6}),
    ("parameter count below 300 thousand", {"max_parameters": 300000}),
    ("less than a million parameters", {"max_parameters": 1e6}),
    ("it has 16 million colors", {}),
    ("8 GB GPU", {"vram_gb": 8}),
    ("I only have 6 gigs of vram", {"vram_gb": 6}),
    ("an old GTX 1050 with 2GB", {"vram_gb": 2}),
    ("graphics card: 4 GB", {"vram_gb": 4}),
    ("it has to run in 12GB VRAM", {"vram_gb": 12}),
    ("my laptop has 16 GB of RAM", {}),
    ("RAM is 8 GB", {}),
    ("weights smaller than 20 megabytes", {"max_mb": 20}),
    ("the model must fit into 5 MB", {"max_mb": 5}),
    ("25 MB tops", {"max_mb": 25}),
    ("not more than half a gigabyte", {"max_mb": 500}),
    ("a 3 MB jpeg", {}),
    ("the photo has to stay under 2 MB for the upload", {}),
    ("only models after 2022", {"since": 2023}),
    ("nothing before 2020 please", {"since": 2020}),
    ("papers published between 2019 and 2021", {"since": 2019, "until": 2021}),
    ("2023 or newer", {"since": 2023}),
    ("in under 10 seconds", {}),
    ("at 30 fps", {}),
    ("photos after 2010", {}),
    (
        "under 10 MB and under 1M params, since 2021",
        {"max_mb": 10, "max_parameters": 1e6, "since": 2021},
    ),
    ("on an RTX 3060 12GB", {"vram_gb": 12}),
    ("models up to 2018", {"until": 2018}),
    ("I only have an 8 GB gaming card", {"vram_gb": 8}),
    ("on a 24 gig card, I type, it films", {"vram_gb": 24}),
    ("16gb ram, no gpu", {}),
]


@pytest.mark.parametrize(("text", "expected"), LIMITS)
def test_a_limit_is_read(text: str, expected: dict[str, float]) -> None:
    """Each limit is read with its words; main memory, time and the user's files set none."""
    found = read_limits(Line(text))._asdict()
    assert expected.keys() == found.pop("words").keys()
    assert expected == {field: value for field, value in found.items() if value is not None}


def test_a_wish_holds_what_is_wanted_and_what_there_is_to_run_it(catalog: Catalog) -> None:
    """The wish takes the target, the parameters and the card over, each with its words."""
    wish = read("a 640x480 photo to 1280x960, under 2M params, 8 GB GPU", catalog.vocabulary)
    assert ((1280, 960), 2e6, 8) == (wish.target, wish.max_parameters, wish.vram_gb)
    words = {field: wish.words[field] for field in ("target", "max_parameters", "vram_gb")}
    assert {
        "target": ("1280x960",), "max_parameters": ("under 2m params",), "vram_gb": ("8 gb gpu",),
    } == words  # fmt: skip
