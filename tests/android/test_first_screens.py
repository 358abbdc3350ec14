"""An app with the default recipe shows a person, segmented, as its first photo."""

from __future__ import annotations

from pathlib import Path

import pytest
from here import onpar_here
from pictures import SCREENS, first_screens


@pytest.mark.slow
def test_the_person_on_the_first_photo_is_segmented(java: str, tmp_path: Path) -> None:
    build = tmp_path / "build"
    done = onpar_here("export", "--format", "onnx-fp32-tensor", "--build", build)
    assert done.returncode == 0, done.stderr
    results = first_screens(java, build, tmp_path / "app")
    assert list(results.values()) == [""], results
    for name in SCREENS:
        assert (tmp_path / "app" / "screens" / name).stat().st_size > 10_000
