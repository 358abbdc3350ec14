"""The family `torch`: PyTorch's runtimes for Android and iOS, and Debian's libtorch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OnparError
from pipeline.keys import file_digest
from pipeline.preflight.make import torch_lists
from pipeline.preflight.make.fetch import archive, member, wheel
from pipeline.preflight.make.torch_headers import versions
from pipeline.preflight.make.torch_lists import Schemas, listed, listed_here
from pipeline.preflight.make.written import Known
from pipeline.preflight.table import Runtime

LIBRARY = "torch/lib/libtorch_cpu.so"
HEADER = "caffe2/serialize/versions.h"
DEBIAN = Path("/usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13")
DEBIAN_HEADER = Path("/usr/include") / HEADER

FULL = ("torchscript", "ptl")
"""What torch::jit::load takes: a `.ptl` has its TorchScript in it, too."""
LITE = ("ptl",)
"""What _load_for_mobile takes: it runs the bytecode, which only a `.ptl` has."""


@dataclass(frozen=True)
class Release:
    """A published runtime; `sources` is the PyTorch whose wheel stands in for an archive that
    cannot be fetched here."""

    name: str
    version: str
    formats: tuple[str, ...]
    sources: str = ""


RELEASES = (
    Release("pytorch_android", "1.10.0", FULL),
    Release("pytorch_android_lite", "1.12.2", LITE),
    Release("pytorch_android", "1.13.1", FULL),
    Release("LibTorch-Lite", "1.13.0.1", LITE, "1.13.0"),
    Release("pytorch_android_lite", "1.13.1", LITE, "1.13.1"),
    Release("pytorch_android", "2.1.0", FULL, "2.1.0"),
    Release("pytorch_android_lite", "2.1.0", LITE, "2.1.0"),
)
MEASURED = RELEASES[2]
"""The archive that says what a mobile build leaves out of PyTorch's sources."""
MEASURED_LITE, ITS_SOURCES = RELEASES[1], "1.12.1"
"""The archive that says what the lite build leaves out besides: the whole interpreter's operators.
There is no PyTorch 1.12.2; its last sources before are 1.12.1's."""


def known() -> list[Known]:
    """Every runtime of the family with its operators. Raises OnparError where a package cannot be
    had."""
    old, new = listed("1.13.1"), listed("2.1.0")
    others = new | old | listed_here()
    mobile = set(archived(MEASURED, old, others).operators)
    lite = set(archived(MEASURED_LITE, old, others).operators)
    sources = _in_wheel(ITS_SOURCES, old, others, shared=False)
    left_out = {FULL: old.keys() - mobile, LITE: (old.keys() - mobile) | (sources.keys() - lite)}
    spaces = {name.split("::")[0] for name in mobile}
    runtimes = [debian(old, others)]
    for release in RELEASES:
        if not release.sources:
            runtimes.append(archived(release, old, others))
            continue
        nearest = new if release.version == "2.1.0" else old
        every = _in_wheel(release.sources, nearest, others, shared=True)
        built = {
            name: rest
            for name, rest in every.items()
            if name not in left_out[release.formats] and name.split("::")[0] in spaces
        }
        runtimes.append(_from_wheel(release, built))
    return runtimes


def debian(nearest: Schemas, others: Schemas) -> Known:
    """Debian's libtorch 1.13.1, on which the iOS app's code runs here. Raises OnparError where it
    is not installed."""
    if not DEBIAN.exists():
        raise OnparError(f"{DEBIAN}: not there; `make system` installs Debian 12's libtorch")
    found = torch_lists.operators(DEBIAN, nearest, others, shared=True)
    source = f"Debian's libtorch1.13 1.13.1+dfsg-4, {_digest(DEBIAN)}: the schemas in its texts"
    return _known(Release("libtorch", "1.13.1", FULL), DEBIAN_HEADER, source, found)


def archived(release: Release, nearest: Schemas, others: Schemas) -> Known:
    """A release that Maven has. Raises OnparError where it cannot be had."""
    aar = archive("org.pytorch", release.name, release.version)
    stem = "libpytorch_jni_lite.so" if release.formats == LITE else "libpytorch_jni.so"
    library = member(aar, f"jni/x86_64/{stem}")
    found = torch_lists.operators(library, nearest, others, shared=False)
    source = f"Maven's {aar.name}, jni/x86_64/{_digest(library)}: the schemas in its texts"
    return _known(release, member(aar, f"headers/{HEADER}"), source, found)


def _in_wheel(sources: str, nearest: Schemas, others: Schemas, shared: bool) -> Schemas:
    library = member(_package(sources), LIBRARY)
    return torch_lists.operators(library, nearest, others, shared)


def _from_wheel(release: Release, built: Schemas) -> Known:
    package = _package(release.sources)
    measured = [MEASURED] if release.formats == FULL else [MEASURED, MEASURED_LITE]
    source = (
        f"not fetched itself; from PyPI's torch {release.sources} for aarch64, torch/lib/"
        f"{_digest(member(package, LIBRARY))}: the schemas in its texts, less what "
        f"{' and '.join(f'{one.name} {one.version}' for one in measured)} leave out of theirs"
    )
    return _known(release, member(package, f"torch/include/{HEADER}"), source, built)


def _package(sources: str) -> Path:
    """A wheel that has no CUDA in it, and lays the same texts as any other."""
    return wheel("torch", sources, "3.10", "manylinux2014_aarch64")


def _known(release: Release, header: Path, source: str, found: Schemas) -> Known:
    archives, bytecode = versions(header)
    runtime = Runtime(
        release.name, release.version, release.formats, archives, source, bytecode=bytecode
    )
    return Known(runtime, {operator: [rest] for operator, rest in found.items()})


def _digest(path: Path) -> str:
    return f"{path.name} (SHA-256 {file_digest(path)[:12]}…)"
