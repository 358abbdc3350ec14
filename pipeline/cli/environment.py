"""The output of `onpar env`: versions, machine, tools, and onpar's disk use."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from onpar import __version__
from onpar.pipeline.build_folder.disk_use import DiskUse, disk_use
from onpar.pipeline.cli.show import as_json, table
from onpar.pipeline.host import operating_system, processor
from onpar.pipeline.jobs.scheduler import available_memory
from onpar.pipeline.paths import CHECKOUT, ROOT

PACKAGES = (
    "torch",
    "torchvision",
    "onnx",
    "onnx-ir",
    "onnxruntime",
    "onnxscript",
    "coremltools",
    "executorch",
    "torchao",
    "numpy",
    "pillow",
    "scikit-learn",
    "safetensors",
)

TOOLS = (
    "chromium",
    "java",
    "javac",
    "mvn",
    "aapt2",
    "adb",
    "clang++",
    "cmake",
    "ninja",
    "gnustep-config",
    "xcodebuild",
)
"""The programs of optional parts: the apps' code is built by them (`make system`)."""


def environment(build: Path, json: bool) -> None:
    """Print it as a table, or as JSON with sizes in bytes."""
    machine = {
        "onpar": __version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "checkout" if CHECKOUT else "installed in": str(ROOT),
        "os": operating_system(),
        "arch": platform.machine(),
        "processor": processor(),
        "memory_available_gb": round(available_memory() / 1e9, 1),
    }
    packages = {name: _version(name) for name in PACKAGES}
    tools = {name: _path(name) for name in TOOLS}
    disk = disk_use(build)
    if json:
        as_json({**machine, "packages": packages, "tools": tools, "disk": asdict(disk)})
        return
    absent = {name: value or "not installed" for name, value in {**packages, **tools}.items()}
    rows = [(name, str(value)) for name, value in {**machine, **absent}.items()]
    table("Environment", ("what", "value"), rows)
    table("Disk", ("what", "size", "where"), _rows(disk))
    click.echo(f"To free space: {_way_back(Path(disk.folder))}.")


def _rows(disk: DiskUse) -> list[tuple[str, str, str]]:
    folder = Path(disk.folder)
    sizes = [(kind, size, str(folder / kind)) for kind, size in disk.kinds.items()]
    sizes.append(("all of the build", disk.build, str(folder)))
    if disk.environment:
        sizes.append(("environment", disk.environment, sys.prefix))
    sizes.append(("free", disk.free, "on the disk of the build"))
    return [(what, f"{size / 1e6:,.1f} MB", where) for what, size, where in sizes]


def _way_back(folder: Path) -> str:
    """How to free the space."""
    if folder == ROOT / "build":
        return "`make clean` removes the build"
    return f"delete what you no longer need in {folder}; `onpar parity` makes its own files again"


def _path(name: str) -> str | None:
    """Where the program is, through its links: that mostly names its version, such as
    `java-17-openjdk` or `llvm-14`, and starts nothing."""
    found = shutil.which(name)
    return found and str(Path(found).resolve())


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
