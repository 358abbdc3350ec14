"""ExecuTorch `.pte`: schema version, operators that are not delegated, and the delegates.

Fields are numbered as in executorch/exir/_serialize/program.fbs.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from onpar.pipeline.preflight.read.contents import Contents, Use, unreadable
from onpar.pipeline.preflight.read.flat import FlatError, mapped, number, root

IDENTIFIER = b"ET"
"""The beginning of the file's identifier; two digits follow, the schema's version."""

PROGRAM_VERSION, PROGRAM_PLANS = 0, 1
PLAN_NAME, PLAN_OPERATORS, PLAN_DELEGATES = 0, 6, 7
HEADER = b"eh00"
"""The beginning of the header after the identifier; older programs have no header."""

HEADER_AT, HEADER_LENGTH, HEADER_SHORTEST = 8, 12, 24
PROGRAM_SIZE, SEGMENTS_BEGIN, SEGMENTS_SIZE = 16, 24, 32
"""The offsets of its numbers in the file, and its minimum length, without the segments' size
(executorch/exir/_serialize/_program.py, _ExtendedHeader)."""

OPERATOR_NAME, OPERATOR_OVERLOAD = 0, 1
DELEGATE_ID = 0


def read(path: Path) -> Contents:
    """Raises OnparError if it is not an ExecuTorch program."""
    try:
        return _contents(mapped(path))
    except (ValueError, FlatError) as error:
        raise unreadable(path, f"not a whole ExecuTorch program ({error})") from error


def _contents(content: memoryview) -> Contents:
    identifier = bytes(content[4:8])
    if identifier[:2] != IDENTIFIER or not identifier[2:].isdigit():
        raise FlatError(f"its identifier is {identifier!r}, expected ET and two digits")
    _check_size(content)
    program = root(content, identifier)
    uses: dict[Use, None] = {}
    delegates: Counter[str] = Counter()
    for plan in program.tables(PROGRAM_PLANS):
        where = f"method {plan.text(PLAN_NAME)}"
        for operator in plan.tables(PLAN_OPERATORS):
            overload = operator.text(OPERATOR_OVERLOAD)
            uses[Use(operator.text(OPERATOR_NAME), overload=overload, where=where)] = None
        delegates.update(one.text(DELEGATE_ID) for one in plan.tables(PLAN_DELEGATES))
    return Contents(
        format="pte",
        # The version of incompatible schema changes is in the identifier (ET12). The field counts
        # compatible changes, and has been 0 so far.
        file_version=program.scalar(PROGRAM_VERSION, "I"),
        container=int(identifier[2:]),
        uses=tuple(uses),
        delegates=dict(delegates),
        unchecked="item types, and the data of the delegates",
    )


def _check_size(content: memoryview) -> None:
    """Raises FlatError if the file ends before the program or its weights do."""
    if bytes(content[HEADER_AT:HEADER_LENGTH]) != HEADER:
        return
    length = number(content, HEADER_LENGTH, "I")
    if length < HEADER_SHORTEST:
        raise FlatError(f"its header has {length} bytes, expected {HEADER_SHORTEST} or more")
    due = number(content, PROGRAM_SIZE, "Q")
    if length > HEADER_SHORTEST:
        segments = number(content, SEGMENTS_SIZE, "Q")
        due = max(due, number(content, SEGMENTS_BEGIN, "Q") + segments if segments else 0)
    if due > len(content):
        raise FlatError(f"it has {len(content):,} bytes, and by its header {due:,}")
