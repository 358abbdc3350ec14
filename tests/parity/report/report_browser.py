"""Opens a report in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize

from onpar.parity.judge.verdict import Verdict

Scheme = Literal["light", "dark"]

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
LOOKS = [(size, scheme) for size in (DESKTOP, PHONE) for scheme in ("light", "dark")]

CONTRAST = """element => {
  const linear = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  let behind = element;
  while (numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const pair = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
  const [a, b] = pair.map(c => luminance(numbers(c)) + 0.05);
  return Math.max(a, b) / Math.min(a, b);
}"""
"""WCAG 2.2's contrast ratio of an element's text and what lies behind it."""


@contextmanager
def opened(
    browser: Browser,
    path: Path,
    size: ViewportSize = DESKTOP,
    scheme: Scheme = "light",
    **options: Any,
) -> Iterator[Page]:
    """The page in a fresh browser context; no request but itself, and no complaint."""
    context = browser.new_context(viewport=size, color_scheme=scheme, **options)
    page = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    yield page
    assert [url for url in requests if not url.startswith("data:")] == [path.as_uri()]
    assert complaints == []
    context.close()


def box(element: Locator) -> FloatRect:
    """Where an element stands on the page; it must be shown."""
    found = element.bounding_box()
    assert found is not None
    return found


def row(page: Page, verdict: Verdict) -> Locator:
    """The section of a row."""
    sections = page.locator("details.row")
    heading = page.locator("h3", has_text=f"{verdict.target} {verdict.variant} on {verdict.case}")
    return sections.filter(has=heading).filter(
        has=page.locator("summary > .badge", has_text=verdict.status)
    )
