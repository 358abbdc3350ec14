"""An export that is stopped, killed, fails or finds the disk full leaves nothing that is half."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from builds import onpar
from refusals import SEEDED
from test_jobs import gone

from parity.atomic import TEMPORARY, sweep
from parity.spec import read_sidecar, sidecar_path
from pipeline.export import current
from pipeline.keys import file_digest


@pytest.fixture
def build(wide_build: Path, tmp_path: Path) -> Path:
    """A build that has the weights, which every format is exported from, and nothing else."""
    artifacts = tmp_path / "build" / "artifacts"
    artifacts.mkdir(parents=True)
    for path in (wide_build / "artifacts").glob("*.safetensors*"):
        shutil.copy2(path, artifacts)
    return artifacts.parent


def export(build: Path, *formats: str) -> list[str | Path]:
    chosen = [word for name in formats for word in ("--format", name)]
    return ["export", *SEEDED, *chosen, "--build", build]


def temporaries(build: Path) -> list[Path]:
    return list((build / "artifacts").glob(f"{TEMPORARY}*"))


@contextmanager
def in_the_middle(build: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`onpar export` while its job is writing a file, and the job's process."""
    command = [sys.executable, "-m", "pipeline", *map(str, export(build, "torchscript"))]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as onpar:
        while not temporaries(build):
            assert onpar.poll() is None
            time.sleep(0.01)
        [job] = children(onpar.pid)
        yield onpar, job


def children(parent: int) -> list[int]:
    lines = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid="], text=True).splitlines()
    pairs = [tuple(map(int, line.split())) for line in lines]
    return [process for process, its_parent in pairs if its_parent == parent]


def assert_nothing_is_taken_for_whole(build: Path) -> None:
    assert not list(build.rglob("[!.]*.pt"))
    assert not list(build.rglob("[!.]*.pt.json"))


def test_ctrl_c_ends_the_jobs_and_leaves_no_artifact(build: Path) -> None:
    with in_the_middle(build) as (onpar, job):
        os.killpg(onpar.pid, signal.SIGINT)
        _, stderr = onpar.communicate(timeout=30)
    assert onpar.returncode == 130
    assert "Traceback" not in stderr
    assert stderr.splitlines()[-1].startswith("onpar: stopped; what was finished is kept")
    assert gone(job)
    assert_nothing_is_taken_for_whole(build)


def test_a_killed_job_is_named_and_leaves_no_artifact(build: Path) -> None:
    with in_the_middle(build) as (onpar, job):
        os.kill(job, signal.SIGKILL)
        _, stderr = onpar.communicate(timeout=30)
    assert onpar.returncode == 1
    assert "onpar: export torchscript: its process ended with signal 9" in stderr
    assert "Traceback" not in stderr
    assert_nothing_is_taken_for_whole(build)


def test_after_being_killed_it_leaves_no_job_and_the_next_export_clears_up(build: Path) -> None:
    with in_the_middle(build) as (killed, job):
        killed.kill()
    assert gone(job)
    assert_nothing_is_taken_for_whole(build)
    assert temporaries(build)
    done = onpar(*export(build, "torchscript"))
    assert done.returncode == 0, done.stderr
    assert not temporaries(build)
    [script] = (build / "artifacts").glob("*.pt")
    assert read_sidecar(sidecar_path(script)).sha256 == file_digest(script)


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


def damages() -> dict[str, Callable[[Path], object]]:
    def flipped(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    return {
        "a bit is flipped": flipped,
        "it is cut": lambda path: os.truncate(path, path.stat().st_size - 1),
        "it is empty": lambda path: os.truncate(path, 0),
        "it is gone": Path.unlink,
        "its sidecar is cut": lambda path: os.truncate(sidecar_path(path), 100),
        "its sidecar is gone": lambda path: sidecar_path(path).unlink(),
    }


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_artifact_is_not_taken_for_up_to_date(build: Path, damage: str) -> None:
    [path] = (build / "artifacts").glob("*.safetensors")
    artifact = read_sidecar(sidecar_path(path))
    assert current(path, artifact.key) == artifact
    assert current(path, artifact.key[::-1]) is None
    damages()[damage](path)
    assert current(path, artifact.key) is None


def test_a_damaged_artifact_is_exported_again_and_no_other(wide_copy: Path) -> None:
    [script] = (wide_copy / "artifacts").glob("*.pt")
    before = script.read_bytes()
    damages()["a bit is flipped"](script)
    done = onpar("export", *SEEDED, "--json", "--build", wide_copy)
    fresh = {one["format"]: one["fresh"] for one in json.loads(done.stdout)}
    assert fresh == {"safetensors": False, "torchscript": True, "onnx": False}
    assert script.read_bytes() == before
