"""The README's pictures, of a run of the default recipe: `make pictures` writes them to docs/.

    PYTHONPATH=.:tests/android .venv/bin/python bench/pictures.py BUILD

BUILD is the build folder of `onpar parity` without --recipe. `report.png` is the top of its report
and the row ROW, as Chromium shows them; the two screens are those of the Android app with BUILD's
ONNX file and the recipe's photos, on Robolectric.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path

from jvm import SCREENS, first_screens
from PIL import Image
from playwright.sync_api import sync_playwright

from onpar.pipeline.paths import ROOT

DOCS = ROOT / "docs"

REPORT = "report.png"
ROW = "android-host onnx-fp32-tensor on astronaut"

WIDTH, TOP, GAP, BELOW = 1100, 1000, 12, 400
"""Pixels: the page's width, how much of its top is shown, the bar below that, and how much of the
row is shown."""


def report_picture(build: Path, path: Path) -> None:
    """The top of the report, and below it the row ROW with its pictures."""
    [report] = (build / "reports").glob("selfie_segmentation-*/report.html")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": TOP})
        page.goto(report.resolve().as_uri())
        top = page.screenshot()
        row = page.locator("details.row", has_text=ROW).first
        row.evaluate("element => { element.open = true }")
        shown = row.screenshot()
        browser.close()
    parts = [Image.open(io.BytesIO(part)).convert("RGB") for part in (top, shown)]
    whole = Image.new("RGB", (WIDTH, TOP + GAP + BELOW), "white")
    whole.paste("black", (0, TOP, WIDTH, TOP + GAP))
    whole.paste(parts[0], (0, 0))
    whole.paste(parts[1].crop((0, 0, parts[1].width, BELOW)), (0, TOP + GAP))
    whole.quantize(256).save(path, optimize=True)


def main() -> int:
    """Make the three pictures. Gives 1, and the trace, if the app fails."""
    build = Path(sys.argv[1])
    report_picture(build, DOCS / REPORT)
    with tempfile.TemporaryDirectory() as folder:
        for trace in first_screens("java", build, Path(folder)).values():
            if trace:
                print(trace)
                return 1
        for name in SCREENS:
            screen = Image.open(Path(folder, "screens", name))
            small = screen.convert("RGB").resize((411, 891), Image.Resampling.LANCZOS)
            small.quantize(256).save(DOCS / name, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
