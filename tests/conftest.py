"""What tests share: tools that may be absent on a developer's machine, but never under CI."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

pytest_plugins = ["builds"]


def needs(tool: str, install: str) -> str:
    """The path of a tool. Where it is absent the test is skipped, and under CI it fails: a check
    that silently stops running is no check."""
    path = shutil.which(tool)
    if path is None:
        reason = f"{tool} is not installed; install it with `{install}`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = needs("chromium", "make system")
    with sync_playwright() as playwright:
        # A container has no user namespaces for the sandbox; the pages are our own files.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
