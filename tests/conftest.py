"""What all tests share: real builds (in `builds.py`), and a browser."""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from tools import needs

pytest_plugins = ["builds", "budget"]

# PyTorch's threads must not spin while they wait: the tests of another process want the core.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# An example may wait for a busy machine; what must be fast has tests of its own.
settings.register_profile("onpar", settings(), deadline=None)
settings.load_profile("onpar")

# Of a shell's background (`make test &`) Ctrl-C is ignored, and what the tests start inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)


LONGEST = (
    "tests/whole/test_readme.py",
    "tests/ios/test_core.py",
    "tests/fuzz/test_fuzz.py",
    "tests/pipeline/cli/test_killed.py",
    "tests/pipeline/recipes/test_user_recipes.py",
    "tests/pipeline/export/test_reproducible.py",
    "tests/mutants/test_mutants.py",
    "tests/mutants/test_honest_variants.py",
    "tests/whole/test_workflow.py",
    "tests/pipeline/evaluate/test_evaluate_interrupted.py",
    "tests/pipeline/cli/test_read_only_checkout.py",
    "tests/pipeline/cli/test_two_at_once.py",
    "tests/whole/test_extending.py",
    "tests/whole/test_make_clean.py",
)
"""Files that come first: one of these at the end would keep one of two processes busy alone. The
first builds what most others share, in three minutes; those after it need nothing of it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is known to be slow has an hour before it is taken to hang."""
    place = {name: index for index, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONGEST)))
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
