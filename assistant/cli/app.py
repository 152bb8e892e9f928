"""The command ``sr-assistant``: its verbs, its global flags and its exit codes.

Only the standard library, typer and rich are imported here; every verb imports what it needs.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from enum import Enum
from typing import NoReturn

import typer

from assistant import __version__
from assistant.cli import (
    ask,
    bench,
    bulk,
    catalog,
    chat,
    config,
    doctor,
    grade,
    look,
    mcp,
    output,
    run,
    search,
    serve,
    sessions,
    weights,
)
from assistant.cli.output import NO_COLOR
from assistant.errors import AssistantError, reason

BUG = 70
INTERRUPTED = 130
_GLOBAL = ("--debug", NO_COLOR)

app = typer.Typer(
    name="sr-assistant",
    help="Recommend the super-resolution or restoration model that fits a question, and explain "
    "it from provided sources only.",
    epilog="Exit codes: 0 done; 1 some items failed; 2 usage or bad input; 3 catalog or index "
    "missing or broken; 4 backend unreachable; 5 not grounded under --strict; 70 a bug; "
    "130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)
app.command("ask")(ask.ask)
app.command("chat")(chat.chat)
app.command("search")(search.search)
app.command("bulk")(bulk.bulk)
app.command("grade")(grade.grade)
app.command("look")(look.look)
app.command("run")(run.run)
app.command("serve")(serve.serve)
app.command("mcp")(mcp.mcp)
app.add_typer(weights.app, name="weights")
app.add_typer(catalog.app, name="catalog")
app.add_typer(sessions.app, name="sessions")
app.add_typer(bench.app, name="bench")
app.add_typer(config.app, name="config")
app.command("doctor")(doctor.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        output.text(f"sr-assistant {__version__}")
        raise typer.Exit


@app.callback()
def _global_flags(
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error."),
    no_color: bool = typer.Option(False, NO_COLOR, help="No colors."),
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    pass  # read by main(), which sees them before and after the verb


def main() -> NoReturn:
    """Run the command and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the same bytes under every locale
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy loads in 60 ms, not in 110
    arguments, flags = _sorted(sys.argv[1:])
    if NO_COLOR in flags:
        os.environ["NO_COLOR"] = "1"
    sys.exit(_run(arguments, debug="--debug" in flags, json_wanted="--json" in flags))


def _sorted(given: Sequence[str]) -> tuple[list[str], set[str]]:
    """The arguments, global flags before the verb and ``--json`` behind it; and those flags.

    People put them anywhere. What follows ``--`` is no flag.
    """
    end = given.index("--") if "--" in given else len(given)
    flags = [a for a in given[:end] if a in _GLOBAL]
    rest = [a for a in given[:end] if a not in _GLOBAL]
    words = [n for n, a in enumerate(rest) if not a.startswith("-")]
    groups = {group.name for group in app.registered_groups}
    depth = 2 if words and rest[words[0]] in groups else 1
    if len(words) >= depth:
        verb = words[depth - 1] + 1
        early = ["--json"] if "--json" in rest[:verb] else []
        rest = [a for a in rest[:verb] if a != "--json"] + early + rest[verb:]
    return [*flags, *rest, *given[end:]], {*flags, *(a for a in rest if a == "--json")}


def _run(arguments: Sequence[str], *, debug: bool, json_wanted: bool) -> int:
    output.debugging = debug
    code: object
    try:
        code = app(arguments, prog_name=app.info.name, standalone_mode=False)
        output.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        return output.discard()
    except SystemExit as stop:
        # typer and rich end the program by themselves when the reader of a pipe is gone
        if isinstance(stop.__context__, BrokenPipeError):
            return output.discard()
        raise
    except Exception as error:
        return _failed(error, json_wanted=json_wanted)
    if code == INTERRUPTED:
        output.note("interrupted")
    return code if isinstance(code, int) else 0


def _failed(error: Exception, *, json_wanted: bool) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":  # `sr-assistant` or `sr-assistant catalog`
        output.text(str(error))
        return 0
    if output.debugging:
        traceback.print_exc()
    if isinstance(error, AssistantError):
        code, message, hint = error.code, error.message, error.hint
    elif hasattr(error, "format_message"):  # a usage error of typer
        message = _of_value(error) or error.format_message()
        code, hint = 2, _where_to_look(error)
    else:
        code, message = BUG, f"unexpected {type(error).__name__}: {error}"
        hint = "this is a bug of sr-assistant; please report it with the output of --debug"
    output.failure(code, message, hint, json_wanted=json_wanted)
    return code


def _of_value(error: Exception) -> str:
    """What is wrong with the value of an option in our words; empty where something else is."""
    faults, option = getattr(error.__cause__, "errors", None), getattr(error, "param", None)
    if option is None or faults is None:
        return ""
    fault = faults()[0]
    name = next((name for name in option.opts if name.startswith("--")), option.opts[0])
    kind = option.get_runtime_param().annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        *others, last = [str(member.value) for member in kind]
        said = f"needs to be {', '.join(others)} or {last}"
    else:
        said = reason(fault)
    given = str(fault["input"])
    return f"{name}: {said}" + ("" if repr(given) in said else f", not {given!r}")


def _where_to_look(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    see = f"see: {context.command_path if context else app.info.name} --help"
    if "extra argument" in str(error):
        return f"put text with spaces in quotation marks, or {see}"
    return see
