"""An export that fails, or finds the disk full, says why; the others go on, and nothing is half."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from builds import onpar
from calls import export, temporaries
from recipe_text import SIZE, written


def limited(megabytes: int) -> Callable[[], None]:
    """As on a disk with room for that much: writing more fails."""
    size = megabytes << 20
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def on_a_small_disk(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "onpar", *map(str, arguments)]
    return subprocess.run(command, preexec_fn=limited(20), capture_output=True, text=True)


HEAVY = (
    (
        "self.conv = nn.Conv2d(3, 4, 3)",
        "self.conv = nn.Sequential("
        "nn.Conv2d(3, 1300, 3), nn.Conv2d(1300, 4096, 1), nn.Conv2d(4096, 4, 1))",
    ),
)
"""24 MB of weights and little to compute."""


@pytest.mark.slow
def test_a_full_disk_is_said_for_every_format_with_the_file_and_the_way_out(
    tmp_path: Path,
) -> None:
    build, recipe = tmp_path / "build", written(tmp_path, *HEAVY)
    model = ("export", "--recipe", recipe, "--size", SIZE, "--build", build)
    assert onpar(*model, "--format", "safetensors-fp32").returncode == 0
    reasons = {
        "torchscript": ".pt: File too large",
        "onnx": ".onnx: File too large",
        "coreml": ".mlpackage: coremltools cannot write the weights",
        "pte": ".pte: File too large",
    }
    chosen = [word for name in reasons for word in ("--format", f"{name}-fp32-tensor")]
    done = on_a_small_disk(*model, *chosen)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name, reason in reasons.items():
        begin = f"onpar: export {name}-fp32-tensor: "
        [said] = [line for line in done.stderr.splitlines() if line.startswith(begin)]
        assert f"{reason}; free some space, or write elsewhere with --build DIR" in said
    assert not temporaries(build)
    assert {p.suffix for p in (build / "artifacts").iterdir()} == {".safetensors", ".json"}


def test_a_full_disk_before_the_weights_are_written_is_refused(tmp_path: Path) -> None:
    done = on_a_small_disk(*export(tmp_path, "torchscript-fp32-tensor"))
    assert done.returncode == 2
    assert ".safetensors: File too large; free some space" in done.stderr.splitlines()[-1]
    assert not list((tmp_path / "artifacts").iterdir())


def test_a_failing_exporter_is_named_and_the_others_go_on(
    build: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "broken.py").write_text(
        "def export(source, path):\n"
        '    path.write_text("half")\n'
        '    raise ArithmeticError("no such operator: aten::frobnicate")\n'
    )
    (tmp_path / "sitecustomize.py").write_text(
        "import dataclasses, onpar.exporters as e\n"
        'e.FORMATS["onnx"] = dataclasses.replace(e.FORMATS["onnx"], module="broken")\n'
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = onpar(*export(build, "ort-fp32", "torchscript-fp32-tensor"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    log = build / "logs" / "export onnx-fp32-tensor.log"
    why = f"ArithmeticError: no such operator: aten::frobnicate (details: {log})"
    # Nobody asked for the one that failed, but what was asked for is made from it: said once.
    said = [line for line in done.stderr.splitlines() if "ArithmeticError" in line]
    assert said == [f"onpar: export onnx-fp32-tensor: {why}"]
    states = dict(re.findall(r"(\S+-tensor) .*(failed|\d s) ", done.stdout))
    assert states["ort-fp32-tensor"] == "failed" != states["torchscript-fp32-tensor"]
    assert "Traceback" in log.read_text()
    assert not [*build.rglob("*.onnx*"), *build.rglob("*.ort*"), *temporaries(build)]
    assert len(list(build.rglob("*.pt"))) == 1
