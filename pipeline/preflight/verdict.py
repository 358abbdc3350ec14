"""Preflight's verdict: whether a runtime loads a file and, if not, why and what to do."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from onpar.pipeline.preflight.table import Runtime, Table


@dataclass(frozen=True)
class Reason:
    """Why a file does not load: a sentence about the cause, and one with the remedy.

    `operator` is the missing operator, `since` the first version of the runtime that has it. Both
    are empty if the reason is not about an operator; `since` also if no version has it.
    """

    what: str
    remedy: str
    operator: str = ""
    since: str = ""

    @property
    def sentence(self) -> str:
        """Both, as printed."""
        return f"{self.what}; {self.remedy}"


class Answer(StrEnum):
    """Whether a runtime loads a file."""

    LOADS = "loads"
    DOES_NOT = "does not load"
    NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Preflight:
    """A file and a runtime: it loads if no reason is against it, and nothing that decides is
    unknown.

    `unknown` says what is not known, if no reason is against it, as the end of a sentence;
    `checked` what was checked, `unchecked` what such a file or table does not show.
    """

    file: str
    runtime: str
    version: str
    loads: bool
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]
    checked: str
    unchecked: str
    source: str

    @property
    def name(self) -> str:
        """`pytorch_android@1.13.1`."""
        return f"{self.runtime}@{self.version}"

    @property
    def answer(self) -> Answer:
        """One of the three answers."""
        if self.loads:
            return Answer.LOADS
        return Answer.DOES_NOT if self.reasons else Answer.NOT_KNOWN


@dataclass(frozen=True)
class Listed:
    """A runtime in its family's table."""

    family: str
    table: Table
    index: int

    @property
    def runtime(self) -> Runtime:
        """The runtime itself."""
        return self.table.runtimes[self.index]

    @property
    def name(self) -> str:
        """`pytorch_android@1.13.1`."""
        return f"{self.runtime.name}@{self.runtime.version}"

    @property
    def called(self) -> str:
        """`pytorch_android 1.13.1`, for sentences."""
        return f"{self.runtime.name} {self.runtime.version}"

    def schemas(self, operator: str) -> list[str]:
        """The texts of an operator that it has; empty if it does not have it."""
        return self.of(operator, self.index)

    def of(self, operator: str, index: int) -> list[str]:
        """The texts of an operator that the runtime at `index` has."""
        bit = 1 << index
        return [text for text, mask in self.table.operators.get(operator, []) if mask & bit]

    def first(self, operators: Iterable[str], texts: Container[str] | None = None) -> str:
        """The first of its versions that has one of the operators, with one of the texts if given;
        empty if none has. The versions in the table are in order."""
        for index, one in enumerate(self.table.runtimes):
            found = (text for name in operators for text in self.of(name, index))
            if one.name == self.runtime.name and any(
                texts is None or text in texts for text in found
            ):
                return one.version
        return ""

    @cached_property
    def overloads(self) -> dict[str, list[str]]:
        """By name, the full names of every operator that any runtime of the family has."""
        names: dict[str, list[str]] = {}
        for full in self.table.operators:
            space, _, rest = full.partition("::")
            names.setdefault(f"{space}::{rest.partition('.')[0]}", []).append(full)
        return names


def has_since(listed: Listed, since: str) -> str:
    """The end of a sentence about a missing operator: the first version that has it."""
    if since:
        return f"the first {listed.runtime.name} that has it is {since}"
    return f"no published {listed.runtime.name} that onpar knows has it"
