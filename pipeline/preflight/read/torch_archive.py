"""Reads untrusted PyTorch zip archives: records by name, each within a limit."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from onpar.pipeline.preflight.read.contents import unreadable

VERSIONS = (".data/version", "version")
"""Where an archive has its version: from 6 on in the first file (caffe2/serialize)."""

PICKLE = 32 << 20
"""The maximum size of a pickle, in bytes. Measured: 1.5 MB for the bytecode of a scripted
transformer of 24 layers."""

CODE = 8 << 20
"""The maximum size of an archive's code, in bytes. Measured: DeepLabV3-ResNet101 0.2 MB, a
transformer of BERT-large's 24 layers 0.2 MB traced and 0.9 MB scripted and frozen."""

DAMAGED_ZIP_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(OSError, ValueError),
)
"""The errors of zipfile for a damaged record; the last two if its offset is before the file."""


@dataclass(frozen=True)
class Archive:
    """An open archive: the names of its records below its only folder."""

    path: Path
    file: zipfile.ZipFile
    folder: str
    names: tuple[str, ...]

    def read(self, name: str, most: int) -> bytes:
        """A record of at most `most` bytes. Raises OnparError if it is missing, damaged, or larger
        when unpacked."""
        whole = f"{self.folder}/{name}"
        try:
            if self.file.getinfo(whole).file_size > most:
                raise unreadable(self.path, f"its record {name} has more than {most:,} bytes")
            return self.file.read(whole)
        except KeyError:
            raise unreadable(self.path, f"it has no record {name}") from None
        except DAMAGED_ZIP_ERRORS as error:
            raise unreadable(self.path, f"its record {name} is damaged ({error})") from error

    @property
    def version(self) -> int:
        """The archive's version. Raises OnparError as `read` does."""
        name = next((one for one in VERSIONS if one in self.names), "version")
        text = self.read(name, 64).strip()
        if not text.isdigit() or len(text) > 9:
            raise unreadable(self.path, f"its record {name} is {text[:20]!r}, expected a number")
        return int(text)


@contextmanager
def archive(path: Path) -> Iterator[Archive]:
    """Open `path`. Raises OnparError if it is not a PyTorch archive."""
    try:
        file = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise unreadable(path, f"not a complete zip archive ({error})") from error
    with file:
        folders = {name.partition("/")[0] for name in file.namelist()}
        if len(folders) != 1:
            what = f"an archive of PyTorch has one folder, this one {len(folders)}"
            raise unreadable(path, what)
        [folder] = folders
        yield Archive(path, file, folder, tuple(n.partition("/")[2] for n in file.namelist()))
