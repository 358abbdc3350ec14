"""`onpar parity` fails where the runtime that an app pins does not load an artifact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from torch_scripts import resized

from onpar.exporters import FORMATS
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.judge.conclusion import Conclusion
from onpar.parity.judge.run import Run, read_run
from onpar.parity.judge.status import Status
from onpar.parity.report.junit import junit_xml
from onpar.parity.report.markdown import job_summary
from onpar.parity.report.page.html import write_html
from onpar.parity.report.terminal import print_run
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.paths import ANDROID, ROOT
from onpar.pipeline.preflight.of_exports import apps_load
from onpar.pipeline.preflight.pinned import pinned
from onpar.pipeline.targets import TARGETS

CASES = ("coffee", "rocket")


def exported(build: Path, name: str) -> Exported:
    [path] = (build / "artifacts").glob(f"*-{name}")
    artifact = read_sidecar(sidecar_path(path))
    return Exported(artifact.variant, path, artifact, False, 0.0)


@pytest.fixture(scope="module")
def run(wide_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A whole run, in which the exporter's script was not frozen: issue 8's mutation."""
    unfrozen, _ = resized(tmp_path_factory.mktemp("unfrozen"), frozen=False)
    script, whole = exported(wide_build, "fp32-tensor.pt"), exported(wide_build, "fp32-tensor.onnx")
    loads, rows = apps_load([replace(script, path=unfrozen), whole], "recipe", CASES)
    [kept] = (wide_build / "reports").glob("*/run.json")
    judged = read_run(kept)
    assert judged.conclusion is Conclusion.ON_PAR
    return replace(judged, verdicts=(*rows, *judged.verdicts), loads=loads)


def test_the_apps_pins_are_what_their_own_files_say() -> None:
    names = {pin.listed.name for pin in pinned()}
    catalog = (ANDROID / "gradle" / "libs.versions.toml").read_text("utf-8")
    versions = (ROOT / "ios_app" / "versions.json").read_text("utf-8")
    systems = {f"coreml@{system}" for system in FORMATS["coreml"].systems.values()}
    for name in names - systems:
        _, _, number = name.partition("@")
        assert number.removeprefix("iOS") in catalog + versions
    assert {pin.target for pin in pinned()} == {"android-device", "ios-device"} < TARGETS.keys()
    assert {name.partition("@")[0] for name in names} == {
        *("pytorch_android", "onnxruntime-android", "onnxruntime", "LibTorch-Lite", "coreml")
    }


def test_what_onpar_exports_loads_in_both_apps(wide_build: Path) -> None:
    [kept] = (wide_build / "reports").glob("*/run.json")
    judged = read_run(kept)
    told = {variant for one in judged.loads for variant in one.variants}
    sidecars = (wide_build / "artifacts").glob("*.json")
    formats = {form for pin in pinned() for form in pin.formats}
    made = {a.variant for a in map(read_sidecar, sidecars) if a.format in formats}
    assert told == made
    assert len(told) > 8
    assert not [v for v in judged.verdicts if v.status is Status.UNLOADABLE]


def test_an_unfrozen_script_fails_the_run_with_the_operators_name(run: Run) -> None:
    assert run.conclusion is Conclusion.FAILED
    failed = run.failed
    assert [(v.target, v.device, v.case) for v in failed] == [
        ("android-device", "pytorch_android 1.13.1", case) for case in CASES
    ]
    for verdict in failed:
        assert verdict.status is Status.UNLOADABLE
        assert verdict.blame is not None and verdict.blame.stage == "file"
        assert "aten::_upsample_lanczos2d_aa" in verdict.sentence
        assert "torch.jit.freeze" in verdict.sentence
        assert 'left_out={"android-device:torchscript": "why"}' in verdict.sentence


def test_what_only_preflighted_is_no_row(run: Run) -> None:
    """The ONNX file loads in both apps' onnxruntime: that is said, and is no comparison."""
    told = {one.runtime: one.variants for one in run.loads}
    assert told["onnxruntime-android 1.29.0"] == ("onnx-fp32-tensor",)
    targets = {v.target for v in run.verdicts if v.status is Status.PASS}
    assert not targets & {"android-device", "ios-device"}
    nothing = replace(run, verdicts=(), required=(), expected=())
    assert nothing.conclusion is Conclusion.FAILED
    assert "Nothing was compared" in nothing.answer


def test_every_report_shows_it(run: Run, tmp_path: Path) -> None:
    write_html(run, tmp_path / "report.html")
    console = Console(width=300, record=True, file=(tmp_path / "said").open("w"))
    print_run(run, console)
    said = console.export_text()
    page = (tmp_path / "report.html").read_text("utf-8")
    for text in (page, said, junit_xml(run), job_summary(run)):
        assert "UNLOADABLE" in text
        assert "lanczos2d" in text
    assert "load, from the files alone" in page
    assert "<b>onnxruntime-android 1.29.0</b>" in page
    for text in (said, job_summary(run)):
        told = text.replace("\\", "")
        assert "Preflight, from the files alone: loads in onnxruntime-android 1.29.0" in told


def test_a_file_that_cannot_be_read_fails_too(wide_build: Path, tmp_path: Path) -> None:
    one = exported(wide_build, "fp32-tensor.pt")
    cut = tmp_path / one.path.name
    cut.write_bytes(one.path.read_bytes()[:5000])
    loads, rows = apps_load([replace(one, path=cut)], "recipe", CASES)
    assert loads == ()
    assert {v.status for v in rows} == {Status.UNLOADABLE}
    assert "not a complete zip archive" in rows[0].sentence
