"""Every variant has a row for every case, with the status that can honestly be given here."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from builds import MADE, RECIPE, WIDE, formats_made, linked
from here import onpar_here
from matrix import cases_of, expected, found, run_in, unlike_phones
from tools import needs

from onpar.exporters import VARIANTS
from onpar.parity.judge.run import Row, Run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.parity import read_required
from onpar.pipeline.paths import REQUIRED
from onpar.pipeline.targets import TARGETS, targets_for

CASES = cases_of(RECIPE)

MODEL = ("--recipe", RECIPE, "--weights", "seeded:0", "--size", WIDE)


def judged() -> set[tuple[str, str]]:
    """What runs here in float32, which any model can be judged in."""
    return {
        (target, name)
        for name, variant in VARIANTS.items()
        for target in targets_for(variant.format)
        if variant.precision == "fp32"
    }


@pytest.fixture(scope="module")
def run(wide_build: Path) -> Run:
    return run_in(wide_build)


def rows(run: Run, variant: str) -> list[Verdict]:
    of_it = [verdict for verdict in run.verdicts if verdict.variant == variant]
    assert of_it
    return of_it


def test_every_variant_has_a_row_on_every_target_that_takes_it_for_every_case(run: Run) -> None:
    wanted = {row: one for row, one in expected(RECIPE).items() if row.variant in MADE}
    assert found(run) == wanted
    assert set(wanted.values()) == {Status.PASS, Status.NOT_RUN}


def test_every_float32_variant_runs_here() -> None:
    float32 = {name for name, variant in VARIANTS.items() if variant.precision == "fp32"}
    names = {name for _, name in judged()}
    assert names == float32
    assert sum(name.endswith("-image") for name in names) == 3


@pytest.mark.parametrize("variant", [n for n in MADE if VARIANTS[n].precision == "int8"])
def test_int8_is_judged_by_its_program_and_by_what_it_costs(run: Run, variant: str) -> None:
    here = targets_for(VARIANTS[variant].format)
    for row in [one for one in rows(run, variant) if one.target in here]:
        if unlike_phones(variant):
            assert row.status is Status.NOT_RUN and "has no VNNI" in row.sentence
            continue
        [output] = [stage for stage in row.stages if stage.stage == "run"]
        assert output.status is Status.PASS
        assert "operators are exact on what each was given: 0." in output.detail
        [cost] = [one for one in row.stages if one.stage == "quality" and one.distance]
        # 16.0 to 20.6 dB measured: near, and far from float32, whose rows have over 100.
        assert cost.distance is not None and cost.distance.snr_db is not None
        assert 12 < cost.distance.snr_db < 30
        [seen] = [one.seen for one in row.stages if one.stage == "quality" and one.seen]
        assert seen is not None and seen.agreement is not None
        assert 0.8 < seen.agreement.agreement < 1
        assert {stage.status for stage in row.stages} == {Status.PASS}
        assert Row(row.target, row.variant, row.case) in run.expected


@pytest.mark.parametrize("variant", [n for n in MADE if VARIANTS[n].format == "coreml"])
def test_apples_core_ml_is_listed_as_not_run_with_what_it_needs(run: Run, variant: str) -> None:
    apples = [row for row in rows(run, variant) if row.target == "coreml"]
    assert len(apples) == len(CASES)
    for row in apples:
        assert row.status is Status.NOT_RUN
        assert "a Mac" in row.sentence
        assert Row(row.target, row.variant, row.case) not in run.expected


@pytest.mark.parametrize(
    "variant", sorted(n for n, v in VARIANTS.items() if v.io == "image" and targets_for(v.format))
)
def test_with_io_image_the_class_map_is_judged_and_no_output(run: Run, variant: str) -> None:
    here = targets_for(VARIANTS[variant].format)
    for row in [row for row in rows(run, variant) if row.target in here]:
        stages = [stage.stage for stage in row.stages]
        assert "argmax" in stages and "run" not in stages and "normalize" not in stages


def int8_folders(build: Path) -> list[Path]:
    return [path for path in (build / "captures").glob("*/*") if "-int8-" in path.name]


def test_a_run_of_int8_alone_is_judged_and_on_par(wide_build: Path) -> None:
    folders = int8_folders(wide_build)
    assert len(folders) == sum(
        len(targets_for(VARIANTS[name].format))
        for name in MADE
        if VARIANTS[name].precision == "int8" and not unlike_phones(name)
    )
    done = onpar_here("check", *folders, "--build", wide_build)
    assert done.returncode == 0, done.stdout
    assert "On par: " in done.stdout


def test_unjudged_captures_beside_others_end_with_3_unless_allowed(
    wide_build: Path, tmp_path: Path
) -> None:
    """int8 whose program is not known, as the build folder has lost it."""
    build = linked(wide_build, tmp_path / "build")
    shutil.rmtree(build / "programs")
    named = int8_folders(wide_build)[0] / f"{CASES[0]}.safetensors"
    [on_par] = (wide_build / "captures" / "pytorch-eager").glob("*-fp32-*")
    for given in (named, named.parent):
        command = ("check", on_par, given, "--build", build)
        assert onpar_here(*command).returncode == 3
        assert onpar_here(*command, "--allow-unjudged").returncode == 0
    said = json.loads(onpar_here(*command, "--json").stdout)
    row = next(v for v in said["run"]["verdicts"] if "-int8-" in v["variant"])
    assert any("export it again: `onpar export`" in stage["detail"] for stage in row["stages"])
    required = ("--require", f"{row['target']}:{row['variant']}:{row['case']}")
    assert onpar_here(*command, *required, "--allow-unjudged").returncode == 1


@pytest.fixture
def everything() -> None:
    """What the required rows need."""
    needs("mvn", "make system")
    needs("javac", "make system")


@pytest.mark.usefixtures("everything")
def test_the_required_rows_are_all_that_can_be_judged_here() -> None:
    """But for Robolectric's and the iOS app's, whose tools other projects' CI need not have: where
    they are built they are required without a list."""
    expected = {row for row in judged() if row[0] not in ("android-robolectric", "ios-host")}
    assert set(read_required(REQUIRED)) == expected


def under_ci(build: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[int, Run]:
    """`onpar parity` with CI set, and its run."""
    monkeypatch.setenv("CI", "true")
    done = onpar_here("parity", *MODEL, *more, "--build", build)
    assert not done.stderr, done.stderr
    return done.returncode, run_in(build)


@pytest.fixture
def built(wide_build: Path, tmp_path: Path) -> Path:
    """The build's files, linked, with reports of its own: nothing but the check is due in it."""
    build = linked(wide_build, tmp_path / "build")
    shutil.copytree(wide_build / "captures", build / "captures", copy_function=os.link)
    return build


@pytest.mark.usefixtures("everything")
def test_under_ci_every_row_that_can_be_judged_is_required(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, run = under_ci(built, monkeypatch, "--allow-unjudged", *formats_made())
    assert code == 0
    wanted = {Row(*row, case) for row in read_required(REQUIRED) for case in CASES}
    assert set(run.required) == wanted
    assert wanted <= {Row(v.target, v.variant, v.case) for v in run.passing}


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize(
    ("table", "name", "formats", "absent"),
    [
        # Its int8 files are run by this very target when they are exported.
        (TARGETS, "lite-interpreter", ("ptl-fp32",), {("lite-interpreter", "ptl")}),
        (
            TARGETS,
            "android-host",
            ("onnx", "ort"),
            {("android-host", "onnx"), ("android-host", "ort")},
        ),
        (VARIANTS, "ort-fp32-tensor", ("ort",), {("onnxruntime", "ort"), ("android-host", "ort")}),
    ],
    ids=["lite-interpreter", "android-host", "ort-fp32-tensor"],
)
def test_under_ci_what_dropped_out_of_a_table_is_missed(
    built: Path,
    monkeypatch: pytest.MonkeyPatch,
    table: dict[str, object],
    name: str,
    formats: tuple[str, ...],
    absent: set[tuple[str, str]],
) -> None:
    monkeypatch.delitem(table, name)
    code, run = under_ci(built, monkeypatch, *(f"--format={one}" for one in formats))
    assert code == 1
    rows = {(row.target, row.variant) for row in run.absent}
    assert rows == {
        row for row in read_required(REQUIRED) if (row[0], row[1].split("-")[0]) in absent
    }
    assert len(run.absent) == len(rows) * len(CASES)


@pytest.mark.usefixtures("everything")
def test_under_ci_a_chosen_format_is_required_and_no_other(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, run = under_ci(built, monkeypatch, "--format", "onnx")
    assert code == 0
    required = {"onnx-fp32-tensor", "onnx-fp32-image"}
    assert {row.variant for row in run.required} == required
    made_from = {"safetensors-fp32-tensor"}
    assert {row.variant for row in run.expected} == required | made_from | {"onnx-int8-tensor"}
