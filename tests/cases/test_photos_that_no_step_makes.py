"""Gray and NHWC: one line says what the steps make and what to write, and that works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from onpar.pipeline.cli.main import main

HERE = Path(__file__).parent / "models"

REFUSED = {
    "s_gray": (
        "[1, 1, 24, 32]",
        'channels="gray"',
        'photo("image", h, w, (0.5,), (0.5,), channels="gray")',
    ),
    "s_nhwc": (
        "[1, 24, 32, 3]",
        'layout="NHWC"',
        'photo("image", h, w, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5), layout="NHWC")',
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_refusal_says_what_the_steps_make_and_what_it_advises_works(
    name: str, tmp_path: Path
) -> None:
    shape, advice, written = REFUSED[name]
    path = HERE / f"{name}.py"
    words = ["export", "--recipe", str(path), "--size", "24x32", "--build", str(tmp_path)]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 2
    [said] = done.stderr.splitlines()
    image, made = f"inputs: image is float32 {shape}", "the steps make float32 [1, 3, 24, 32]"
    assert said == f"onpar: {path}: the network: {image}, {made}; write photo(…, {advice})"
    text, count = re.subn(r"photo\(.*\),\n", f"{written},\n", path.read_text())
    assert count == 1
    (tmp_path / f"{name}.py").write_text(text)
    words[0], words[2] = "parity", str(tmp_path / f"{name}.py")
    done = CliRunner().invoke(main, [*words, "--format", "onnx-fp32"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "\nOn par: " in done.output
