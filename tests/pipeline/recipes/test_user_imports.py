"""Each recipe imports the modules of its own folder, and its key covers all that it imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from recipe_text import SIZE, loaded, written

from onpar.pipeline.build_folder.keys import source_digest
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.recipes import sources
from onpar.pipeline.recipes.user_imports import is_users

EARLY = ("import numpy as np", "import numpy as np\n\nfrom sizes import CHANNELS")
LATE = ("    return Net()", "    from sizes import CHANNELS\n\n    return Net()")
OF_CHANNELS = ("nn.Conv2d(3, 4, 3)", "nn.Conv2d(3, CHANNELS, 3)")
LATE_CHANNELS = (
    "    return Net()",
    "    import sizes\n\n    net = Net()\n    net.conv = nn.Conv2d(3, sizes.CHANNELS, 3)\n"
    "    return net",
)


def recipe(folder: Path, channels: int, *changes: tuple[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "sizes.py").write_text(f"CHANNELS = {channels}\n")
    return written(folder, *changes)


def channels(path: Path) -> int:
    return build_module(loaded(path)).conv.out_channels  # type: ignore[union-attr, return-value]


@pytest.mark.parametrize("changes", [(EARLY, OF_CHANNELS), (LATE_CHANNELS,)], ids=["top", "build"])
def test_two_recipes_with_a_helper_of_one_name_get_each_its_own(
    changes: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    one, other = (recipe(tmp_path / name, n, *changes) for name, n in (("a", 4), ("b", 5)))
    assert [channels(path) for path in (one, other, one)] == [4, 5, 4]


def test_a_helper_of_another_recipe_is_not_found(tmp_path: Path) -> None:
    recipe(tmp_path / "a", 4, EARLY, OF_CHANNELS)
    assert channels(tmp_path / "a" / "mine.py") == 4
    other = recipe(tmp_path / "b", 5, EARLY, OF_CHANNELS)
    (tmp_path / "b" / "sizes.py").unlink()
    with pytest.raises(Exception, match="No module named 'sizes'"):
        loaded(other)


def test_a_helper_that_changed_within_a_second_is_read_again(tmp_path: Path) -> None:
    path = recipe(tmp_path, 4, EARLY, OF_CHANNELS)
    assert channels(path) == 4
    (tmp_path / "sizes.py").write_text("CHANNELS = 5\n")
    assert channels(path) == 5


def test_a_module_that_the_program_imported_stays_and_the_recipe_gets_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = ModuleType("sizes")
    own.__file__ = str(tmp_path / "elsewhere" / "sizes.py")
    monkeypatch.setitem(sys.modules, "sizes", own)
    assert channels(recipe(tmp_path / "a", 4, EARLY, OF_CHANNELS)) == 4
    assert sys.modules["sizes"] is own


def test_a_file_named_like_a_package_that_onpar_needs_is_not_imported(tmp_path: Path) -> None:
    path = recipe(tmp_path, 4, EARLY, OF_CHANNELS)
    for name in ("numpy", "random", "torch", "onpar"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')\n")
    assert channels(path) == 4


def test_files_of_the_current_folder_are_not_imported_by_the_jobs(tmp_path: Path) -> None:
    """multiprocessing starts a process by `python -c`, which looks into the current folder."""
    for name in ("numpy", "random", "queue", "onpar"):
        (tmp_path / f"{name}.py").write_text("open('imported', 'w'); raise SystemExit\n")
    path = recipe(tmp_path / "a", 4, EARLY, OF_CHANNELS)
    model = ("--recipe", path, "--size", SIZE, "--format", "safetensors-fp32")
    command = [str(Path(sys.executable).with_name("onpar")), "export", *map(str, model)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "imported").exists()


def test_a_project_inside_an_environment_is_the_users(tmp_path: Path) -> None:
    project = Path(sys.prefix) / "project"
    assert is_users(project / "net.py", project / "mine.py")
    assert not is_users(project / "lib/python3.11/site-packages/net.py", project / "mine.py")


def star(folder: Path) -> tuple[str, Path]:
    (folder / "star").mkdir()
    (folder / "star" / "__init__.py").write_text('__all__ = ["sub"]\n')
    (folder / "star" / "sub.py").write_text("ONE = 1\n")
    return "from star import *", folder / "star" / "sub.py"


def named(folder: Path) -> tuple[str, Path]:
    (folder / "dyn.py").write_text("ONE = 1\n")
    return 'import importlib; importlib.import_module("dyn")', folder / "dyn.py"


def computed(folder: Path) -> tuple[str, Path]:
    (folder / "dyn.py").write_text("ONE = 1\n")
    return "def later(name): return __import__(name)", folder / "dyn.py"


def above(folder: Path) -> tuple[str, Path]:
    (folder.parent / "above.py").write_text("ONE = 1\n")
    return "from above import ONE", folder.parent / "above.py"


def unversioned(folder: Path) -> tuple[str, Path]:
    place = folder.parent / "site-packages"
    place.mkdir()
    (place / "fakelib.py").write_text("ONE = 1\n")
    return "import fakelib", place / "fakelib.py"


@pytest.mark.parametrize("imports", [star, named, computed, above, unversioned])
def test_a_changed_import_changes_the_key(
    imports: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "recipes"
    folder.mkdir()
    assert callable(imports)
    line, file = imports(folder)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    path = written(folder, ("import numpy as np", f"import numpy as np\n\n{line}"))
    before = source_digest(loaded(path).sources)
    assert file in loaded(path).sources
    file.write_text("ONE = 2\n")
    assert source_digest(loaded(path).sources) != before


def test_the_version_of_an_imported_package_is_in_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "site-packages"
    place.mkdir()
    (place / "otherlib.py").touch()
    info = place / "otherlib-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: otherlib\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(place)
    sources._distribution.cache_clear()
    path = tmp_path / "mine.py"
    path.write_text("import otherlib, yaml, json, sizes\n")
    assert sources.imported_packages([path]) == {"otherlib", "PyYAML"}
    assert sources.imported_files(path) == ()
