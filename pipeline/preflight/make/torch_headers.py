"""The archive versions that a libtorch reads, from `caffe2/serialize/versions.h` of its package."""

from __future__ import annotations

import re
from pathlib import Path

from onpar.pipeline.errors import OnparError

CONSTANT = re.compile(r"constexpr uint64_t (k\w+) = (0x[0-9A-Fa-f]+|\d+)L?;")
ELSE_BRANCH = re.compile(r"^#else$.*?^#endif$", re.MULTILINE | re.DOTALL)


def versions(header: Path) -> tuple[tuple[int, int], tuple[int, int]]:
    """Lowest and highest archive version, and lowest and highest bytecode version. Raises
    OnparError for another header."""
    text = header.read_text("utf-8")
    # Only 1.12 has two sets of numbers, and defines which one it was built with.
    if "#define ENABLE_UPGRADERS true" in text:
        text = ELSE_BRANCH.sub("", text)
    said = {name: int(value, 0) for name, value in CONSTANT.findall(text)}
    try:
        return (
            (said["kMinSupportedFileFormatVersion"], said["kMaxSupportedFileFormatVersion"]),
            (said["kMinSupportedBytecodeVersion"], said["kMaxSupportedBytecodeVersion"]),
        )
    except KeyError as error:
        raise OnparError(f"{header}: expected {error}; is it versions.h of libtorch?") from error
