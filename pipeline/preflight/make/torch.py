"""The family `torch`: PyTorch's runtimes for Android and iOS, and Debian's libtorch.

A release is read from its own archive if Maven has it; else from the archive or the Python package
of the same sources, without the operators that mobile builds leave out.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.preflight.make.fetch import archive, member, wheel
from onpar.pipeline.preflight.make.torch_headers import versions
from onpar.pipeline.preflight.make.torch_lists import Schemas, listed, listed_here, operators
from onpar.pipeline.preflight.make.torch_releases import LITE_FORMATS, RELEASES, Release
from onpar.pipeline.preflight.make.written import Known
from onpar.pipeline.preflight.table import Runtime

ARCHIVES = {
    "1.10.0": "pytorch_android",
    "1.12.2": "pytorch_android_lite",
    "1.13.1": "pytorch_android",
}
"""By version, the archive that Maven has."""

LIBRARY = "torch/lib/libtorch_cpu.so"
HEADER = "caffe2/serialize/versions.h"
DEBIAN = Path("/usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13")
DEBIAN_HEADER = Path("/usr/include") / HEADER


def known() -> list[Known]:
    """Every runtime of the family with its operators. Raises OnparError if a package is not
    available."""
    return [debian(listed("1.13.1"), _others()), *(released(release) for release in RELEASES)]


def debian(nearest: Schemas, others: Schemas) -> Known:
    """Debian's libtorch 1.13.1, on which the iOS app's code runs here, from the operators that its
    release and other releases list. Raises OnparError if it is not installed."""
    if not DEBIAN.exists():
        raise OnparError(f"{DEBIAN}: not there; `make system` installs Debian 12's libtorch")
    shared = {name: [rest] for name, rest in nearest.items()}
    found = operators(DEBIAN, nearest, others, shared)
    source = f"Debian's libtorch1.13 1.13.1+dfsg-4, {_digest(DEBIAN)}: the schemas in its texts"
    release = Release("libtorch", "1.13.1", ("torchscript", "ptl"), "")
    return _known(release, DEBIAN_HEADER, source, found)


def released(release: Release) -> Known:
    """A release. Raises OnparError if its source is not available."""
    if ARCHIVES.get(release.sources) == release.name:
        every, source, header = in_archive(release.sources)
        return _known(release, header, source, every)
    lite, archived = release.formats == LITE_FORMATS, release.sources in ARCHIVES
    every, source, header = (in_archive if archived else in_wheel)(release.sources)
    absent = set[str]() if archived else left_out()
    if lite:
        absent = absent | left_out_of_lite()
    measured = " and ".join(
        f"{ARCHIVES[version]} {version}"
        for version, needed in (("1.13.1", not archived), ("1.12.2", lite))
        if needed
    )
    return _known(
        release,
        header,
        f"not fetched itself; {source}, less what {measured} left out of its sources",
        {name: rest for name, rest in every.items() if name not in absent},
    )


@cache
def in_archive(version: str) -> tuple[Schemas, str, Path]:
    """The operators of an archive, its description, and its versions.h."""
    aar = archive("org.pytorch", ARCHIVES[version], version)
    name = "libpytorch_jni_lite.so" if "lite" in ARCHIVES[version] else "libpytorch_jni.so"
    library = member(aar, f"jni/x86_64/{name}")
    found = operators(library, listed("1.13.1"), _others())
    source = f"Maven's {aar.name}, jni/x86_64/{_digest(library)}: the schemas in its texts"
    return found, source, member(aar, f"headers/{HEADER}")


@cache
def in_wheel(version: str) -> tuple[Schemas, str, Path]:
    """The same for PyTorch's package; its build for aarch64 is without CUDA."""
    package = wheel("torch", version, "3.9", "manylinux2014_aarch64")
    library = member(package, LIBRARY)
    nearest = listed("2.1.0" if version == "2.1.0" else "1.13.1")
    if version in ("2.1.0", "1.13.0", "1.13.1"):
        shared = {name: {rest} for name, rest in nearest.items()}
    else:
        # There is no list for these. Operators of both the release before and the one after are
        # assumed to be there, and those of the lite archive of 1.12.2 in all of 1.12.
        before, after = in_archive("1.10.0")[0], in_archive("1.13.1")[0]
        shared = {name: {before[name], after[name]} for name in before.keys() & after.keys()}
        if version.startswith("1.12."):
            shared |= {name: {rest} for name, rest in in_archive("1.12.2")[0].items()}
    found = operators(library, nearest, _others(), shared)
    source = f"PyPI's torch {version} for aarch64, {_digest(library)}: the schemas in its texts"
    return found, source, member(package, f"torch/include/{HEADER}")


@cache
def left_out() -> set[str]:
    """The operators and whole namespaces that a mobile build leaves out of PyTorch, from the
    archive and the lists of 1.13.1 and 2.1.0."""
    mobile = in_archive("1.13.1")[0]
    spaces = {name.split("::")[0] for name in mobile}
    every = _others().keys()
    return {
        name
        for name in every
        if name.split("::")[0] not in spaces or (name in listed("1.13.1") and name not in mobile)
    }


@cache
def left_out_of_lite() -> set[str]:
    """The operators of the full interpreter that the lite build also leaves out, from the archive
    of 1.12.2 and PyTorch 1.12.1, the last version before it."""
    lite = in_archive("1.12.2")[0]
    return in_wheel("1.12.1")[0].keys() - lite.keys()


@cache
def _others() -> Schemas:
    """Every operator in any list."""
    return listed_here() | listed("2.1.0") | listed("1.13.1")


def _known(release: Release, header: Path, source: str, found: Schemas) -> Known:
    archives, bytecode = versions(header)
    runtime = Runtime(
        release.name, release.version, release.formats, archives, source, bytecode=bytecode
    )
    return Known(runtime, {operator: [rest] for operator, rest in found.items()})


def _digest(path: Path) -> str:
    return f"{path.name} (SHA-256 {file_digest(path)[:12]}…)"
