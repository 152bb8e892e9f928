"""``sr-assistant ask``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import output
from assistant.cli.options import (
    CatalogOption,
    CheckOption,
    GeneratorOption,
    JsonOption,
    LlmOption,
    PromptOption,
    ReadOption,
    RepairOption,
    asked,
    open_assistant,
    settings,
)
from assistant.errors import AssistantError, InputError

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.catalog import Catalog


def ask(
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="The question; - reads standard input.")
    ],
    scale: Annotated[
        float | None,
        typer.Option("--scale", metavar="N", help="Enlargement factor, over the text."),
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", metavar="T", help="Task id, over the text.")
    ] = None,
    k: Annotated[
        int | None,
        typer.Option("-k", metavar="N", min=0, max=20, help="Related papers (default 3)."),
    ] = None,
    parts: Annotated[
        bool, typer.Option("--parts", help="Three parts, whatever the question asks for.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 5 where anything had to be cut or replaced.")
    ] = False,
    generator: GeneratorOption = None,
    llm: LlmOption = None,
    repair: RepairOption = None,
    prompt: PromptOption = None,
    check: CheckOption = None,
    read: ReadOption = None,
    stream: Annotated[
        bool | None,
        typer.Option(
            "--stream/--no-stream",
            help="Show sentences as they pass (default: on a terminal, with a language model).",
        ),
    ] = None,
    show_prompt: Annotated[
        bool,
        typer.Option(
            "--show-prompt",
            help="Print what is sent and stop; without a language model the prompt file.",
        ),
    ] = False,
    image: Annotated[
        Path | None,
        typer.Option("--image", metavar="FILE", help="Look at this picture and answer for it."),
    ] = None,
    photo: Annotated[
        Path | None,
        typer.Option("--run", metavar="IMAGE", help="Also run the workflow on this picture."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="Write to a file; JSON if it ends in .json."
        ),
    ] = None,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a question in the form it asks for, and cite only what is known.

    Recommendations and explanations have three parts; comparisons a table; facts, terms, doubts
    and troubles a few sentences.
    """
    from assistant.generation import LanguageModel

    question = asked(question)
    if photo is not None and not photo.is_file():
        raise InputError(f"{photo}: no such file", hint="name a picture after --run")
    picture = None
    if image is not None:
        from assistant.pictured import Pictured

        picture = Pictured.of(image)
    ways = {"repair": repair, "prompt": prompt, "check": check, "read": read}
    assistant = open_assistant(catalog, generator=generator, llm=llm, **ways)
    written = isinstance(assistant.generator, LanguageModel)
    related = settings().related if k is None else k
    if show_prompt:
        wish = assistant.wish(question, scale=scale, task=task)
        wish = picture.wish(wish, assistant.catalog) if picture else wish
        request, _ = assistant.request(question, wish, related, parts=parts or not written)
        sent = assistant.prompt(request, wish, prompt or "parts")
        _deliver(sent, {"prompt": sent}, out, json, markdown=False)
        return
    if stream is None:
        stream = output.is_terminal() and written
    if stream and not (strict or json or out or photo or image):
        for event in assistant.stream(question, scale=scale, task=task, k=related, parts=parts):
            output.piece(event.text)
        return
    answer = assistant.ask(
        question, scale=scale, task=task, k=related, strict=strict, parts=parts, picture=picture
    )
    failed = None
    if photo is not None:
        try:
            answer = _with_run(answer, photo, assistant.catalog)
        except AssistantError as error:  # the answer was perhaps paid for: it is given all the same
            failed = error
    _deliver(answer.markdown, answer.to_json(), out, json)
    if failed:
        raise failed


def _with_run(answer: Answer, photo: Path, catalog: Catalog) -> Answer:
    """The answer with the receipt of its workflow, run on ``photo``."""
    from assistant.cli.run import run_answer

    if answer.workflow is None or answer.receipt is None:
        raise InputError("this answer has no workflow to run", hint="leave --run out")
    graph, instead = answer.workflow.first, answer.running.instead
    receipt = run_answer(graph, photo, catalog, answer.wish.scale, instead)
    output.note(f"wrote {receipt.file}")
    return answer.model_copy(update={"receipt": answer.receipt.model_copy(update={"run": receipt})})


def _deliver(
    page: str, data: dict[str, Any], out: Path | None, json: bool, *, markdown: bool = True
) -> None:
    """Print or write one of the two forms of an answer."""
    if out is not None and out != Path("-"):
        from assistant.files import write_text

        write_text(out, output.encoded(data) if json or out.suffix == ".json" else page)
        output.note(f"wrote {out}")
    elif json:
        output.as_json(data)
    elif markdown:
        output.page(page)
    else:
        output.text(page)
