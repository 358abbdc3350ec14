"""The fuzzed reader of an evaluation's records: what it accepts is also summed up."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onpar.parity.evaluation.expected import Expected

SHA256 = "1" * 64
"""The artifact of the seeds."""


def records(path: Path) -> object:
    """The figures of records of an evaluation of class maps, otherwise of one of labels."""
    expected = import_module("onpar.parity.evaluation.expected").Expected
    records_file = import_module("onpar.parity.evaluation.records_file")
    steps = import_module("onpar.parity.contract.steps")
    colours = ((0, 0, 0), (128, 0, 0))
    argmax = steps.Argmax(("out",), ("classmap",), ("nothing", "something"), colours)
    top_k = steps.TopK(("out",), ("classes", "values"), 2, ("cat", "dog", "crow", "crane"))
    try:
        return _figures(path, expected(argmax, (1, 5), {SHA256: True}))
    except records_file.RecordError:
        return _figures(path, expected(top_k, (2,), {SHA256: True}))


def _figures(path: Path, expected: Expected) -> object:
    records_file = import_module("onpar.parity.evaluation.records_file")
    summaries = import_module("onpar.parity.evaluation.summaries").SUMMARIES
    tally = import_module("onpar.parity.evaluation.tally").tally
    found = list(records_file.read_records([path], expected))
    if not found:
        return None
    figuring, step = summaries[expected.step.kind], expected.step
    return figuring.summary(step, tally(found, [SHA256], partial(figuring.row, step)))
