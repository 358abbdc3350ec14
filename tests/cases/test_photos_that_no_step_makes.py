"""Gray and NHWC: one line says what the steps make and how to begin forward(), and that works."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from onpar.parity.contract.chain_check import GRAY
from onpar.pipeline.cli.main import main

HERE = Path(__file__).parent / "models"

MEAN = "(0.5,), (0.5,)", "(0.5, 0.5, 0.5), (0.5, 0.5, 0.5)"

REFUSED = {
    "s_gray": ("[1, 1, 24, 32]", GRAY, "(1, 1, h, w)", MEAN),
    "s_nhwc": ("[1, 24, 32, 3]", "x = x.permute(0, 2, 3, 1)", "(1, h, w, 3)", ("", "")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_refusal_says_what_the_steps_make_and_what_it_advises_works(
    name: str, tmp_path: Path
) -> None:
    shape, advice, written, mean = REFUSED[name]
    path = HERE / f"{name}.py"
    words = ["export", "--recipe", str(path), "--size", "24x32", "--build", str(tmp_path)]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 2
    [said] = done.stderr.splitlines()
    input, made = f"inputs: image is float32 {shape}", "the steps make float32 [1, 3, 24, 32]"
    expected = f"{path}: steps[3] (run): {input}, {made}; give the input that shape"
    assert said.startswith(f"onpar: {expected}")
    assert said.endswith(f", and begin forward() with {advice}")
    text = path.read_text()
    begin = "    def forward(self, image):\n"
    assert begin in text and written in text
    text = text.replace(written, "(1, 3, h, w)").replace(*mean)
    text = text.replace(begin, f"{begin}        {advice.replace('x', 'image')}\n")
    (tmp_path / f"{name}.py").write_text(text)
    words[0], words[2] = "parity", str(tmp_path / f"{name}.py")
    done = CliRunner().invoke(main, [*words, "--format", "onnx-fp32"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "\nOn par: " in done.output
