"""A key covers the code that makes something: all of it, and not its words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import here
import pytest
from here import onpar_here
from job_calls import check_call

from onpar.exporters import FORMATS, VARIANTS
from onpar.pipeline.build_folder import code
from onpar.pipeline.build_folder.code import Code
from onpar.pipeline.build_folder.keys import versions
from onpar.pipeline.capture.captures import DEVICE_JOB
from onpar.pipeline.capture.captures import JOB as CAPTURE_JOB
from onpar.pipeline.export.export_key import JOB as EXPORT_JOB
from onpar.pipeline.export.export_key import job_modules
from onpar.pipeline.jobs.scheduler import Job
from onpar.pipeline.paths import ROOT
from onpar.pipeline.recipes import CHAINS
from onpar.pipeline.targets import TARGETS

EXPORT = (EXPORT_JOB, FORMATS["onnx"].module)


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """Whether a change of a file of onpar's changes the digest of some modules."""
    package = tmp_path / "onpar"
    shutil.copytree(
        ROOT / "onpar", package, ignore=shutil.ignore_patterns("*.safetensors", "*.json")
    )
    monkeypatch.setattr(code, "PACKAGE", package)

    def digest(modules: tuple[str, ...]) -> str:
        return Code(tmp_path / "code.json").digest(*modules)

    def change(file: str, old: str, new: str, modules: tuple[str, ...] = EXPORT) -> bool:
        before, path = digest(modules), package / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
        return digest(modules) != before

    return change


def test_a_changed_line_anywhere_below_changes_it(changed: Callable[..., bool]) -> None:
    assert changed("exporters/onnx.py", "opset", "opzet")
    assert changed("exporters/quantization/onnx_int8.py", "QuantFormat.QDQ", "QuantFormat.Other")
    assert changed("parity/files/atomic.py", "os.fsync", "os.fdatasync")


def test_another_format_or_target_does_not_change_it(changed: Callable[..., bool]) -> None:
    assert not changed("exporters/coreml.py", "import", "import  ")
    assert not changed("exporters/coreml.py", "def export", "def exported")
    assert not changed("exporters/__init__.py", '".mlpackage"', '".package"')
    assert changed("exporters/__init__.py", '".onnx"', '".onnx2"')
    assert not changed("pipeline/targets/onnxruntime.py", "def load", "def loaded")
    assert not changed("pipeline/targets/mil/evaluation.py", "def ", "def  ")


def test_other_words_do_not_change_it(changed: Callable[..., bool]) -> None:
    assert not changed("exporters/onnx.py", '"""ONNX', '"""About ONNX')
    assert not changed("exporters/onnx.py", "\n\n\n", "\n\n\n# A comment.\n")
    assert not changed("pipeline/jobs/child.py", '    """Report this', '    """Show that')


def test_what_types_alone_import_is_not_in_it(tmp_path: Path) -> None:
    known = Code(tmp_path / "code.json")
    known.digest("onpar.pipeline.targets")
    assert "onpar.pipeline.targets" in known.modules
    assert "onpar.parity.judge.judge" not in known.modules


def test_every_package_that_a_job_imports_has_a_version(tmp_path: Path) -> None:
    known = Code(tmp_path / "code.json")
    known.digest(EXPORT_JOB, CAPTURE_JOB, *(form.module for form in FORMATS.values()))
    packages = {name for one in known.modules.values() for name in one.packages}
    assert {"torch", "coremltools", "onnxruntime"} <= packages
    found = versions(code.DISTRIBUTIONS.get(name, name) for name in packages)
    assert [name for name, version in found.items() if not version] == []


def test_it_is_kept_and_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "code.json"
    made = Code(path).digest(*EXPORT)
    written = path.read_bytes()
    assert Code(path).digest(*EXPORT) == made and path.read_bytes() == written
    path.write_bytes(written[:100])
    assert Code(path).digest(*EXPORT) == made and path.read_bytes() == written


def roots(job: Job) -> tuple[str, ...]:
    """The modules that the job's key is of."""
    module = job.call.partition(":")[0]
    if module == EXPORT_JOB:
        return job_modules(VARIANTS[job.arguments["variant"]])
    if module in (CAPTURE_JOB, DEVICE_JOB):
        return (module, TARGETS[job.arguments["target"]].module)
    return (module,)


RUNS_JOBS = {"onpar.pipeline.jobs.preload", "onpar.pipeline.jobs.preloaded"}
"""What every job's process imports besides."""


def test_a_key_covers_whatever_its_job_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether by an import or by a name in a registry: the jobs of a whole run say what they have
    loaded."""
    jobs, start = list[Job](), here._start

    def recorded(job: Job, logs: Path) -> Any:
        check_call(job.call, job.arguments)
        jobs.append(job)
        arguments = {"call": job.call, "arguments": job.arguments}
        arguments["out"] = str(tmp_path / f"{len(jobs)}.json")
        return start(replace(job, call="job_samples:recorded", arguments=arguments), logs)

    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    recipe = tmp_path / "mine.py"
    assert onpar_here("recipes", "--init", recipe).returncode == 0
    monkeypatch.setattr(here, "_checked", recorded)
    model = ("--recipe", recipe, "--size", "32x32", "--weights", "built")
    formats = [word for name in ("onnx", "coreml-fp32", "ptl") for word in ("--format", name)]
    done = onpar_here("parity", *model, *formats, "--allow-unjudged", "--build", tmp_path / "build")
    assert done.returncode == 0, done.stdout + done.stderr
    known = Code(tmp_path / "code.json")
    assert {job.call.partition(":")[0].rpartition(".")[2] for job in jobs} >= {
        "export_job", "golden_job", "capture_job", "device_job",
    }  # fmt: skip
    for index, job in enumerate(jobs, 1):
        known.digest(*roots(job), CHAINS)
        loaded = set(json.loads((tmp_path / f"{index}.json").read_text()))
        assert EXPORT_JOB in known.modules and len(loaded) > 30, job.name
        assert loaded - RUNS_JOBS - set(known.closure((*roots(job), CHAINS))) == set(), job.name
