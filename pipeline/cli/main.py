"""The command line `onpar`: its commands, and how it shows their errors."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from typing import Any

import click

from onpar import __version__
from onpar.pipeline.cli import app_commands as apps
from onpar.pipeline.cli import judging_commands as judging
from onpar.pipeline.cli import making_commands as making
from onpar.pipeline.cli.preflight_command import preflight
from onpar.pipeline.cli.quantize_command import quantize
from onpar.pipeline.errors import DISK_FULL_ERRNOS, OnparError, as_message, missing_extra
from onpar.pipeline.exit_codes import MEANING, ExitCode

EXIT_CODES = "Exit codes: " + "; ".join(f"{code:d} {what}" for code, what in MEANING.items()) + "."


OBJECTS = 200_000
"""New objects after which Python looks for garbage; its own number is 700."""


class _Group(click.Group):
    def main(self, *arguments: Any, **more: Any) -> Any:
        # An ASCII terminal, or a name that is not UTF-8, must not stop a command.
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        # Of JSON files and tables many objects are made, and few go: looking for garbage as often
        # as Python does took a fifth of an unchanged `parity`.
        gc.set_threshold(OBJECTS)
        return super().main(*arguments, **more)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OnparError as error:
            click.echo(f"onpar: {error}", err=True)
            ctx.exit(ExitCode.USAGE)
        except ModuleNotFoundError as error:
            if not missing_extra(error):
                raise
            click.echo(f"onpar: {missing_extra(error)}", err=True)
            ctx.exit(ExitCode.USAGE)
        except KeyboardInterrupt:
            click.echo(
                "onpar: stopped; what was finished is kept, nothing is half-written", err=True
            )
            ctx.exit(ExitCode.STOPPED)
        except UnicodeEncodeError as error:
            # A file name that is not UTF-8, which neither a report nor JSON can contain.
            click.echo(f"onpar: {error.object!a} is not UTF-8; rename the file or folder", err=True)
            ctx.exit(ExitCode.USAGE)
        except BrokenPipeError:
            raise  # `onpar … | head`: click ends without a message
        except OSError as error:
            # A full disk, or a folder that cannot be written: the user can fix it.
            click.echo(f"onpar: {_disk_message(error)}", err=True)
            ctx.exit(ExitCode.USAGE)


def _disk_message(error: OSError) -> str:
    if error.filename or error.errno not in DISK_FULL_ERRNOS:
        return as_message(error)
    # Code that writes a file names it, so this was `onpar … > FILE`. The rest of the output would
    # fail again when Python ends, with a traceback.
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return f"standard output: {error.strerror}; free some space, or send it elsewhere"


@click.group(
    cls=_Group, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="onpar")
def main() -> None:
    """Is the model on the phone on par with the model in Python?"""


for command in (
    making.export,
    making.golden,
    making.capture,
    judging.check,
    judging.report,
    judging.evaluate,
    preflight,
    quantize,
    making.parity,
    making.bless,
    apps.apk,
    apps.ios_models,
    judging.targets,
    judging.recipes,
    judging.env,
):
    main.add_command(command)
