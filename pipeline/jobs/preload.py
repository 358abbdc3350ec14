"""Slow imports, done once instead of in every job: jobs are forked from a process that has imported
`onpar.pipeline.jobs.preloaded` (`onpar.pipeline.jobs.scheduler`)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module

from onpar.exporters import FORMATS, VARIANTS

MODULES = "ONPAR_PRELOAD"
"""The environment variable with the modules to import: multiprocessing can pass only the name of a
module to preload, not its arguments."""

PRELOADED_ALWAYS = ("torch", "torchvision")

SLOW_IMPORTS = {"coremltools": "coremltools", "executorch": "executorch.exir"}
"""The slowest imports, by package (2 cores of an AMD EPYC, after PyTorch: coremltools 7 s,
executorch.exir 4 s). None of them starts a compute thread."""


def slow_imports(packages: Iterable[str]) -> tuple[str, ...]:
    """The modules to preload for work with these packages."""
    return tuple(SLOW_IMPORTS[package] for package in packages if package in SLOW_IMPORTS)


def preload() -> None:
    """Import the modules in MODULES, without output."""
    for name in os.environ.get(MODULES, "").split():
        # A job that needs it imports it again, and reports the error.
        with _silence(), suppress(Exception):
            import_module(name)


@contextmanager
def _silence() -> Iterator[None]:
    """Silences coremltools, which would warn about untested versions on the user's terminal."""
    kept = {number: os.dup(number) for number in (1, 2)}
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for number in kept:
            os.dup2(nowhere, number)
        yield
    finally:
        for number, one in kept.items():
            os.dup2(one, number)
            os.close(one)
        os.close(nowhere)


def variant_imports(name: str) -> tuple[str, ...]:
    """The slow imports of a job that makes or runs this variant."""
    return slow_imports(FORMATS[VARIANTS[name].format].tools)
