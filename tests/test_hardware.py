"""Answers to whether a model runs somewhere and how long pictures take there, from its record."""

from __future__ import annotations

import pytest
from warm_index import warm

from assistant.catalog import Catalog, Model
from assistant.catalog.stated import Fact
from assistant.pipeline import Assistant
from assistant.question import Hardware, runs_where
from assistant.world.duration import facts_of_duration, spoken
from assistant.world.hardware import facts_of_hardware

PI, LAPTOP = Hardware("on a Pi", "small"), Hardware("on your laptop", "plain")
CARD = Hardware("in 8 GB of VRAM", "card", 8)
RAM = Hardware("with 1 GB of RAM", "memory", 1)
MEASURED = "M 2x takes 3 seconds, 9 CPU seconds and 700 MB for a 100x100 picture on two threads."
NEEDS = "M needs about {} GB of graphics memory."
HEAVY = "M is heavy and not meant for weak devices."


@pytest.fixture(scope="module")
def assistant(catalog: Catalog) -> Assistant:
    return Assistant(catalog, cache=warm())


def model(*texts: str, measured: str = "", **fields: object) -> Model:
    """A model of which a record states this."""
    facts = [Fact(kind="limit", text=text, place="known") for text in texts]
    told = [Fact(kind="speed", text=measured, place="known")] if measured else []
    own = {"id": "M", "name": "M", "title": "M", "does": "Enlarges.", "task": "super-resolution"}
    return Model.model_validate({**own, "facts": facts, "measured": told, **fields})


VERDICTS = [
    (model(efficient=True), PI, "Yes: M is built for weak devices."),
    (model(needs_gpu=True), LAPTOP, "No: M is impractical without a GPU."),
    (model(needs_gpu=True), CARD, "Whether M runs in 8 GB of VRAM is not recorded."),
    (model(HEAVY), PI, f"No: {HEAVY}"),
    (model(HEAVY), LAPTOP, f"In part: {HEAVY}"),
    (model(efficient=False), PI, "In part: M is a heavy network, slow without a strong GPU."),
    (model(measured=MEASURED), LAPTOP, f"Yes: {MEASURED}"),
    (model(measured=MEASURED), RAM, f"Yes: {MEASURED}"),
    (model(measured=MEASURED), PI, "Whether M runs on a Pi is not recorded."),
    (model(NEEDS.format("8.5 to 10")), CARD, f"No: {NEEDS.format('8.5 to 10')}"),
    (model(NEEDS.format("6 to 10")), CARD, f"In part: {NEEDS.format('6 to 10')}"),
    (model(NEEDS.format("1.5")), CARD, f"Yes: {NEEDS.format('1.5')}"),
    (model(size_mb=9000), CARD, "No: A weights file of M has 9000 MB."),
    (model(), PI, "Whether M runs on a Pi is not recorded."),
    (
        model(efficient=True),
        PI._replace(quick=True),
        "Whether M runs that fast on a Pi is not recorded.",
    ),
]
TIMES = [
    (
        "how long would 200 photos of 200x100 take?",
        "200 pictures of 200x100 would take about 20 minutes with M 2x on two threads, an estimate "
        "from the 3 seconds measured for one of 100x100.",
    ),
    (
        "how long would 20 photos take?",
        "20 pictures of 100x100 (assumed: the question names no size) would take about 60 seconds "
        "with M 2x on two threads, an estimate from the 3 seconds measured for one of 100x100.",
    ),
]
ASKED = [
    ("Can I run HAT on a Raspberry Pi?", "No: HAT is a heavy transformer"),
    ("Could SUPIR run in 8 GB of VRAM?", "Whether SUPIR runs in 8 GB of VRAM is not recorded."),
    ("Will StableSR work on a laptop?", "No: StableSR is impractical without a GPU."),
    ("Does Restormer run on a MacBook Air?", "Whether Restormer runs on a MacBook Air is not"),
    ("Does SAFMN run on a phone?", "Yes: SAFMN is built for weak devices."),
    ("how long would 500 photos take at 4x on my laptop without a GPU", "500 pictures of 640x480"),
    ("How many hours for 3000 photos of 1280x960 with SAFMN 2x?", "3,000 pictures of 1280x960 wo"),
    ("How long will SwinIR take for 100 photos?", "The speed of SwinIR is not recorded."),
]


@pytest.mark.parametrize(("entry", "where", "said"), VERDICTS)
def test_the_verdict_is_the_records(
    catalog: Catalog, entry: Model, where: Hardware, said: str
) -> None:
    """Yes, no or in part with a reason of the record; what it does not say is not recorded."""
    assert [said] == [fact.text for fact in facts_of_hardware(entry, where, catalog)]


@pytest.mark.parametrize(("question", "said"), TIMES)
def test_time_grows_with_pixels_and_pictures(question: str, said: str) -> None:
    """An estimate from what was measured, on that machine; a size that is not named is assumed."""
    found = list(facts_of_duration(model(measured=MEASURED), question, None))
    assert [(said, "arithmetic")] == [(fact.text, fact.place) for fact in found]


def test_another_machine_was_not_measured() -> None:
    """What is computed for one machine is not said of the user's."""
    question = "how long would 20 photos take on my laptop?"
    found = list(facts_of_duration(model(measured=MEASURED), question, LAPTOP))
    assert "How long M takes on your laptop is not recorded." == found[1].text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "1 second"),
        (60, "60 seconds"),
        (200, "3.3 minutes"),
        (90e3, "25 hours"),
        (9e5, "10 days"),
    ],
)
def test_a_duration_is_said_in_its_unit(seconds: float, said: str) -> None:
    """In seconds, minutes, hours or days, as people say it."""
    assert said == spoken(seconds)


@pytest.mark.parametrize(("question", "said"), ASKED)
def test_the_answer_opens_with_it(assistant: Assistant, question: str, said: str) -> None:
    """Nothing comes before it and the check finds nothing to cut."""
    answer = assistant.ask(question)
    assert (said, ()) == (answer.task[: len(said)], answer.findings)


def test_every_model_is_answered(assistant: Assistant) -> None:
    """Whichever the model and the device: it opens with a verdict, and all of it is founded."""
    models = [m for m in assistant.catalog.models if m.name.isalnum() and not m.name.islower()]
    devices = ["on a Raspberry Pi", "in 8 GB of VRAM", "on my MacBook Air", "without a GPU"]
    for n, one in enumerate(models[::25]):
        question = f"Can {one.name} run {devices[n % len(devices)]}?"
        answer = assistant.ask(question)
        opens = answer.task.startswith(("Yes", "No: ", "In part: ", "Whether "))
        assert (True, ()) == (opens, answer.findings), question
        assert runs_where(question) is not None
