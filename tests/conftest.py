"""What all tests share: real builds (in `builds.py`), and a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from tools import needs

pytest_plugins = ["builds"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = needs("chromium", "make system")
    with sync_playwright() as playwright:
        # A container has no user namespaces for the sandbox; the pages are our own files.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
