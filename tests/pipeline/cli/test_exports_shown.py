"""The table of artifacts in a terminal of 80 columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from samples import artifact

from onpar.exporters import FORMATS, VARIANTS
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.cli import show

MODEL = "selfie_segmentation-256x256-pretrained-"


def test_names_of_files_stand_whole_and_small_sizes_are_in_kb(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    one = artifact()
    done, names = [], []
    for variant, of in VARIANTS.items():
        name = f"{of.precision}-{of.io}{FORMATS[of.format].suffix}"
        path = Path("build/artifacts", MODEL + name)
        sized = replace(one, bytes=222_890, format=of.format)
        done.append(Exported(variant, path, sized, fresh=False, seconds=0))
        names.append(f"…{name}")
    show.exports(done, json=False)
    said = capsys.readouterr().out
    assert f"Artifacts: {MODEL}…" in said
    assert all(name in said for name in names)
    assert said.count("222.9 kB") == len(done)
