"""``sr-assistant chat``: a conversation at the terminal or in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.options import (
    CatalogOption,
    CheckOption,
    GeneratorOption,
    LlmOption,
    PromptOption,
    ReadOption,
    open_assistant,
    settings,
)
from assistant.cli.sessions import save
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


def chat(
    session: Annotated[
        str | None, typer.Option("--session", metavar="NAME", help="Name of the conversation.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--continue", "-c", help="Go on with it, or with the latest.")
    ] = False,
    generator: GeneratorOption = None,
    llm: LlmOption = None,
    prompt: PromptOption = None,
    check: CheckOption = None,
    read: ReadOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Talk about which model to use: follow-up questions, comparisons, sources; all verified.

    Reads one message a line where standard input is no terminal. /help lists the commands.
    """
    from assistant.chat import Chat
    from assistant.chat.sessions import Sessions, check_name

    if session is not None:
        check_name(session)
    ways = {"prompt": prompt, "check": check, "read": read}
    assistant = open_assistant(catalog, generator=generator, llm=llm, **ways)
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
    _Talk(talk, sessions, name or sessions.begin()).run()


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
        """Read messages until the end. At a terminal an error or Ctrl-C ends one message only."""
        typed = sys.stdin.isatty()
        if typed:
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
                if not typed:
                    raise typer.Exit(error.code) from error
            except KeyboardInterrupt:
                if not typed:
                    raise
                output.note("interrupted")

    def _take(self, text: str) -> None:
        if text.startswith("/"):
            verb, *rest = text.split(maxsplit=1)
            command = self.commands.get(verb.lower())
            if command is None:
                raise InputError(f"unknown command {verb}", hint="/help lists the commands")
            command("".join(rest))
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
        receipt = run_answer(draw([self.chat.series], catalog), _path(rest), catalog)
        output.text(f"wrote {receipt.file}\n{receipt.text}")

    def _save(self, rest: str) -> None:
        if not rest:
            raise InputError("/save needs a file", hint="/save talk.md")
        if not any(s.name == self.name for s in self.sessions.list()):
            raise InputError("nothing was said yet", hint="ask something first")
        save(_path(rest), self.name, self.sessions.turns(self.name))

    def _new(self, _: str) -> None:
        from assistant.chat import Chat

        self.chat = Chat(self.chat.assistant)
        self.name = self.sessions.begin()
        output.note(f"session {self.name}")


def _path(typed: str) -> Path:
    """A path as people type or drop it: with quotation marks or escaped spaces, or neither."""
    if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "'\"":
        typed = typed[1:-1]
    path = Path(typed)
    if not path.exists():
        path = Path(typed.replace("\\ ", " "))
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise InputError(f"{typed}: {error}", hint="write the whole path") from error


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
    from prompt_toolkit.output import create_output

    verbs = ["/help", "/model", "/new", "/quit", "/run", "/save", "/sources"]
    typed: PromptSession[str] = PromptSession(
        history=FileHistory(str(folder / "chat-history")),
        completer=WordCompleter(verbs, sentence=True),
        output=create_output(always_prefer_tty=True),  # the prompt is no part of the data
    )
    while True:
        try:
            yield typed.prompt("> ")
        except KeyboardInterrupt:  # drops the line
            continue
        except EOFError:
            return
