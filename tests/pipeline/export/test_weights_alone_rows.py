"""Files with weights alone in few bits are made where `--format` names them, and are on par."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from builds import STREET
from here import onpar_here
from matrix import run_in

from onpar.exporters import USUAL, VARIANTS
from onpar.parity.judge.status import Status
from onpar.pipeline.export.artifacts import chosen_variants
from onpar.pipeline.targets import targets_for

ALONE = [name for name in VARIANTS if name not in USUAL]


def test_format_has_to_name_their_precision() -> None:
    assert ALONE == [
        "onnx-int8wo-tensor",
        "coreml-int8wo-tensor",
        "coreml-palette-tensor",
    ]
    assert not {*chosen_variants([]), *chosen_variants(["onnx", "coreml"])} & {*ALONE}
    assert chosen_variants(["onnx-int8wo", "coreml-palette-tensor"]) == ALONE[::2]


def run(recipe: Path, build: Path) -> subprocess.CompletedProcess[str]:
    chosen = [word for variant in ALONE for word in ("--format", variant)]
    words = ("--recipe", recipe, "--size", "32x48", "--weights", "built", "--build", build)
    return onpar_here("parity", *words, *chosen)


def test_every_row_of_them_passes(tmp_path: Path) -> None:
    recipe = tmp_path / "street.py"
    text = STREET.read_text()
    assert text.count("(16, 16, 1)") == 1
    wide = "(16, 160, 1), nn.ReLU(), nn.Conv2d(160, 16, 1)"
    recipe.write_text(text.replace("(16, 16, 1)", wide))
    done = run(recipe, tmp_path / "build")
    assert done.returncode == 0, done.stdout + done.stderr
    passed = {
        (one.target, one.variant): one.fidelity
        for one in run_in(tmp_path / "build").verdicts
        if one.variant in ALONE and one.status is Status.PASS
    }
    assert passed.keys() == {
        *(("mil", variant) for variant in ALONE[1:]),
        *((target, ALONE[0]) for target in targets_for("onnx")),
    }
    assert all(said.startswith("computes what was exported: yes") for said in passed.values())


def test_a_model_whose_weights_are_small_is_refused_and_may_leave_them_out(tmp_path: Path) -> None:
    recipe = tmp_path / "street.py"
    text = STREET.read_text()
    recipe.write_text(text)
    done = run(recipe, tmp_path / "build")
    assert done.returncode == 1
    lines = re.findall(r"has a weight of more than 2,048 .* left_out=(\{.*\})", done.stderr)
    assert len(lines) == len(ALONE)
    reasons = ", ".join(line.strip("{}") for line in lines)
    recipe.write_text(text.replace("options=options,", f"options=options, left_out={{{reasons}}},"))
    assert "is left to judge: why" in run(recipe, tmp_path / "build").stderr
