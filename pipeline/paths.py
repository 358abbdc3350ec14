"""Paths: the checkout's committed files, and the folders of a build."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

"""The checkout; for an installed package the folder `onpar`, which has the files needed at run time
at the same paths."""

CHECKOUT = (ROOT / "pyproject.toml").is_file()
"""Whether this is a checkout: only a checkout has the apps and the committed goldens."""

ONLY_A_CHECKOUT = "only a checkout of onpar has the apps: clone its repository, and run onpar there"

IMAGES = ROOT / "golden" / "images"
STATISTICS = ROOT / "golden" / "statistics"
COMMITTED_GOLDENS = ROOT / "golden" / "tensors"
DEMO = ROOT / "pipeline" / "demo" / "weights"
ANDROID = ROOT / "android_app"
IOS = ROOT / "ios_app"
REQUIRED = ROOT / "golden" / "required.txt"

PHOTOGRAPHS = tuple(
    IMAGES / name for name in ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")
)
"""Photographs as published; golden/images/SOURCES.md has their sources and licences. The statistics
of seeded weights are measured on them, and held-out scenes are drawn over them."""

PHONE_PHOTOS = tuple(
    ROOT / "golden" / "phone_photos" / name for name in ("astronaut.jpg", "chelsea.png")
)
"""Two of them in the form that phones store, so that the cases cover more: portrait, EXIF
orientation 6, 4:2:0, more than 1024 pixels; and smaller than the model's input."""

PHOTOS = (*PHONE_PHOTOS, *PHOTOGRAPHS[2:])
"""The photos that recipes run by default."""

SCENES = tuple(ROOT / "golden" / "scenes" / name for name in ("square.png", "wide.png"))
"""Generated scenes, also cases of the recipe with demo weights: `golden/scenes/SOURCES.md`."""

SCENES_OF_ONE = tuple(
    ROOT / "golden" / "scenes" / name for name in ("aeroplane.png", "cat.png", "tvmonitor.png")
)
"""Generated scenes of one object each, also cases of the classifier with demo weights."""

CALIBRATION = ROOT / "golden" / "calibration"
"""The default calibration images for int8; none of them shows a photograph of the cases."""

TOLERANCES = ROOT / "golden" / "tolerances"
"""The measured tolerances of int8 and float16; `make tolerances` makes them again."""


def unknown_path(programs: Path, file: str) -> Path:
    """The text that says why an artifact's program cannot be computed."""
    return programs / f"{file}.unknown.txt"


@dataclass(frozen=True)
class Build:
    """The folders below `--build` (`build/` by default); nothing else is written."""

    root: Path

    @property
    def artifacts(self) -> Path:
        return self.root / "artifacts"

    @property
    def goldens(self) -> Path:
        return self.root / "goldens"

    @property
    def programs(self) -> Path:
        """Goldens of the lower precisions: what their programs compute."""
        return self.root / "programs"

    @property
    def captures(self) -> Path:
        return self.root / "captures"

    @property
    def references(self) -> Path:
        return self.root / "references"

    @property
    def evaluations(self) -> Path:
        return self.root / "evaluations"

    @property
    def quantize(self) -> Path:
        return self.root / "quantize"

    @property
    def statistics(self) -> Path:
        return self.root / "statistics"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def code(self) -> Path:
        return self.root / "code.json"

    @property
    def digests(self) -> Path:
        return self.root / "digests.json"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def runtimes(self) -> Path:
        return self.root / "runtimes"

    @property
    def android(self) -> Path:
        return self.root / "android"
