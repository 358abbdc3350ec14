"""TorchScript `.pt`: the archive's version, and the calls in its code."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.preflight.contents import Contents, Use, unreadable
from pipeline.preflight.torch_archive import Archive, archive
from pipeline.preflight.torch_code import CodeError, calls
from pipeline.preflight.torch_pickle import PickleError, unpickled

GLOBALS = ("__torch__.", "torch.", "collections.OrderedDict")
"""What the pickles of an archive may name (torch/csrc/jit/serialization/unpickler.cpp)."""

TRAINING = re.compile(r"^  training : bool$", re.M)
"""A class of a module has this until it is frozen."""


def read(path: Path) -> Contents:
    """Raises OnparError for what is no TorchScript."""
    with archive(path) as opened:
        return read_script(opened)


def read_script(opened: Archive) -> Contents:
    """What is read of an open archive. Raises OnparError as `read` does."""
    names = [n for n in opened.names if n.startswith("code/") and n.endswith(".py")]
    if not names:
        raise unreadable(opened.path, "not TorchScript: the archive has no code")
    for name in ("data.pkl", "constants.pkl"):
        check_pickle(opened, name)
    uses: dict[Use, None] = {}
    frozen = True
    for name in names:
        try:
            text = opened.read(name).decode("utf-8")
            uses |= dict.fromkeys(calls(text, name))
        except (UnicodeDecodeError, CodeError) as error:
            raise unreadable(opened.path, f"its code cannot be read ({error})") from error
        frozen = frozen and not TRAINING.search(text)
    return Contents(
        format="torchscript",
        file_version=opened.version,
        uses=tuple(uses),
        frozen=frozen,
        unchecked="the types of what it computes on the way: of an operator's overloads one "
        "with as many arguments, of the names given, must be there",
    )


def check_pickle(opened: Archive, name: str) -> object:
    """A pickle's content. Raises OnparError for one that names what no such archive names."""
    try:
        value, names = unpickled(opened.read(name))
    except PickleError as error:
        raise unreadable(opened.path, f"its {name} is damaged ({error})") from error
    foreign = sorted(one for one in names if not one.startswith(GLOBALS))
    if foreign:
        what = f"its {name} names {foreign[0][:80]}, which no TorchScript does; nothing was run"
        raise unreadable(opened.path, what)
    return value
