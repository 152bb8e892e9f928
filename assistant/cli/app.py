"""The command ``sr-assistant``: its verbs, its global flags and its exit codes.

Only the standard library, typer and rich are imported here; every verb imports what it needs.
"""

from __future__ import annotations

import os
import sys
import traceback

import typer

from assistant import __version__
from assistant.cli import ask, bulk, catalog, config, doctor, search
from assistant.cli.output import NO_COLOR, failure, note
from assistant.errors import AssistantError

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
app.command("search")(search.search)
app.command("bulk")(bulk.bulk)
app.add_typer(catalog.app, name="catalog")
app.add_typer(config.app, name="config")
app.command("doctor")(doctor.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sr-assistant {__version__}")
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


def main() -> None:
    """Run the command and exit with its code."""
    arguments = sys.argv[1:]
    end = arguments.index("--") if "--" in arguments else len(arguments)
    flags = [a for a in arguments[:end] if a in _GLOBAL]
    rest = [a for n, a in enumerate(arguments) if n >= end or a not in _GLOBAL]
    if NO_COLOR in flags:
        os.environ["NO_COLOR"] = "1"
    sys.exit(_run([*flags, *rest], debug="--debug" in flags))


def _run(arguments: list[str], *, debug: bool) -> int:
    try:
        result = app(arguments, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except AssistantError as error:
        if debug:
            traceback.print_exc()
        failure(error, json_wanted="--json" in arguments)
        return error.code
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        note("interrupted")
        return 130
    except BrokenPipeError:
        # The reader is gone; keep Python from failing again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _unexpected(error, debug=debug)


def _unexpected(error: Exception, *, debug: bool) -> int:
    show = getattr(error, "show", None)  # a usage error of click shows itself
    if show is not None:
        show()
        return int(getattr(error, "exit_code", 2))
    if debug:
        traceback.print_exc()
    note(f"error: unexpected {type(error).__name__}: {error}")
    note("hint: this is a bug of sr-assistant; please report it with the output of --debug")
    return 70
