"""A tool that is absent skips a test on a developer's machine, and fails it under CI."""

import pytest
from tools import needs

ABSENT = "no-tool-has-this-name"


def test_an_absent_tool_skips_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="install it with `make system`"):
        needs(ABSENT, "make system")


def test_an_absent_tool_fails_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="install it with `make system`"):
        needs(ABSENT, "make system")


def test_a_tool_that_is_there_is_given_by_its_path() -> None:
    assert needs("sh", "make system").endswith("/sh")
