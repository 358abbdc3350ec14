"""An export that fails, or finds the disk full, says why; the others go on, and nothing is half."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from builds import onpar
from calls import export, temporaries

from parity.atomic import sweep


def limited(megabytes: int) -> Callable[[], None]:
    """As on a disk with room for that much: writing more fails."""
    size = megabytes << 20
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def on_a_small_disk(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(command, preexec_fn=limited(20), capture_output=True, text=True)


def test_a_full_disk_is_said_for_every_format_with_the_file_and_the_way_out(build: Path) -> None:
    done = on_a_small_disk(*export(build, "torchscript", "onnx"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name, suffix in (("torchscript", ".pt"), ("onnx", ".onnx")):
        [said] = [t for t in done.stderr.splitlines() if t.startswith(f"onpar: export {name}: ")]
        assert f"{suffix}: File too large; free some space, or write elsewhere" in said
    sweep(build / "artifacts")
    assert not temporaries(build)
    assert {p.suffix for p in (build / "artifacts").iterdir()} == {".safetensors", ".json"}


def test_a_full_disk_before_the_weights_are_written_is_refused(tmp_path: Path) -> None:
    done = on_a_small_disk(*export(tmp_path, "torchscript"))
    assert done.returncode == 2
    assert ".safetensors: File too large; free some space" in done.stderr.splitlines()[-1]
    assert not list((tmp_path / "artifacts").iterdir())


def test_a_failing_exporter_is_named_and_the_others_go_on(
    build: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "broken.py").write_text(
        "def export(module, inputs, outputs, path):\n"
        '    path.write_text("half")\n'
        '    raise ArithmeticError("no such operator: aten::frobnicate")\n'
    )
    (tmp_path / "sitecustomize.py").write_text(
        "import dataclasses, exporters as e\n"
        'e.FORMATS["onnx"] = dataclasses.replace(e.FORMATS["onnx"], module="broken")\n'
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = onpar(*export(build, "onnx", "torchscript"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    log = build / "logs" / "export onnx.log"
    said = f"export onnx: ArithmeticError: no such operator: aten::frobnicate (details: {log})"
    assert f"onpar: {said}" in done.stderr.splitlines()
    assert "Traceback" in log.read_text()
    assert not list(build.rglob("*.onnx*"))
    assert len(list(build.rglob("*.pt"))) == 1
