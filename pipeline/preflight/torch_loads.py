"""Whether a runtime of PyTorch's loads a `.pt` or a `.ptl`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.preflight.contents import Contents, Use
from pipeline.preflight.read_torchscript import KNOWN, SINCE
from pipeline.preflight.torch_schemas import schema
from pipeline.preflight.verdict import Listed, Reason, has_since

FREEZE = (
    "freeze the script before it is saved: `torch.jit.freeze(script.eval())` drops what the model "
    "never runs, such as the other modes of interpolate"
)

FREEZE_TYPE = (
    "trace the model instead of scripting it, so that nothing of such a type is left in it "
    "(an LSTM's packed sequences)"
)

BACKPORT = (
    "write it in an older bytecode: "
    "`torch.jit.mobile._backport_for_mobile(given, written, to_version={0})`"
)

LEAVE_OUT = 'or leave it out: left_out={{"{0}": "why"}} in the recipe'


CLASSES = "__torch__.torch.classes."
"""Where the classes live that are registered in C++."""

WITHOUT_OPERATOR = ("_nnapi.Compilation",)
"""Classes that no schema of the table names, and libtorch 1.13.1 has: asked with getCustomClass."""


def reasons(contents: Contents, listed: Listed) -> Iterator[Reason]:
    """Why it does not load; nothing where it does."""
    yield from _versions(contents, listed)
    yield from _names(contents, listed)
    yield from _types(contents, listed)
    if listed.runtime.operators:
        for use in contents.uses:
            yield from _operator(use, contents, listed)


def _versions(contents: Contents, listed: Listed) -> Iterator[Reason]:
    low, high = listed.runtime.file_versions
    if not low <= contents.file_version <= high:
        yield Reason(
            f"the archive has version {contents.file_version}, {listed.called} reads {low} to "
            f"{high}",
            f"save it with a PyTorch of {listed.called}'s time, {_out(contents)}",
        )
    known = listed.runtime.bytecode
    if contents.bytecode is None or known is None:
        return
    if contents.bytecode > known[1]:
        yield Reason(
            f"its bytecode has version {contents.bytecode}, {listed.called} reads {known[0]} to "
            f"{known[1]}",
            f"{BACKPORT.format(known[1])}, {_out(contents)}",
        )
    elif contents.bytecode < known[0]:
        yield Reason(
            f"its bytecode has version {contents.bytecode}, {listed.called} reads {known[0]} to "
            f"{known[1]}",
            "export it again with the PyTorch that onpar has",
        )


def _names(contents: Contents, listed: Listed) -> Iterator[Reason]:
    """Item types, classes and other globals that the runtime does not know."""
    for name in contents.names:
        if name.startswith(CLASSES):
            if listed.runtime.operators and not _has_class(name, listed, 1 << listed.index):
                what = f"{listed.called} has no class {name.removeprefix(CLASSES)}"
                elsewhere = [one for one in _of_name(listed) if _has_class(name, listed, 1 << one)]
                way = f"write the model without what makes one, {_out(contents)}"
                yield _missing(what, way, listed, elsewhere)
        elif name.startswith("torch.") and name.endswith("Storage"):
            since = SINCE.get(name, (99,))
            if since > _torch(listed, listed.index):
                item = name.removeprefix("torch.").removesuffix("Storage")
                what = f"{listed.called} knows no tensors of {item}"
                elsewhere = [one for one in _of_name(listed) if since <= _torch(listed, one)]
                way = f"store them as another item type, such as int32 or float16, {_out(contents)}"
                yield _missing(what, way, listed, elsewhere)
        elif name.startswith("torch.") and name not in KNOWN:
            what = f"{listed.called} knows no {name}, which its data names"
            yield _missing(what, f"write the model without it, {_out(contents)}", listed, [])


def _missing(what: str, way_out: str, listed: Listed, elsewhere: list[int]) -> Reason:
    since = listed.table.runtimes[elsewhere[0]].version if elsewhere else ""
    return Reason(f"{what}: {has_since(listed, since)}", way_out, since=since)


def _of_name(listed: Listed) -> list[int]:
    """The places of the runtime's versions in the table."""
    name = listed.runtime.name
    return [index for index, one in enumerate(listed.table.runtimes) if one.name == name]


def _torch(listed: Listed, index: int) -> tuple[int, ...]:
    """PyTorch's version, without the last number, of a runtime that has the same."""
    return tuple(int(n) for n in listed.table.runtimes[index].version.split(".")[:2])


def _has_class(name: str, listed: Listed, bit: int) -> bool:
    """Whether an operator takes or gives the class: it is registered with them."""
    whole = re.compile(rf"{re.escape(name)}(?![\w.])")
    return name.removeprefix(CLASSES) in WITHOUT_OPERATOR or any(
        mask & bit and name in text and whole.search(text)
        for texts in listed.table.operators.values()
        for text, mask in texts
    )


def _types(contents: Contents, listed: Listed) -> Iterator[Reason]:
    """What the lite interpreter cannot make: tried with PyTorch 1.13.1 and 2.14."""
    for name in contents.types:
        # Its parser of types takes any `__torch__.torch.` for the beginning of a class of C++.
        for inner in re.findall(r"__torch__\.torch\.(?!classes\.)[\w.]+", name):
            yield Reason(
                f"the lite interpreter of {listed.called} makes no type "
                f"{inner.removeprefix('__torch__.')} out of bytecode",
                f"{FREEZE_TYPE}, {_out(contents)}",
            )
    for name in contents.enums:
        yield Reason(
            f"the lite interpreter of {listed.called} reads no enum "
            f"({name.removeprefix('__torch__.')})",
            f"keep a number or a text instead, {_out(contents)}",
        )


def _operator(use: Use, contents: Contents, listed: Listed) -> Iterator[Reason]:
    names = [use.operator] if use.overload is not None else listed.overloads.get(use.name, [])
    texts = [text for name in names for text in listed.schemas(name)]
    if any(schema(text).fits(use) for text in texts):
        return
    fits = {
        text
        for name in names
        for text, _ in listed.table.operators.get(name, [])
        if schema(text).fits(use)
    }
    since = listed.first(names, fits)
    if texts:
        what = f"{listed.called} has {use.operator}, but none that takes {_arguments(use)}"
    else:
        what = f"{listed.called} has no {use.operator}"
    what += f" ({use.where})" if use.overload is None else ""
    fresh = FREEZE if not contents.frozen else f"write the model without {use.operator}"
    yield Reason(
        f"{what}: {has_since(listed, since)}", f"{fresh}, {_out(contents)}", use.operator, since
    )


def _arguments(use: Use) -> str:
    if use.overload is not None:
        return f"{use.specified} arguments"
    words = [f"{len(use.given)} arguments"] + [f"`{name}=`" for name, _ in use.keywords]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _out(contents: Contents) -> str:
    return LEAVE_OUT.format(contents.format)
