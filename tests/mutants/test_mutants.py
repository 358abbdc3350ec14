"""No mutant passes: each is blamed on its own stage, with its own status, by the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from builds import linked
from everyday import one_of_each
from here import onpar_here
from image_mutants import IMAGE_MUTANTS
from mutants import MUTANTS, Mutant
from producer import App, onnx_app
from sabotage import step
from wrong_images import nearest

from onpar.parity.contract.capture import write_capture
from onpar.parity.contract.classmap import argmax
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import STAGES
from onpar.pipeline.check.reference_cache import read_reference

Apps = Mapping[tuple[str, bool], App]
"""The app by its file's io, and by whether it is on the square build."""

EVERY = (*MUTANTS, *IMAGE_MUTANTS)


def at(app: App, build: Path) -> App:
    return replace(app, build=build, path=build / "artifacts" / app.path.name)


@pytest.fixture(scope="session")
def apps(wide_build: Path, square_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Apps:
    """With nothing broken."""
    root = tmp_path_factory.mktemp("apps")
    builds = linked(wide_build, root / "wide"), linked(square_build, root / "square")
    return {
        (io, bool(square)): onnx_app(build, io)
        for io in ("tensor", "image")
        for square, build in enumerate(builds)
    }


@dataclass(frozen=True)
class Judged:
    """What `onpar check` said of a mutant: its exit code, the row, and the verdict's stages."""

    code: int
    row: Mapping[str, str]
    stages: Sequence[Mapping[str, str]]

    @property
    def broken(self) -> set[str]:
        """The stages that did not pass."""
        return {stage["stage"] for stage in self.stages if stage["status"] != "PASS"}


@pytest.fixture(scope="session")
def verdicts(
    apps: Apps, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Judged]:
    """What `onpar check` says of every mutant that was selected: all that leave the build as it is
    in one command, those that damage it each in its own build. Another capture of the same file may
    show that its runs repeat, so mutants of `runs` are judged alone."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    chosen = [item.callspec.params.get("mutant") for item in items if hasattr(item, "callspec")]
    root = tmp_path_factory.mktemp("mutants")
    together: dict[tuple[Path, int], dict[Path, str]] = {}
    for mutant in [one for one in EVERY if one in chosen]:
        app = apps[mutant.io, mutant.square]
        build = linked(app.build, root / mutant.name)
        path = build / f"{mutant.name}.safetensors"
        made = mutant.make(at(app, build))
        if isinstance(made, bytes):
            path.write_bytes(made)
        else:
            write_capture(path, made)
        alone = mutant.stage == "repeat" or contents(build) != contents(app.build)
        judge = build if alone else app.build
        together.setdefault((judge, expected_code(mutant)), {})[path] = mutant.name
    said = {}
    for (build, _), paths in together.items():
        done = onpar_here("check", *paths, "--build", build, "--json")
        document = json.loads(done.stdout)
        for row, verdict in zip(document["rows"], document["run"]["verdicts"], strict=True):
            name = paths[Path(verdict["capture"])]
            said[name] = Judged(done.returncode, row, verdict["stages"])
    return said


def contents(build: Path) -> dict[Path, int]:
    """The artifacts and goldens of a build: files are replaced, never written into."""
    files = (
        path for part in ("artifacts", "goldens", "programs") for path in (build / part).rglob("*")
    )
    return {path.relative_to(build): path.stat().st_ino for path in files if path.is_file()}


def expected_code(mutant: Mutant) -> int:
    """2 for a golden that cannot be judged by, which is a wrong input; 3 where nothing was judged;
    else 1."""
    if (mutant.stage, mutant.status) == ("golden", Status.UNREADABLE):
        return 2
    return 3 if mutant.status is Status.UNJUDGED else 1


@pytest.mark.parametrize(
    "mutant",
    one_of_each(EVERY, lambda mutant: (mutant.status, mutant.stage, mutant.io, mutant.square)),
    ids=lambda mutant: mutant.name,
)
def test_a_mutant_is_blamed_where_it_is_broken(mutant: Mutant, verdicts: dict[str, Judged]) -> None:
    said = verdicts[mutant.name]
    row = said.row
    assert (row["status"], row["stage"]) == (mutant.status, mutant.stage), row["sentence"]
    assert mutant.says in row["sentence"]
    assert said.broken - {"seen", "quality"} == {mutant.stage, *mutant.also}
    assert said.code == expected_code(mutant)


@pytest.mark.parametrize("io", ["tensor", "image"])
@pytest.mark.parametrize("square", [False, True], ids=["wide", "square"])
def test_the_app_behind_the_mutants_is_on_par_while_nothing_is_broken(
    apps: Apps, square: bool, io: str, tmp_path: Path
) -> None:
    app = apps[io, square]
    write_capture(tmp_path / "sound.safetensors", app.capture())
    said = onpar_here("check", tmp_path, "--build", app.build, "--json")
    assert said.returncode == 0, said.stdout + said.stderr
    [verdict] = json.loads(said.stdout)["run"]["verdicts"]
    assert {stage["status"] for stage in verdict["stages"]} == {"PASS"}


def test_the_table_breaks_every_stage_in_every_way() -> None:
    assert len({mutant.name for mutant in EVERY}) == len(EVERY) > 100
    # What no capture shows: tests/preflight proves UNLOADABLE.
    others = {Status.UNLOADABLE, Status.NOT_RUN, Status.PASS}
    assert {mutant.status for mutant in MUTANTS} == set(Status) - others
    # In float32, where the output is right and the class map is its arg-max, what is seen is too.
    # tests/mutants/small breaks the steps that this chain does not have.
    small = {
        "given",
        "quantize",
        "dequantize",
        "softmax",
        "sigmoid",
        "threshold",
        "top-k",
        "to-image",
    }
    # Nor does it break what the exported program costs: tests/parity/judge/test_quality.py.
    elsewhere = {"seen", "quality", *small}
    assert {mutant.stage for mutant in MUTANTS} == set(STAGES) - elsewhere
    stages = {"artifact", "decode-image", "resize-image", "run", "repeat", "argmax"}
    assert {mutant.stage for mutant in IMAGE_MUTANTS} == stages


def test_the_reference_runs_on_the_pixels_that_the_file_was_handed(
    apps: Apps, tmp_path: Path
) -> None:
    app = apps["image", False]
    build = linked(app.build, tmp_path / "build")
    capture = step(fit=nearest)(app)
    write_capture(tmp_path / "capture.safetensors", capture)
    said = onpar_here("check", tmp_path / "capture.safetensors", "--build", build, "--json")
    [verdict] = json.loads(said.stdout)["run"]["verdicts"]
    status = {stage["stage"]: stage["status"] for stage in verdict["stages"]}
    assert (status["resize-image"], status["argmax"]) == ("VALUE", "PASS")
    [kept] = (build / "references").iterdir()
    scores = read_reference(kept)
    assert scores is not None
    np.testing.assert_array_equal(argmax(scores["out"]), capture.tensors["classmap"])
