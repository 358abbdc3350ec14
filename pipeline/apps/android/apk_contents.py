"""The content of an APK: its entries, and a deterministic archive of them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from onpar.pipeline.errors import OnparError

ENTRY_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every entry, so that the archive does not depend on when it was made."""

UNCOMPRESSED_SUFFIXES = (
    ".so",
    ".dex",
    ".arsc",
    ".png",
    ".jpg",
    ".jpeg",
    ".pt",
    ".onnx",
    ".ort",
    ".ptl",
)
"""The files that are not compressed. Libraries are mapped from the archive, as is the table of
resources from Android 11 on; models and photos would hardly become smaller."""


@dataclass(frozen=True)
class Bundled:
    """The content of an Android archive or a jar for an APK: its classes as a jar for D8, its
    native libraries by their path in the APK, and the files that its classes read."""

    name: str
    classes: Path
    libraries: Mapping[str, bytes]
    resources: Mapping[str, bytes]


def opened(path: Path, name: str, abis: Sequence[str], folder: Path) -> Bundled:
    """The content of the `.jar` or `.aar` at `path`, called `name`, for these ABIs; an archive's
    classes are unpacked into `folder`. Raises OnparError if it has no libraries for one of them."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if path.suffix == ".jar":
                own = [n for n in names if not n.startswith("META-INF/")]
                files = [n for n in own if not n.endswith(("/", ".class"))]
                return Bundled(name, path, {}, {n: archive.read(n) for n in sorted(files)})
            libraries: dict[str, bytes] = {}
            for abi in abis:
                found = [n for n in names if n.startswith(f"jni/{abi}/") and n.endswith(".so")]
                if not found:
                    there = ", ".join(sorted({n.split("/")[1] for n in names if n[:4] == "jni/"}))
                    raise OnparError(
                        f"{path.name} has no libraries for {abi}; it has {there}: choose one of "
                        "those with --abi"
                    )
                libraries |= {f"lib/{n.removeprefix('jni/')}": archive.read(n) for n in found}
            classes = folder / f"{name}.jar"
            classes.write_bytes(archive.read("classes.jar"))
            return Bundled(name, classes, libraries, {})
    except (zipfile.BadZipFile, KeyError) as error:
        raise OnparError(f"{path}: no whole Android archive ({error}); get it again") from error


def write_archive(path: Path, entries: Iterable[tuple[str, bytes]]) -> None:
    """Write the entries, sorted by name. Raises OnparError if two have the same name."""
    content = sorted(entries)
    names = [name for name, _ in content]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise OnparError(f"two files would be {min(twice)} in the APK; leave one of them out")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content:
            entry = zipfile.ZipInfo(name, ENTRY_TIME)
            entry.external_attr = 0o644 << 16
            entry.compress_type = (
                zipfile.ZIP_STORED if name.endswith(UNCOMPRESSED_SUFFIXES) else zipfile.ZIP_DEFLATED
            )
            archive.writestr(entry, data)
