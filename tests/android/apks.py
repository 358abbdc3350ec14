"""APKs for tests: built as a user builds them, and read."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

from builds import RECIPE, WIDE, onpar

ABI = "arm64-v8a"


@dataclass(frozen=True)
class Made:
    """An APK, and what the command said of it."""

    path: Path
    said: str

    def names(self) -> list[str]:
        with zipfile.ZipFile(self.path) as archive:
            return archive.namelist()

    def read(self, name: str) -> bytes:
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(name)

    def libraries(self) -> list[str]:
        return [name for name in self.names() if name.endswith(".so")]

    def starts(self) -> dict[str, int]:
        """Of every entry that is not compressed, the byte at which its content begins."""
        starts = {}
        with zipfile.ZipFile(self.path) as archive, self.path.open("rb") as file:
            for entry in archive.infolist():
                if entry.compress_type == zipfile.ZIP_STORED:
                    file.seek(entry.header_offset + 26)
                    name, extra = struct.unpack("<HH", file.read(4))
                    starts[entry.filename] = entry.header_offset + 30 + name + extra
        return starts


def make_apk(build: Path, *more: str | Path) -> Made:
    """`onpar apk` on a build of seeded weights at 96×160, for one processor."""
    model = ("--recipe", RECIPE, "--size", WIDE, "--weights", "seeded:0", "--offline")
    done = onpar("apk", *model, "--abi", ABI, "--build", build, *more, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return Made(build / "android" / "onpar.apk", done.stdout)
