"""What every target captures today: a SHA-256 of every tensor, in `tests/captured/*.sha256`.

    PYTHONPATH=. .venv/bin/python tests/support/captured_digests.py BUILD…

records the captures of builds (a file for each recipe, size and weights), and `assert_as_recorded`
holds a build against its record. A line is `<sha256>  <target>/<variant>/<case>/<tensor>`: the
digest of the tensor's bytes, C order, little-endian. `*/*` stands for all targets and variants that
have the tensor.

EXACT tensors, those of the steps before the file and of probes, are the same on every machine. A
runtime's outputs, and the class maps made of them,
depend on the order of its sums, which its kernels choose by the processor's vector instructions and
by the number of threads: they are compared only on a machine of the recorded kind.
"""

from __future__ import annotations

import os
import platform
import sys
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np

from onpar.parity.contract.capture import read_capture
from onpar.parity.contract.chain import chain_of
from onpar.parity.contract.sidecar import read_sidecar
from onpar.parity.files.atomic import write_text
from onpar.pipeline.build_folder.keys import versions
from onpar.pipeline.host import processor

VERSIONS = ("coremltools", "executorch", "numpy", "onnxruntime", "pillow", "torch")
"""The packages that compute what is captured."""

RECORDS = Path(__file__).parent.parent / "captured"

VECTORS = ("sse4", "ssse", "avx", "fma", "f16c", "amx", "asimd", "sve", "i8mm", "bf16", "fphp")
"""How the flags of /proc/cpuinfo begin that kernels are chosen by."""


class OutputsNotComparedWarning(UserWarning):
    """The record is of another kind of machine: only EXACT tensors were compared."""


@dataclass(frozen=True)
class Found:
    """The captured tensors of a record: their digests by path, and the paths of EXACT ones, which
    no runtime computes."""

    digests: dict[str, str] = field(default_factory=dict)
    exact: set[str] = field(default_factory=set)


def machine() -> str:
    """What the outputs depend on besides the files: processor, threads, vector instructions."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    known = {}
    for line in reversed(lines):
        key, _, value = line.partition(":")
        known[key.strip()] = value.strip()
    flags = known.get("flags", known.get("Features", "")).split()
    vectors = " ".join(sorted(flag for flag in flags if flag.startswith(VECTORS)))
    model = f"family {known.get('cpu family', '?')} model {known.get('model', '?')}"
    return f"{processor()}, {platform.machine()}, {model}, {os.cpu_count()} threads: {vectors}"


def digests_of(build: Path) -> dict[str, Found]:
    """Of every recipe's record in the build: the digest of every captured tensor by its path."""
    sidecars = [read_sidecar(path) for path in (build / "artifacts").glob("[!.]*.json")]
    artifacts = {one.file: one for one in sidecars}
    found: dict[str, Found] = defaultdict(Found)
    for path in sorted((build / "captures").rglob("[!.]*.safetensors")):
        if not path.is_file():
            continue
        capture = read_capture(path)
        info, artifact = capture.info, artifacts[capture.info.artifact]
        options = artifact.options
        name = options.with_weights(artifact.weights)
        chain = chain_of(artifact)
        exact = {*chain.probes, *(made for step in chain.before for made in step.makes)}
        for tensor, value in capture.tensors.items():
            value = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
            at = f"{info.target}/{artifact.variant}/{info.case}/{tensor}"
            found[name].digests[at] = sha256(value.data).hexdigest()
            if tensor in exact:
                found[name].exact.add(at)
    return found


def assert_as_recorded(build: Path) -> None:
    """Every tensor that the build's targets captured has the recorded digest.

    OutputsNotComparedWarning says where outputs were not compared: on a machine of another kind,
    and of targets that the machine of the record did not have, and cases since then.
    """
    here = machine()
    for name, captured in digests_of(build).items():
        found = captured.digests
        there, packages, recorded = read_record(RECORDS / f"{name}.sha256")
        expected = {at: recorded.get(at) or recorded.get(_any(at)) for at in found}
        different = [at for at, sha in found.items() if sha != expected[at]]
        rows = {_row(at) for at in recorded}
        unknown = sorted({_row(at) for at in found} - rows)
        if here != there:
            _warn(f"{name}: the record was made on {there}; this is {here}")
            different = [at for at in different if at in captured.exact]
        elif unknown:
            _warn(f"{name}: the record lacks {len(unknown)} rows, such as {unknown[0]}")
            different = [at for at in different if _any(at) in recorded or _row(at) in rows]
        assert not different, (
            f"{name}: {len(different)} of {len(found)} tensors are not what was recorded with "
            f"{packages}, here {_packages()}; the first are {different[:5]}. If that was meant, "
            "record them again: PYTHONPATH=. .venv/bin/python tests/support/captured_digests.py "
            f"{build}"
        )


def _warn(why: str) -> None:
    warnings.warn(
        f"outputs of runtimes were NOT compared, only decoded, resized and input. {why}",
        OutputsNotComparedWarning,
        stacklevel=3,
    )


def read_record(path: Path) -> tuple[str, str, dict[str, str]]:
    """The machine, the packages, and the digests by path."""
    lines = path.read_text(encoding="utf-8").splitlines()
    machine_line, packages = (line.removeprefix("# ") for line in lines[:2])
    digests = dict(line.split("  ", 1)[::-1] for line in lines[2:])
    return machine_line, packages, digests


def record(build: Path) -> list[Path]:
    """Write the records of a build."""
    written = []
    for name, found in digests_of(build).items():
        lines = [f"{sha}  {at}" for at, sha in sorted(_folded(found).items())]
        path = RECORDS / f"{name}.sha256"
        write_text(path, "\n".join([f"# {machine()}", f"# {_packages()}", *lines, ""]))
        written.append(path)
    return written


def _folded(found: Found) -> dict[str, str]:
    """EXACT tensors that are equal on all targets stand there once."""
    values = defaultdict(set)
    for at, sha in found.digests.items():
        values[_any(at)].add(sha)
    return {
        _any(at) if at in found.exact and len(values[_any(at)]) == 1 else at: sha
        for at, sha in found.digests.items()
    }


def _any(at: str) -> str:
    return "*/*/" + at.split("/", 2)[2]


def _row(at: str) -> str:
    """`<target>/<variant>/<case>`."""
    return "/".join(at.split("/", 3)[:3])


def _packages() -> str:
    return ", ".join(f"{name} {version}" for name, version in versions(VERSIONS).items())


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        for path in record(Path(folder)):
            print(path)
