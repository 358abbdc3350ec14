"""Core ML int8: what calibration cannot read is not blamed on coremltools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray
from programs import DecidesByValue, Delegable, source

from onpar.exporters import coreml
from onpar.exporters.errors import ExportError


def test_a_photo_that_cannot_be_read_keeps_its_own_words(tmp_path: Path) -> None:
    of = source(Delegable(), "int8")

    def broken() -> Iterator[Mapping[str, NDArray[Any]]]:
        yield from of.samples()
        raise ValueError("broken.jpg: is broken or not whole")

    with pytest.raises(ValueError, match=r"^broken\.jpg: is broken or not whole$") as error:
        coreml.export(replace(of, samples=broken), tmp_path / "m.mlpackage")
    assert not isinstance(error.value, ExportError)


def test_a_module_that_torch_export_cannot_hold_is_refused_with_the_way_out(
    tmp_path: Path,
) -> None:
    with pytest.raises(ExportError, match=r'left_out=\{"coreml-int8": "why"\}'):
        coreml.export(source(DecidesByValue(), "int8"), tmp_path / "m.mlpackage")
