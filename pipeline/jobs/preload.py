"""Imports that jobs would each spend seconds on, done once: jobs are forked from a process that has
imported `onpar.pipeline.jobs.preloaded` (`onpar.pipeline.jobs.scheduler`)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module

MODULES = "ONPAR_PRELOAD"
"""The environment variable that names what to import: of a module to preload, multiprocessing takes
nothing but its own name."""

PRELOADED_ALWAYS = ("torch", "torchvision")

SLOW_IMPORTS = {"coremltools": "coremltools", "executorch": "executorch.exir"}
"""What takes longest to import of a package (2 cores of an AMD EPYC, PyTorch imported before: 7 s
of coremltools, 4 s of executorch.exir). None of them starts a thread that computes."""


def slow_imports(packages: Iterable[str]) -> tuple[str, ...]:
    """The modules to preload for work with these packages."""
    return tuple(SLOW_IMPORTS[package] for package in packages if package in SLOW_IMPORTS)


def preload() -> None:
    """Import what MODULES names, without a word."""
    for name in os.environ.get(MODULES, "").split():
        # A job that needs it imports it again, and says what is wrong.
        with _silence(), suppress(Exception):
            import_module(name)


@contextmanager
def _silence() -> Iterator[None]:
    """At a user's terminal coremltools would tell of versions that it has not been tested with."""
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
