"""Artifacts → an APK: the Android app with its runtimes, a model and its photos.

Maven compiles, D8 makes Android's bytecode, and aapt2 links the app's resources into the archive to
which everything else is added. Gradle would do the same, but needs Google's registry.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from onpar.parity.contract.sidecar import sidecar_path
from onpar.pipeline.apps.android.apk_assets import write_assets
from onpar.pipeline.apps.android.apk_contents import Bundled, opened, write_archive
from onpar.pipeline.apps.android.apk_kept import apk_key, keep, kept
from onpar.pipeline.apps.android.apk_sentence import sentence
from onpar.pipeline.apps.android.apk_signing import debug_key, sign
from onpar.pipeline.apps.android.java import QUICK_START
from onpar.pipeline.apps.android.maven import (
    NotFetchedError,
    building_alone,
    fetching_alone,
    maven,
    repository,
)
from onpar.pipeline.apps.android.maven_lock import archives, check_new, fetch
from onpar.pipeline.apps.android.onnxruntime_android import Found, version
from onpar.pipeline.apps.android.tools import java_home, run, tool
from onpar.pipeline.build_folder.code import code_of
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.paths import ANDROID, Build
from onpar.pipeline.recipes.recipe import Recipe

TOOLS = ("mvn", "javac", "keytool", "aapt2", "zipalign")

ABIS = ("arm64-v8a", "armeabi-v7a", "x86_64", "x86")
"""Every ABI that PyTorch's archive supports."""

DEFAULT_ABIS = ("arm64-v8a", "x86_64")
"""Today's phones, and the emulator on a PC. Each ABI adds 70 MB."""


@dataclass(frozen=True)
class Apk:
    """The APK, its size in bytes, and one sentence about its content and what is missing."""

    path: Path
    bytes: int
    sentence: str


def check_tools() -> None:
    """Raises OnparError if a program is missing."""
    for name in TOOLS:
        tool(name)


def apk(
    recipe: Recipe,
    exports: Sequence[Exported],
    found: Found,
    abis: Sequence[str],
    build: Build,
    watch: Watch,
) -> Apk:
    """Build `android/onpar.apk` with the models, their photos, PyTorch, and ONNX Runtime if it was
    found. The assets stay in `android/assets`.

    Raises OnparError if a tool is missing or fails, or if a file that Maven fetched does not match
    the lock.
    """
    check_tools()
    signed = build.android / "onpar.apk"
    key = apk_key(
        code=code_of(build).digest("onpar.pipeline.apps.android.apk"),
        models=[one.artifact.sha256 for one in exports if one.artifact],
        sidecars=[file_digest(sidecar_path(one.path)) for one in exports if one.artifact],
        photos=[file_digest(photo) for photo in recipe.photos],
        onnxruntime=file_digest(found.path) if found.path else found.why,
        abis=abis,
    )
    said = kept(signed, key)
    if said:
        return Apk(signed, signed.stat().st_size, said)
    fetch(build, watch)
    with building_alone():
        watch.step("compile the app", 0, 0)
        _compile(build)
        watch.end("compile the app")
        return _make(recipe, exports, found, abis, key, build, watch)


def _make(
    recipe: Recipe,
    exports: Sequence[Exported],
    found: Found,
    abis: Sequence[str],
    key: str,
    build: Build,
    watch: Watch,
) -> Apk:
    """The APK, from the compiled classes."""
    assets, signed = build.android / "assets", build.android / "onpar.apk"
    watch.step("make the APK", 0, 0)
    tools = {path.name.split("-")[0]: path for path in _listed("tools")}
    build.android.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=build.android, prefix=".onpar-") as temporary:
        folder = Path(temporary)
        paths = [path for path in _listed("bundled") if found.path or not _for_onnx(path)]
        bundled = [opened(path, path.stem, abis, folder) for path in paths]
        if found.path:
            bundled.append(opened(found.path, "onnxruntime-android", abis, folder))
        libraries = [Path(name).name for one in bundled for name in one.libraries]
        write_assets(assets, recipe, exports, [*(one.name for one in bundled), *libraries])
        dex(bundled, tools, folder)
        write_archive(folder / "unsigned.apk", _entries(bundled, folder / "dex", assets))
        own = debug_key(build.android / "debug.keystore")
        sign(folder / "unsigned.apk", signed, own, tools["apksig"], version("minSdk"))
    watch.end("make the APK")
    size = signed.stat().st_size
    said = sentence(found, abis, bundled, assets, size)
    keep(signed, key, said)
    return Apk(signed, size, said)


def _compile(build: Build) -> None:
    words = ("package", "-DskipTests", "-pl", "apk", "-am")
    log = build.logs / "maven-apk.log"
    try:
        maven(*words, kept=repository(), log=log, online=False)
    except NotFetchedError:
        # It fetches the files' poms during the run; later runs are offline.
        with fetching_alone(repository()):
            before = archives(repository())
            maven(*words, kept=repository(), log=log, online=True)
            check_new(before, archives(repository()))


def dex(bundled: Sequence[Bundled], tools: dict[str, Path], folder: Path) -> None:
    """Make `dex/classes.dex`, and more such files, from the classes. Language features that an old
    Android does not have are rewritten."""
    (folder / "dex").mkdir()
    libraries = ("--lib", tools["android"], "--lib", java_home())
    run(
        *(java_home() / "bin" / "java", *QUICK_START),
        *("-cp", tools["r8"], "com.android.tools.r8.D8"),
        *(*libraries, "--min-api", version("minSdk"), "--output", folder / "dex"),
        *(one.classes for one in bundled),
    )


def _listed(which: str) -> list[Path]:
    text = (ANDROID / "apk" / "target" / f"{which}.txt").read_text("utf-8")
    return [Path(line) for line in text.strip().split(":")]


def _for_onnx(path: Path) -> bool:
    return path.name.startswith("onpar-runtime-onnxruntime")


def _entries(bundled: Sequence[Bundled], dex: Path, assets: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(ANDROID / "app" / "target" / "resources.apk") as resources:
        entries = [(name, resources.read(name)) for name in resources.namelist()]
    entries += [(path.name, path.read_bytes()) for path in dex.iterdir()]
    for one in bundled:
        entries += [*one.libraries.items(), *one.resources.items()]
    for path in assets.rglob("*"):
        if path.is_file():
            entries.append((f"assets/{path.relative_to(assets).as_posix()}", path.read_bytes()))
    return entries


def check_abis(abis: Sequence[str]) -> tuple[str, ...]:
    """The ABIs that `--abi` names; the default ones if it names none."""
    unknown = [abi for abi in abis if abi not in ABIS]
    if unknown:
        raise OnparError(f"--abi {unknown[0]}: unknown; known: {', '.join(ABIS)}")
    return tuple(abi for abi in ABIS if abi in abis) or DEFAULT_ABIS
