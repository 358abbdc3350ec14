"""Whether a PyTorch runtime loads a `.pt` or a `.ptl`."""

from __future__ import annotations

from collections.abc import Iterator

from onpar.pipeline.preflight.loads.torch_schemas import schema
from onpar.pipeline.preflight.read.contents import Contents, Use
from onpar.pipeline.preflight.read.torch_names import names, types
from onpar.pipeline.preflight.verdict import Listed, Reason, has_since

FREEZE = (
    "freeze the script before it is saved: `torch.jit.freeze(script.eval())` drops what the model "
    "never runs, such as the other modes of interpolate"
)

REMEDIES = {
    "aten::scaled_dot_product_attention": (
        'write attention as softmax and two matrix products: attn_implementation="eager" for a '
        "model of Hugging Face"
    ),
    "torchvision::nms": (
        "link torchvision's operators into the app (org.pytorch:torchvision_ops for Android, the "
        "pod LibTorchvision for iOS), or return boxes and scores and suppress them there"
    ),
}
"""Remedies for operators that are missing in runtimes, if there is a better one than to write the
model without the operator."""

BACKPORT = (
    "write it in an older bytecode: "
    "`torch.jit.mobile._backport_for_mobile(given, written, to_version={0})`"
)


def reasons(contents: Contents, listed: Listed) -> Iterator[Reason]:
    """Why it does not load; empty if it does."""
    yield from _versions(contents, listed)
    yield from names(contents, listed)
    yield from types(contents, listed)
    if listed.runtime.operators:
        for use in contents.uses:
            yield from _operator(use, contents, listed)


def unknown(contents: Contents, listed: Listed) -> Iterator[str]:
    """What is not known but decides whether it loads, if no reason against it is known."""
    if contents.bytecode is not None and listed.runtime.bytecode is None:
        yield f"which versions of bytecode {listed.called} reads"


def _versions(contents: Contents, listed: Listed) -> Iterator[Reason]:
    low, high = listed.runtime.file_versions
    if not low <= contents.file_version <= high:
        yield Reason(
            f"the archive has version {contents.file_version}, {listed.called} reads {low} to "
            f"{high}",
            f"save it with a PyTorch as old as {listed.called}, {contents.leave_out}",
        )
    known = listed.runtime.bytecode
    if contents.bytecode is None or known is None:
        return
    if contents.bytecode > known[1]:
        yield Reason(
            f"its bytecode has version {contents.bytecode}, {listed.called} reads {known[0]} to "
            f"{known[1]}",
            f"{BACKPORT.format(known[1])}, {contents.leave_out}",
        )
    elif contents.bytecode < known[0]:
        yield Reason(
            f"its bytecode has version {contents.bytecode}, {listed.called} reads {known[0]} to "
            f"{known[1]}",
            "export it again with the PyTorch that onpar has",
        )


def _operator(use: Use, contents: Contents, listed: Listed) -> Iterator[Reason]:
    found = [use.operator] if use.overload is not None else listed.overloads.get(use.name, [])
    texts = [text for name in found for text in listed.schemas(name)]
    if any(schema(text).fits(use) for text in texts):
        return
    fits = {
        text
        for name in found
        for text, _ in listed.table.operators.get(name, [])
        if schema(text).fits(use)
    }
    since = listed.first(found, fits)
    if texts:
        what = f"{listed.called} has {use.operator}, but none that takes {_arguments(use)}"
    else:
        what = f"{listed.called} has no {use.operator}"
    what += f" ({use.where})" if use.overload is None else ""
    fresh = REMEDIES.get(use.operator, f"write the model without {use.operator}")
    fresh = FREEZE if not contents.frozen and use.operator not in REMEDIES else fresh
    yield Reason(
        f"{what}: {has_since(listed, since)}",
        f"{fresh}, {contents.leave_out}",
        use.operator,
        since,
    )


def _arguments(use: Use) -> str:
    if use.overload is not None:
        return f"{use.specified} arguments"
    words = [f"{len(use.given)} arguments"] + [f"`{name}=`" for name, _ in use.keywords]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
