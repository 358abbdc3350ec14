"""Options that several commands share, and what they choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipeline.choice import Choice
    from pipeline.jobs import Watch
    from pipeline.paths import Build

Command = Callable[..., Any]


def model_options(command: Command) -> Command:
    """The options that say which recipe, at which size, with which weights."""
    for option in reversed(
        (
            click.option("--recipe", help="Model to export; `onpar recipes` lists them."),
            click.option("--size", default="400x400", show_default=True, help="Input, HxW pixels."),
            click.option("--keep-aux", is_flag=True, help="Keep the auxiliary head's output."),
            click.option(
                "--weights",
                default="auto",
                show_default=True,
                help="auto, pretrained, seeded:N, or the path of a state dict.",
            ),
            click.option("--offline", is_flag=True, help="Never touch the network."),
        )
    ):
        command = option(command)
    return command


@contextmanager
def chosen(build: Path, **model: Any) -> Iterator[tuple[Choice, Build, Watch]]:
    """What the model options choose, the build folder, and the progress display to report to."""
    from pipeline import show
    from pipeline.choice import choose
    from pipeline.display import display
    from pipeline.paths import Build

    folder = Build(build)
    with display() as watch:
        choice = choose(**model, build=folder, watch=watch)
        show.note(choice.note)
        yield choice, folder, watch


build_option = click.option(
    "--build",
    default="build",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for artifacts, goldens, captures and reports.",
)
format_option = click.option("--format", "formats", multiple=True, help="Only this format.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
threads_option = click.option(
    "--threads",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Threads of the runtime; 0: every core.",
)
runs_option = click.option(
    "--runs",
    default=3,
    show_default=True,
    type=click.IntRange(min=1),
    help="Measured runs a case.",
)
