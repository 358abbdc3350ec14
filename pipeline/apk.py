"""Artifacts → an APK that a phone installs: the Android app, its runtimes, a model, its photos.

Maven compiles, D8 makes Android's bytecode of it, and what aapt2 linked of the app's resources is
what everything else is added to. Gradle would do the same, and cannot run where Google's registry
is out of reach.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.android_tools import java_home, run, tool
from pipeline.apk_assets import write_assets
from pipeline.apk_contents import Bundled, opened, write_archive
from pipeline.apk_signing import PAGE, debug_key, sign
from pipeline.elf import page_size
from pipeline.errors import OnparError
from pipeline.export import Exported
from pipeline.jobs import Watch
from pipeline.maven import maven, repository
from pipeline.maven_lock import fetch
from pipeline.onnxruntime_android import Found, version
from pipeline.paths import ANDROID, Build
from pipeline.recipe import Recipe

TOOLS = ("mvn", "javac", "keytool", "aapt2", "zipalign")

ABIS = ("arm64-v8a", "armeabi-v7a", "x86_64", "x86")
"""Every processor that PyTorch's archive is for."""

DEFAULT_ABIS = ("arm64-v8a", "x86_64")
"""Today's phones, and the emulator on a PC. Each takes 70 MB more."""


@dataclass(frozen=True)
class Apk:
    """The APK, its size in bytes, and one sentence about what it contains and lacks."""

    path: Path
    bytes: int
    sentence: str


def check_tools() -> None:
    """Raises OnparError where a program is missing."""
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
    """Build `android/onpar.apk` with the models, their photos, PyTorch, and ONNX Runtime where it
    was found. What it has of assets is left in `android/assets`.

    Raises OnparError where a tool is missing or fails, or where what Maven has fetched is not what
    was locked.
    """
    check_tools()
    watch.step("compile the app", 0, 0)
    _compile(build)
    watch.end("compile the app")
    watch.step("make the APK", 0, 0)
    tools = {path.name.split("-")[0]: path for path in _listed("tools")}
    assets, signed = build.android / "assets", build.android / "onpar.apk"
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
        key = debug_key(build.android / "debug.keystore")
        sign(folder / "unsigned.apk", signed, key, tools["apksig"], version("minSdk"))
    watch.end("make the APK")
    size = signed.stat().st_size
    return Apk(signed, size, _sentence(found, abis, bundled, assets, size))


def _compile(build: Build) -> None:
    online = fetch(build)
    # What Maven knows of the files, their poms, is fetched as it goes; later runs do without.
    words = ("package", "-DskipTests", "-pl", "apk", "-am")
    maven(*words, kept=repository(), log=build.logs / "maven-apk.log", online=online)


def dex(bundled: Sequence[Bundled], tools: dict[str, Path], folder: Path) -> None:
    """Make `dex/classes.dex`, and further ones, of the classes. What the language has that an old
    Android has not is rewritten."""
    (folder / "dex").mkdir()
    libraries = ("--lib", tools["android"], "--lib", java_home())
    run(
        *(java_home() / "bin" / "java", "-cp", tools["r8"], "com.android.tools.r8.D8"),
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


def _sentence(
    found: Found, abis: Sequence[str], bundled: Sequence[Bundled], assets: Path, size: int
) -> str:
    models = sorted(p.name for p in (assets / "models").iterdir() if p.suffix != ".json")
    runtimes = [f"PyTorch {version('pytorch')}"]
    if found.path:
        runtimes.insert(0, f"ONNX Runtime ({found.path.name})")
    pages = {
        Path(name).name: page_size(library, name)
        for one in bundled
        for name, library in one.libraries.items()
    }
    small = sorted(name for name, page in pages.items() if page < PAGE)
    said = [
        f"{size / 1e6:.1f} MB, contains {' and '.join(runtimes)} for "
        f"{', '.join(abis)}, with {', '.join(models)}"
    ]
    if not found.path:
        said.append(f"it lacks ONNX Runtime, as {found.why} (--onnxruntime FILE.aar adds it)")
    if small:
        largest = min(pages[name] for name in small) // 1024
        said.append(
            f"{', '.join(small)} are laid out for pages of {largest} KB: a phone with pages of "
            f"{PAGE // 1024} KB does not load them"
        )
    if found.note:
        said.append(found.note)
    return "; ".join(said) + ". Signed with a debug key; it has never run on a phone."


def check_abis(abis: Sequence[str]) -> tuple[str, ...]:
    """The processors that `--abi` names; the default ones where it names none."""
    unknown = [abi for abi in abis if abi not in ABIS]
    if unknown:
        raise OnparError(f"--abi {unknown[0]}: unknown; known: {', '.join(ABIS)}")
    return tuple(abi for abi in ABIS if abi in abis) or DEFAULT_ABIS
