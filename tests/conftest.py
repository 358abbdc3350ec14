"""What all tests share: real builds (in `builds.py`), and a browser."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from tools import needs

pytest_plugins = ["builds", "budget"]

# An example may wait for a busy machine; what must be fast has tests of its own.
settings.register_profile("onpar", settings(), deadline=None)
settings.load_profile("onpar")

# Of a shell's background (`make test &`) Ctrl-C is ignored, and what the tests start inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is known to be slow has an hour before it is taken to hang."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = needs("chromium", "make system")
    with sync_playwright() as playwright:
        # A container has no user namespaces for the sandbox; the pages are our own files.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
