"""Imports of a recipe's file, which come from its own folder first, as with `python FILE`.

Several recipes of one process may each have a `net.py`. Each recipe gets its own: what another one
has imported is set aside while it is loaded. The folder is not added to `sys.path`, where it would
also serve the user's program and the next recipe. Python's bytecode cache is not used: it has the
old code of a file that changed within a second.
"""

from __future__ import annotations

import sys
import sysconfig
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    PathFinder,
    SourceFileLoader,
)
from pathlib import Path
from types import ModuleType

from onpar.pipeline.build_folder.keys import Stamp, file_stamp
from onpar.pipeline.extras import EXTRAS
from onpar.pipeline.jobs.child import in_job
from onpar.pipeline.paths import ROOT

RECIPE_MODULE = "onpar_recipe_"
"""How the name of a recipe's own module begins."""

RESERVED = {
    *sys.stdlib_module_names,
    *(package for packages in EXTRAS.values() for package in packages),
    *("PIL", "click", "filelock", "jinja2", "msgspec", "numpy", "onpar", "rich", "safetensors"),
}
"""Packages that onpar imports itself: a file of the same name in a recipe's folder is not used."""

INSTALLED = ("site-packages", "dist-packages")
"""The names of folders with installed packages."""

NOT_THE_USERS = (
    Path(sysconfig.get_path("stdlib")),
    *(ROOT / name for name in ("exporters", "parity", "pipeline")),
)
"""The folders of Python and of onpar, which may be inside a recipe's folder."""

Loaded = dict[str, tuple[ModuleType, Stamp | None]]

_lock = threading.RLock()
_loaded = dict[Path, Loaded]()


def is_installed(file: Path) -> bool:
    """Whether a file is part of an installed package, of Python or of onpar."""
    return any(part in INSTALLED for part in file.parts) or is_pythons_or_onpars(file)


def is_pythons_or_onpars(file: Path) -> bool:
    """Whether a file is in a folder of Python's or of onpar's."""
    return any(file.is_relative_to(folder) for folder in NOT_THE_USERS)


def is_users(file: Path, recipe: Path) -> bool:
    """Whether a file is in the recipe's folder or below, and not installed."""
    return file.is_relative_to(recipe.resolve().parent) and not is_installed(file)


@contextmanager
def user_imports(recipe: Path) -> Iterator[None]:
    """While code of the recipe's file runs, in one thread at a time. In a job its folder is
    searched afterwards too, for imports in forward()."""
    recipe = recipe.resolve()
    with _lock:
        _forget_others(recipe)
        mine = _loaded.get(recipe, {})
        aside = _clashing(recipe)
        for name in aside:
            del sys.modules[name]
        sys.modules.update({name: module for name, (module, _) in mine.items()})
        before, folder = dict(sys.modules), _finder.folder
        _finder.folder = recipe.parent
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)
        try:
            yield
        finally:
            new = {n: m for n, m in sys.modules.items() if before.get(n) is not m and _own(n, m)}
            kept = {n: one for n, one in mine.items() if sys.modules.get(n) is one[0]}
            _loaded[recipe] = kept | {name: (one, _stamp(one)) for name, one in new.items()}
            if not in_job():
                _finder.folder = folder
                sys.modules.update(aside)


def imported_by(recipe: Path) -> list[Path]:
    """The user's files that the recipe has imported in this process, wherever they are."""
    found = _loaded.get(recipe.resolve(), {})
    return [file for file in (_file(module) for module, _ in found.values()) if file]


def in_folder(name: str, folder: Path) -> ModuleSpec | None:
    """The top-level module of the recipe's folder, if it is imported from there."""
    if name in RESERVED:
        return None
    found = _of(name, [str(folder)])
    if found and found.loader is None:
        # A folder without __init__.py is a package only if there is no other of its name.
        other = PathFinder.find_spec(name)
        return None if other and other.loader and other.origin else found
    return found


class _RecipesFolder(MetaPathFinder):
    """Finds modules in the folder of the recipe whose code runs."""

    folder: Path | None = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if self.folder is None:
            return None
        if path is None:
            return in_folder(fullname, self.folder)
        mine = [one for one in path if is_users(Path(one).resolve(), self.folder / "recipe.py")]
        return _of(fullname, mine)


class _Fresh(SourceFileLoader):
    def path_stats(self, path: str) -> dict[str, int]:
        """Without them, Python compiles the file and does not write its bytecode."""
        raise OSError(path)


_finder = _RecipesFolder()


def _of(name: str, folders: Sequence[str]) -> ModuleSpec | None:
    loaders = ((ExtensionFileLoader, EXTENSION_SUFFIXES), (_Fresh, SOURCE_SUFFIXES))
    found = (FileFinder(folder, *loaders).find_spec(name) for folder in folders)
    return next((spec for spec in found if spec), None)


def _forget_others(recipe: Path) -> None:
    """Another recipe's modules are not found again; those of this one that changed are not."""
    for other, modules in _loaded.items():
        changed = any(_stamp(module) != stamp for module, stamp in modules.values())
        for name, (module, _) in modules.items():
            if sys.modules.get(name) is module and (other != recipe or changed):
                del sys.modules[name]
        if changed:
            modules.clear()


def _clashing(recipe: Path) -> dict[str, ModuleType]:
    """What the user's program imported from elsewhere, by names that the recipe's folder has."""
    names = {one.name.partition(".")[0] for one in recipe.parent.iterdir()} - RESERVED
    tops = {name for name in names if name in sys.modules and in_folder(name, recipe.parent)}
    found = {n: one for n, one in sys.modules.items() if n.partition(".")[0] in tops}
    return {name: one for name, one in found.items() if not _within(one, recipe)}


def _within(module: ModuleType, recipe: Path) -> bool:
    file = _file(module)
    return file is not None and is_users(file, recipe)


def _own(name: str, module: ModuleType) -> bool:
    """Whether a module is the user's, and not a recipe's own."""
    file = getattr(module, "__file__", None)
    # torch.ops names a file that does not exist, `_ops.py`.
    if not isinstance(file, str) or not Path(file).is_absolute() or name == "__main__":
        return False
    if name.startswith(RECIPE_MODULE) or is_installed(Path(file)):
        return False
    # Most end before this; links are followed only for the others, as it takes longer.
    return not is_installed(Path(file).resolve()) and Path(file).is_file()


def _file(module: ModuleType) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file).resolve() if isinstance(file, str) else None


def _stamp(module: ModuleType) -> Stamp | None:
    file = _file(module)
    try:
        return file_stamp(file) if file else None
    except OSError:
        return None
