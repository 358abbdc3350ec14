"""Quantized models run under another engine than the one that they were made for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module

import torch
from producer import App, app
from sabotage import Make

from onpar.parity.contract.capture import Capture
from onpar.pipeline.targets import TARGETS


@contextmanager
def engine(name: str) -> Iterator[None]:
    """The process's quantized engine, until it is what it was before."""
    before = torch.backends.quantized.engine
    torch.backends.quantized.engine = name
    try:
        yield
    finally:
        torch.backends.quantized.engine = before


def another_engine() -> str:
    """The first engine of this PyTorch that is not qnnpack: x86's has onednn, x86 and fbgemm."""
    known = torch.backends.quantized.supported_engines
    return next(name for name in known if name not in ("none", "qnnpack"))


def under(format_name: str) -> Make:
    """An app that does not set the engine before it loads the int8 file, and says what it was."""

    def make(given: App) -> Capture:
        one = app(given.build, f"{format_name}-int8-tensor", dict, another_engine())
        target = import_module(TARGETS[one.target].module)
        with engine(another_engine()):
            unset = replace(one.artifact, engine="")
            return one.running(target.load(one.path.read_bytes(), unset, 1).run).capture()

    return make
