"""`onpar env`: versions for a bug report, and what takes space on the disk."""

from __future__ import annotations

import json
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

from builds import onpar

from onpar.exporters import FORMATS
from onpar.pipeline.build_folder.disk_use import ENVIRONMENTS, KINDS
from onpar.pipeline.cli.environment import PACKAGES
from onpar.pipeline.paths import ROOT


def env(build: Path) -> dict[str, Any]:
    done = onpar("env", "--json", "--build", build)
    assert (done.returncode, done.stderr) == (0, "")
    content: dict[str, Any] = json.loads(done.stdout)
    return content


def bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_every_kind_of_file_is_counted_and_all_of_the_build(wide_build: Path) -> None:
    disk = env(wide_build)["disk"]
    assert disk["kinds"] == {
        kind: bytes_below(wide_build / kind) for kind in (*KINDS, ENVIRONMENTS)
    }
    assert disk["kinds"]["artifacts"] > 44e6
    assert disk["build"] == bytes_below(wide_build) >= sum(disk["kinds"].values())


def test_before_the_first_build_there_is_nothing_but_free_space_and_no_folder_is_made(
    tmp_path: Path,
) -> None:
    disk = env(tmp_path / "not" / "there")["disk"]
    assert disk["build"] == 0
    assert disk["free"] > 0
    assert disk["environment"] > 1e8
    assert list(tmp_path.iterdir()) == []


def test_a_link_counts_as_itself(tmp_path: Path) -> None:
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts" / "loop").symlink_to(tmp_path)
    (tmp_path / "artifacts" / "photos").symlink_to(ROOT / "golden" / "images" / "coffee.png")
    assert env(tmp_path)["disk"]["kinds"]["artifacts"] < 1000


def test_it_names_the_versions_that_shape_files(tmp_path: Path) -> None:
    packages = env(tmp_path)["packages"]
    for name in ("torch", "onnx", "onnxruntime", "coremltools", "executorch", "torchao"):
        assert packages[name] == version(name)


def test_it_names_every_package_that_affects_files() -> None:
    tools = {tool for one in FORMATS.values() for tool in one.tools}
    assert tools <= set(PACKAGES)


def test_it_names_the_tools_that_build_the_apps_code_by_their_real_paths(tmp_path: Path) -> None:
    tools = env(tmp_path)["tools"]
    for name in ("java", "mvn", "aapt2", "clang++", "cmake", "ninja", "gnustep-config", "adb"):
        found = shutil.which(name)
        assert tools[name] == (found and str(Path(found).resolve()))


def test_for_people_it_is_a_table_with_the_way_to_get_the_space_back(wide_build: Path) -> None:
    shown = onpar("env", "--build", wide_build).stdout
    assert f"delete what you no longer need in {wide_build}" in shown
    assert " MB " in shown
    shown = onpar("env", "--build", ROOT / "build").stdout
    assert shown.endswith("To free space: `make clean` removes the build.\n")
