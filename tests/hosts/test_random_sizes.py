"""200 photos of random sizes through both hosts and the app: what reaches the model is Python's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from builds import Built
from everyday import few
from PIL import Image
from preps import prep_of
from sidecar_row import recipe_digest
from sidecars import sealed

from onpar.parity.contract.capture import read_capture
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.image.fit import fit, normalise
from onpar.parity.limits.limits import FILTERS
from onpar.pipeline.paths import PHOTOGRAPHS
from onpar.pipeline.targets import android_host, android_robolectric, ios_host
from onpar.pipeline.targets.target import Order, Photograph

HOW = [(filter, antialias) for filter in FILTERS for antialias in (True, False)]

PLACES = {"android": android_host, "android app": android_robolectric, "ios": ios_host}

RUNS = [
    *((place, how) for place in ("android", "ios") for how in HOW),
    # The app is the same code as its host, and takes long to start.
    ("android app", HOW[-1]),
]


@dataclass(frozen=True)
class Sized:
    """A model of one of the filters, and the photos that are its cases."""

    path: Path
    photos: tuple[Path, ...]


@pytest.fixture(scope="module", params=few(15, 50))
def models(
    request: pytest.FixtureRequest, segformer: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, bool], Sized]:
    """A small model of another recipe for each filter, with so many photos of its own."""
    random = np.random.default_rng(5)
    return {
        how: sized(segformer, tmp_path_factory.mktemp("sizes"), how, random, request.param)
        for how in HOW
    }


def sized(
    model: Path, folder: Path, how: tuple[str, bool], random: np.random.Generator, count: int
) -> Sized:
    path = Path(shutil.copy(model, folder))
    photo = Image.open(PHOTOGRAPHS[0]).convert("RGB")
    cases, photos = [], []
    for index in range(count):
        size = [int(side) for side in np.exp(random.uniform(0, np.log(400), 2)) + 0.5]
        image = folder / f"{index:03}.png"
        # Cut out, not scaled: as many details as a photo has.
        left, top = (int(random.integers(0, 512 - side + 1)) for side in size)
        photo.crop((left, top, left + size[0], top + size[1])).save(image)
        digest = sha256(image.read_bytes()).hexdigest()
        source = {"name": "photo", "file": image.name, "sha256": digest}
        cases.append({"name": image.stem, "sources": [source]})
        photos.append(image)
    facts = json.loads(sidecar_path(model).read_text("utf-8"))
    for steps in (facts["steps"], facts["model"]["steps"]):
        steps[1] |= dict(zip(("filter", "antialias"), how, strict=True))
    facts |= {"cases": cases, "recipe_sha256": recipe_digest(facts["model"])}
    sidecar_path(path).write_text(sealed(facts), "utf-8")
    return Sized(path, tuple(photos))


@pytest.fixture(scope="module", params=RUNS, ids=lambda run: f"{run[0]}-{run[1][0]}-{run[1][1]}")
def captured(
    request: pytest.FixtureRequest,
    android_built: Built,
    ios_built: Built,
    models: dict[tuple[str, bool], Sized],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Sized, Path]]:
    """A model, and the folder of its captures by one of the hosts."""
    place, how = request.param
    (ios_built if place == "ios" else android_built).check()
    folder, model = tmp_path_factory.mktemp("captures"), models[how]
    order = Order(
        model.path,
        tuple(
            Photograph(one.stem, one, folder / f"{one.stem}.safetensors") for one in model.photos
        ),
        threads=1,
        measured=1,
    )
    PLACES[place].capture(order, lambda done: None)
    yield model, folder


def test_resized_and_input_are_pythons_for_every_size(captured: tuple[Sized, Path]) -> None:
    model, folder = captured
    prep = prep_of(read_sidecar(sidecar_path(model.path)).model)
    sizes = set()
    for photo in model.photos:
        tensors = read_capture(folder / f"{photo.stem}.safetensors").tensors
        decoded = np.asarray(Image.open(photo))
        assert np.array_equal(tensors["decoded"], decoded), photo.stem
        resized = fit(decoded, prep)
        assert np.array_equal(tensors["resized"], resized), decoded.shape
        expected = normalise(resized, prep)
        assert tensors[prep.input].tobytes() == expected.tobytes(), decoded.shape
        sizes.add(decoded.shape)
    assert len(sizes) > 0.9 * len(model.photos)
