"""Writes the limits' constants into each language: `make limits`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from onpar.parity.files.atomic import write_text
from onpar.pipeline.apps.limits.table import Table, read_table
from onpar.pipeline.apps.limits.to_cpp import cpp_text
from onpar.pipeline.apps.limits.to_java import java_text
from onpar.pipeline.apps.limits.to_python import python_text
from onpar.pipeline.apps.limits.to_swift import swift_text
from onpar.pipeline.paths import ROOT

FILES: Mapping[str, Callable[[Table], str]] = {
    "parity/limits/limits.py": python_text,
    "android_app/core/src/main/java/org/onpar/core/Limits.java": java_text,
    "ios_app/Core/limits.h": cpp_text,
    "ios_app/App/Logic/Limits.swift": swift_text,
}
"""The files to write, relative to the checkout."""


def main() -> None:
    """Write each file."""
    table = read_table()
    for name, text in FILES.items():
        write_text(ROOT / name, text(table))


if __name__ == "__main__":
    main()
