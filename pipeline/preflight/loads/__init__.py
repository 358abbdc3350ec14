"""A file's contents and a runtime → a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

from onpar.pipeline.preflight.read.contents import Contents, Use
from onpar.pipeline.preflight.runtimes import FAMILIES
from onpar.pipeline.preflight.verdict import Listed, Preflight, Reason

FULL_INTERPRETERS = ("pytorch_android",)
"""Runtimes without the lite interpreter: from a `.ptl` they load its TorchScript."""


def judged(name: str, contents: Contents, listed: Listed) -> Preflight:
    """The verdict for one runtime."""
    runtime = listed.runtime
    wants_script = runtime.name in FULL_INTERPRETERS and contents.format == "ptl"
    if wants_script and contents.script:
        contents = replace(
            contents.script, format=contents.format, left_out_as=contents.left_out_as
        )
    if wants_script and contents.no_script:
        what = f"{listed.called} loads the TorchScript in a .ptl, not the bytecode, and cannot here"
        remedy = "write it again with `_save_for_lite_interpreter`, or give it the .pt"
        reasons: tuple[Reason, ...] = (Reason(f"{what}: {contents.no_script}", remedy),)
    elif contents.format in runtime.formats:
        module = import_module(FAMILIES[listed.family])
        reasons = tuple(dict.fromkeys(module.reasons(contents, listed)))
    else:
        takes = ", ".join(runtime.formats)
        only = " ".join(f"--format {name}" for name in runtime.formats)
        what = f"{listed.called} does not load {contents.format}: it loads {takes}"
        reasons = (Reason(what, f"give it a file of that format: `onpar export {only}`"),)
    unknown: tuple[str, ...] = ()
    if not reasons:
        unknown = tuple(dict.fromkeys(_unknown(contents, listed)))
    return Preflight(
        file=name,
        runtime=runtime.name,
        version=runtime.version,
        loads=not reasons and not unknown,
        reasons=reasons,
        unknown=unknown,
        checked=_checked(contents),
        unchecked=contents.unchecked,
        source=runtime.source,
    )


def _unknown(contents: Contents, listed: Listed) -> Iterator[str]:
    """What is not known but decides: what is missing in a table is never assumed to be present."""
    runtime = listed.runtime
    operators = sorted({_typed(use) for use in contents.uses})
    if operators and not runtime.operators:
        more = len(operators) - MAX_NAMED
        names = ", ".join(operators[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
        yield (
            f"which operators {listed.called} has, and for which item types ({runtime.source}): "
            f"the file uses {names}"
        )
    yield from import_module(FAMILIES[listed.family]).unknown(contents, listed)


def _typed(use: Use) -> str:
    types = ", ".join(f"{name}: {item}" for name, item in use.types if item)
    return f"{use.operator} ({types})" if types else use.operator


MAX_NAMED = 3
"""The number of operators that a sentence names."""

VERSIONS = {
    "torchscript": "archive version",
    "ptl": "archive version",
    "onnx": "IR version",
    "ort": "IR version",
    "coreml": "specification version",
    "pte": "schema version",
}
"""The name of a format's file version."""


def _checked(contents: Contents) -> str:
    parts = [f"{VERSIONS[contents.format]} {contents.file_version}"]
    if contents.bytecode is not None:
        parts.append(f"bytecode {contents.bytecode}")
    if contents.container:
        parts.append(f"{contents.format.upper()} format {contents.container}")
    # Exporters also name domains that no operator in the file uses.
    used = {one.name.partition("::")[0] for one in contents.uses}
    parts += [f"opset {v} of {domain}" for domain, v in contents.opsets.items() if domain in used]
    count = len({one.operator for one in contents.uses})
    parts.append(f"{count} operator{'' if count == 1 else 's'}")
    parts += [
        f"{count} part{'' if count == 1 else 's'} for {name}"
        for name, count in contents.delegates.items()
    ]
    return ", ".join(parts)
