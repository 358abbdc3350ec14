"""Opens a report in a browser."""

from contextlib import contextmanager

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@contextmanager
def opened(browser, path, size=DESKTOP, scheme="light", **options):
    """The page in a fresh browser context; no request but itself, and no complaint."""
    context = browser.new_context(viewport=size, color_scheme=scheme, **options)
    page = context.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    yield page
    assert [url for url in requests if not url.startswith("data:")] == [path.as_uri()]
    assert complaints == []
    context.close()


def row(page, verdict):
    """The section of a row."""
    sections = page.locator("details.row")
    heading = page.locator("h3", has_text=f"{verdict.target} {verdict.variant} on {verdict.case}")
    return sections.filter(has=heading).filter(
        has=page.locator("summary > .badge", has_text=verdict.status)
    )
