"""The pytest plugin with the fixture `assert_on_par`. pytest imports it at every start, so it
imports nothing from onpar before the fixture is called."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from onpar import CompareResult, RunResult

    OnePath = str | os.PathLike[str]
    What = OnePath | Sequence[OnePath] | Iterator[OnePath] | RunResult | CompareResult

TAKES = (
    "a recipe, an exported file, captures (a path, or several in a list), or a result of onpar, "
    "such as onpar.compare(got, reference)"
)
MOST = 5
"""The number of reasons that a failure shows; the report has all."""


class AssertOnPar(Protocol):
    """The type of the fixture `assert_on_par`."""

    def __call__(
        self,
        what: What,
        *,
        allow_unjudged: bool = False,
        **options: Any,
    ) -> RunResult | CompareResult: ...


@pytest.fixture(scope="session", name="assert_on_par")
def assert_on_par_fixture() -> AssertOnPar:
    """Call it with a recipe, an artifact, captures, or a result of onpar. The test fails if that is
    not on par, with the reason, the step at fault, and the path of the report.

    A name, or a path that ends in .py, is a recipe, with the options of onpar.run_parity. A folder,
    a .safetensors file without a sidecar, or a list of paths, is captures, with the options of
    onpar.check_captures; an empty list fails. Any other path is an artifact, with the options of
    onpar.check_artifact.

    An UNJUDGED row fails too, and so does a run in which nothing was judged, unless
    `allow_unjudged` is true, like `--allow-unjudged` of the command. Returns the result.
    """
    return assert_on_par


def assert_on_par(
    what: What,
    *,
    allow_unjudged: bool = False,
    **options: Any,
) -> RunResult | CompareResult:
    """The fixture's function."""
    __tracebackhide__ = True
    from onpar import OnparError

    message = ""
    try:
        result = _result(what, options)
    except OnparError as error:
        message = f"onpar: {error}"
    if message:
        pytest.fail(message)
    if not (result.on_par or (allow_unjudged and result.exit_code == 3)):
        pytest.fail(failure(result))
    return result


def failure(result: RunResult | CompareResult) -> str:
    """The message of a test that fails on the result."""
    from onpar import CompareResult
    from onpar.parity.report.printable import printable
    from onpar.parity.report.reasons import reasons

    if isinstance(result, CompareResult):
        found = [f"{row.status}: {row.sentence}" for row in result.rows if not row.on_par]
        lines = found[:MOST]
    else:
        open_rows = result.run.failed or result.run.unjudged or result.run.not_run
        found = [
            f"{heading} on {', '.join(cases)}\n  {printable(sentence)}"
            for (heading, sentence), cases in reasons(open_rows).items()
        ]
        lines = [*found[:MOST], *result.errors, *result.run.problems]
    more = [f"and {len(found) - MOST} more reasons"] if len(found) > MOST else []
    report = getattr(result, "report", None)
    where = [f"Report: {report.resolve()}"] if report else []
    return "\n".join([result.answer, *lines, *more, *where])


def _result(what: What, options: dict[str, Any]) -> RunResult | CompareResult:
    __tracebackhide__ = True
    from onpar import CompareResult, OnparError, RunResult

    if isinstance(what, RunResult | CompareResult):
        if options:
            raise OnparError(f"assert_on_par: a result takes no options: {', '.join(options)}")
        return what
    if not isinstance(what, str | os.PathLike | list | tuple | Iterator):
        raise OnparError(f"assert_on_par takes {TAKES}; this is of type {type(what).__name__}")
    call, defaults = _call(what, options)
    known = list(signature(call).parameters)[1:]
    unknown = [name for name in options if name not in known]
    if unknown:
        raise OnparError(
            f"assert_on_par: {', '.join(unknown)}: no such option; what was given is judged by "
            f"onpar.{call.__name__}, with the options {', '.join(known)}"
        )
    return call(what, **{**defaults, **options})


def _call(what: Any, options: dict[str, Any]) -> tuple[Callable[..., RunResult], dict[str, Any]]:
    """The function for what was given, and its options that differ from its own defaults."""
    import onpar
    from onpar.parity.contract.sidecar import sidecar_path
    from onpar.pipeline.recipes import RECIPES

    path = Path(what) if isinstance(what, str | os.PathLike) else None
    if path is not None:
        plain = not path.suffix and len(path.parts) == 1
        if str(what) in RECIPES or path.suffix == ".py" or (plain and not path.exists()):
            return onpar.run_parity, {}
        captures = path.is_dir() or (path.exists() and path.suffix == ".safetensors")
        if sidecar_path(path).exists() or not captures:
            return onpar.check_artifact, {}
    name = f"captures-{path.stem}" if path else "captures"
    return onpar.check_captures, {"report": Path(f"{options.get('build', 'build')}/reports/{name}")}
