"""``sr-assistant chat`` and ``sr-assistant sessions``."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import output
from assistant.cli.options import (
    CatalogOption,
    GeneratorOption,
    JsonOption,
    LlmOption,
    open_assistant,
    settings,
)
from assistant.errors import AssistantError, InputError

if TYPE_CHECKING:
    from assistant.chat import Chat
    from assistant.chat.sessions import Sessions

HELP = """\
Ask about enlarging or repairing pictures, then go on: "why that one?", "and for 4x?", "compare it
with HAN", "which paper says so?", "is it fast on a phone?", "what can go wrong?".

/sources     the sources of everything shown so far
/model       the model in force, its fit, and who writes
/run FILE    run the model in force on your picture
/save FILE   write the conversation; JSON if FILE ends in .json, else Markdown
/new         forget this conversation and begin another
/help        this text
/quit        leave; so does Ctrl-D"""

app = typer.Typer(help="List, show and delete chat sessions.", no_args_is_help=True)


def chat(
    session: Annotated[
        str | None, typer.Option("--session", metavar="NAME", help="Name of the conversation.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--continue", "-c", help="Go on with it, or with the latest.")
    ] = False,
    generator: GeneratorOption = None,
    llm: LlmOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Talk about which model to use: follow-up questions, comparisons, sources; all verified.

    Reads one message a line where standard input is no terminal. /help lists the commands.
    """
    from assistant.chat import Chat
    from assistant.chat.sessions import Sessions

    assistant = open_assistant(catalog, generator=generator, llm=llm)
    sessions = Sessions(settings(catalog).data_folder)
    name = session
    if resume and name is None:
        latest = sessions.list()
        if not latest:
            raise InputError("there is no session to go on with", hint="leave --continue out")
        name = latest[0].name
    known = name is not None and any(s.name == name for s in sessions.list())
    if known and not resume:
        raise InputError(f"the session {name!r} exists", hint="add --continue to go on with it")
    if resume and not known:
        raise InputError(f"no session {name!r}", hint="leave --continue out to begin it")
    talk = Chat(assistant, sessions.state(name) if known and name else None)
    _Talk(talk, sessions, name or sessions.fresh_name()).run()


class _Talk:
    """One conversation at the terminal or in a pipe."""

    def __init__(self, talk: Chat, sessions: Sessions, name: str) -> None:
        self.chat = talk
        self.sessions = sessions
        self.name = name
        self.commands: dict[str, Callable[[str], None]] = {
            "/help": lambda _: output.text(HELP),
            "/sources": self._sources,
            "/model": self._model,
            "/run": self._run,
            "/save": self._save,
            "/new": self._new,
        }

    def run(self) -> None:
        """Read messages until the end; an error of one message ends nothing."""
        if sys.stdin.isatty():
            output.note(f"session {self.name}; /help lists the commands, Ctrl-D leaves")
        for line in _lines(settings().data_folder):
            text = line.strip()
            if text in ("/quit", "/exit"):
                return
            if not text:
                continue
            try:
                self._take(text)
            except AssistantError as error:
                output.failure(error.code, error.message, error.hint)
                if not sys.stdin.isatty():
                    raise typer.Exit(error.code) from error

    def _take(self, text: str) -> None:
        if text.startswith("/"):
            verb, _, rest = text.partition(" ")
            command = self.commands.get(verb)
            if command is None:
                raise InputError(f"unknown command {verb}", hint="/help lists the commands")
            command(rest.strip())
            return
        from assistant.chat import Reply

        for piece in self.chat.stream(text):
            if isinstance(piece, Reply):
                self.sessions.append(self.name, text, piece, self.chat.state)
            else:
                output.piece(piece if isinstance(piece, str) else piece.text)
        output.piece("\n")

    def _sources(self, _: str) -> None:
        from assistant.chat.replies import cited

        output.text(cited(self.chat.provided()) or "Nothing was cited so far.")

    def _model(self, _: str) -> None:
        writer = f"Answers are written by {self.chat.assistant.generator.name}."
        if self.chat.model is None:
            output.text(f"No model yet. {writer}")
            return
        best = next(p for p in self.chat.provided() if p.recommended)
        reasons = "; ".join(best.fit.reasons)
        output.text(f"{best.name}: {best.fit.verdict} ({reasons})")
        output.text(writer)

    def _run(self, rest: str) -> None:
        if self.chat.model is None:
            raise InputError("no model was recommended yet", hint="ask for one first")
        if not rest:
            raise InputError("/run needs a picture", hint="/run photo.jpg")
        from assistant.cli.run import run_answer
        from assistant.workflow.drawing import draw

        catalog = self.chat.assistant.catalog
        photo = Path(shlex.split(rest)[0]).expanduser()
        receipt = run_answer(draw([[self.chat.model]], catalog), photo, catalog)
        output.text(f"wrote {receipt.file}\n{receipt.text}")

    def _save(self, rest: str) -> None:
        if not rest:
            raise InputError("/save needs a file", hint="/save talk.md")
        path = Path(rest).expanduser()
        _write(path, self.name, self.sessions.turns(self.name))

    def _new(self, _: str) -> None:
        from assistant.chat import Chat

        self.chat = Chat(self.chat.assistant)
        self.name = self.sessions.fresh_name()
        output.note(f"session {self.name}")


def _lines(folder: Path) -> Iterator[str]:
    """Messages: typed with line editing and history on a terminal, else the lines of a pipe."""
    if not sys.stdin.isatty():
        for line in sys.stdin.buffer:
            try:
                yield line.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise InputError(
                    "a message is not UTF-8 text", hint="check its encoding"
                ) from error
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    verbs = ["/help", "/model", "/new", "/quit", "/run", "/save", "/sources"]
    typed: PromptSession[str] = PromptSession(
        history=FileHistory(str(folder / "chat-history")),
        completer=WordCompleter(verbs, sentence=True),
    )
    while True:
        try:
            yield typed.prompt("> ")
        except EOFError:
            return


@app.command("list")
def list_sessions(json: JsonOption = False) -> None:
    """List the sessions, the latest first."""
    found = _open().list()
    if json:
        keys = ("name", "turns", "first", "updated")
        output.as_json([{key: getattr(s, key) for key in keys} for s in found])
        return
    rows = [[s.name, str(s.turns), s.updated, s.first[:60]] for s in found]
    output.table(["session", "turns", "last turn", "first message"], rows)


@app.command()
def export(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The session.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write to a file.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Print a session as Markdown or JSON, or write it to a file."""
    from assistant.chat.sessions import markdown

    turns = _open().turns(name)
    if out is not None:
        _write(out, name, turns, json=json)
    elif json:
        output.as_json(_data(name, turns))
    else:
        output.text(markdown(name, turns))


@app.command()
def delete(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The session.")],
) -> None:
    """Forget a session."""
    _open().delete(name)
    output.note(f"deleted {name}")


def _open() -> Sessions:
    from assistant.chat.sessions import Sessions

    return Sessions(settings().data_folder)


def _data(name: str, turns: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    return {"session": name, "turns": [{"message": m, "reply": r} for m, r in turns]}


def _write(
    path: Path, name: str, turns: list[tuple[str, dict[str, Any]]], *, json: bool = False
) -> None:
    from assistant.chat.sessions import markdown
    from assistant.files import write_text

    as_json = json or path.suffix == ".json"
    write_text(path, output.encoded(_data(name, turns)) if as_json else markdown(name, turns))
    output.note(f"wrote {path}")
