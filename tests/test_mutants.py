"""No mutant passes: each is blamed on its own stage, with its own status, by the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from builds import onpar
from mutants import MUTANTS, Mutant
from producer import App, onnx_app

from parity.capture import Capture, write_capture
from parity.golden import read_golden
from parity.spec import sidecar_path
from parity.stages import same_inputs
from parity.status import Status
from parity.verdict import STAGES

SCREEN = 24
"""Lines of a terminal, of 80 characters each."""

Said = CompletedProcess[str]


def linked(build: Path, folder: Path) -> Path:
    """A build of its own that takes no space: its files are replaced, never written into."""
    for part in ("artifacts", "goldens"):
        shutil.copytree(build / part, folder / part, copy_function=os.link)
    return folder


def at(app: App, build: Path) -> App:
    return replace(app, build=build, path=build / "artifacts" / app.path.name)


@pytest.fixture(scope="session")
def apps(
    wide_build: Path, square_build: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[App, App]:
    """The apps on the wide build and on the square one, with nothing broken."""
    root = tmp_path_factory.mktemp("apps")
    wide, square = linked(wide_build, root / "wide"), linked(square_build, root / "square")
    return onnx_app(wide), onnx_app(square)


@pytest.fixture(scope="session")
def verdicts(
    apps: tuple[App, App], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Said]:
    """What `onpar check` says of every mutant that was selected, each in its own build.

    The reference runs on all inputs that are no golden's in one process first: every check after
    finds its outputs in the cache.
    """
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    chosen = [item.callspec.params.get("mutant") for item in items if hasattr(item, "callspec")]
    mutants = [mutant for mutant in MUTANTS if mutant in chosen]
    root = tmp_path_factory.mktemp("mutants")
    odd: tuple[list[Path], list[Path]] = ([], [])
    captures = {}
    for mutant in mutants:
        app = apps[mutant.square]
        build = linked(app.build, root / mutant.name)
        (build / "references").symlink_to(app.build / "references")
        captures[mutant.name] = build / "capture.safetensors"
        made = mutant.make(at(app, build))
        if isinstance(made, bytes):
            captures[mutant.name].write_bytes(made)
            continue
        write_capture(captures[mutant.name], made)
        if not has_a_goldens_inputs(made, app):
            odd[mutant.square].append(captures[mutant.name])
    for app, paths in zip(apps, odd, strict=True):
        (app.build / "references").mkdir(exist_ok=True)
        if paths:
            onpar("check", *paths, "--build", app.build)

    def check(name: str) -> Said:
        path = captures[name]
        return onpar("check", path, "--build", path.parent, "--json")

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(captures, pool.map(check, captures), strict=True))


def has_a_goldens_inputs(capture: Capture, app: App) -> bool:
    [path] = (app.build / "goldens").rglob("coffee.safetensors")
    return same_inputs(capture, read_golden(path))


def broken(said: Said) -> set[str]:
    """The stages of the only row that did not pass."""
    [verdict] = json.loads(said.stdout)["run"]["verdicts"]
    return {stage["stage"] for stage in verdict["stages"] if stage["status"] != "PASS"}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_blamed_where_it_is_broken(mutant: Mutant, verdicts: dict[str, Said]) -> None:
    said = verdicts[mutant.name]
    assert said.returncode == 1, said.stdout + said.stderr
    [row] = json.loads(said.stdout)["rows"]
    assert (row["status"], row["stage"]) == (mutant.status, mutant.stage), row["sentence"]
    assert mutant.says in row["sentence"]
    assert broken(said) - {"agreement"} == {mutant.stage, *mutant.also}


@pytest.mark.parametrize("square", [False, True], ids=["wide", "square"])
def test_the_app_behind_the_mutants_is_on_par_while_nothing_is_broken(
    apps: tuple[App, App], square: bool, tmp_path: Path
) -> None:
    app = apps[square]
    write_capture(tmp_path / "sound.safetensors", app.capture())
    said = onpar("check", tmp_path, "--build", app.build, "--json")
    assert said.returncode == 0, said.stdout + said.stderr
    assert not broken(said)


def test_the_table_breaks_every_stage_in_every_way() -> None:
    assert len(MUTANTS) >= 25
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert {mutant.status for mutant in MUTANTS} == set(Status) - {Status.NOT_RUN, Status.PASS}
    # In float32, where the output is right and the class map is its arg-max, the agreement is too.
    assert {mutant.stage for mutant in MUTANTS} == set(STAGES) - {"agreement"}


def test_a_capture_on_par_does_not_excuse_the_one_beside_it(
    apps: tuple[App, App], tmp_path: Path
) -> None:
    sound = apps[0].capture()
    write_capture(tmp_path / "sound.safetensors", sound)
    (tmp_path / "broken.safetensors").write_bytes(b"")
    said = onpar("check", tmp_path, "--build", apps[0].build, "--json")
    rows = json.loads(said.stdout)["rows"]
    assert sorted(row["status"] for row in rows) == ["PASS", "UNREADABLE"]
    assert said.returncode == 1


def test_a_required_row_that_nobody_captured_fails(apps: tuple[App, App], tmp_path: Path) -> None:
    write_capture(tmp_path / "sound.safetensors", apps[0].capture())
    row = "onnxruntime:onnx-fp32-tensor:rocket"
    said = onpar("check", tmp_path, "--build", apps[0].build, "--require", row)
    assert said.returncode == 1
    assert "not captured" in said.stdout


def test_nothing_to_compare_is_a_failure(apps: tuple[App, App], tmp_path: Path) -> None:
    said = onpar("check", tmp_path, "--build", apps[0].build)
    assert said.returncode == 1
    assert "Nothing was compared" in said.stdout


def refused(said: Said, name: str) -> None:
    """Exit code 2, and one screen that names the file and what to do, without a traceback."""
    assert said.returncode == 2, said.stdout + said.stderr
    assert name in said.stderr and "`onpar " in said.stderr
    assert "Traceback" not in said.stderr
    assert sum(1 + len(line) // 80 for line in said.stderr.splitlines()) <= SCREEN


def rewritten(build: Path, change: Callable[[str], str]) -> str:
    """Change the ONNX sidecar's text; its name."""
    [artifact] = (build / "artifacts").glob("*.onnx")
    path = sidecar_path(artifact)
    text = path.read_text()
    path.unlink()
    path.write_text(change(text))
    assert path.read_text() != text
    return path.name


@pytest.mark.parametrize("value", ["1e999", "Infinity", "NaN", "-8", '"8"', "null"])
@pytest.mark.parametrize("bound", ["max_floors", "rms_floors"])
def test_a_sidecar_whose_tolerance_is_no_finite_number_is_refused(
    apps: tuple[App, App], tmp_path: Path, bound: str, value: str
) -> None:
    build = linked(apps[0].build, tmp_path / "build")
    capture = tmp_path / "sound.safetensors"
    write_capture(capture, apps[0].capture())
    name = rewritten(build, lambda text: re.sub(f'("{bound}":) [0-9.]+', rf"\1 {value}", text))
    refused(onpar("check", capture, "--build", build), name)


def test_a_sidecar_whose_tolerance_has_no_reason_is_refused(
    apps: tuple[App, App], tmp_path: Path
) -> None:
    build = linked(apps[0].build, tmp_path / "build")
    capture = tmp_path / "sound.safetensors"
    write_capture(capture, apps[0].capture())
    name = rewritten(build, lambda text: re.sub(r'"reason": "[^"]+"', '"reason": " "', text))
    refused(onpar("check", capture, "--build", build), name)


def test_a_golden_that_is_cut_short_is_refused(apps: tuple[App, App], tmp_path: Path) -> None:
    build = linked(apps[0].build, tmp_path / "build")
    capture = tmp_path / "sound.safetensors"
    write_capture(capture, apps[0].capture())
    [golden] = (build / "goldens").rglob("coffee.safetensors")
    content = golden.read_bytes()
    golden.unlink()
    golden.write_bytes(content[:-1])
    refused(onpar("check", capture, "--build", build), golden.name)
