"""200 photos of random sizes through both hosts and the app: what reaches the model is Python's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from builds import Built
from everyday import few
from PIL import Image
from preps import prep_of
from sidecars import sealed

from onpar.parity.contract.capture import read_capture
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.image.fit import fit, normalise
from onpar.pipeline.paths import PHOTOGRAPHS
from onpar.pipeline.targets import android_host, android_robolectric, ios_host
from onpar.pipeline.targets.target import Order, Photograph


@pytest.fixture(scope="module", params=few(60, 200))
def model(
    request: pytest.FixtureRequest, segformer: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A small model of another recipe, its sidecar, and so many photos that are its cases."""
    path = Path(shutil.copy(segformer, tmp_path_factory.mktemp("sizes")))
    random = np.random.default_rng(5)
    photo = Image.open(PHOTOGRAPHS[0]).convert("RGB")
    cases = []
    for index in range(request.param):
        size = [int(side) for side in np.exp(random.uniform(0, np.log(400), 2)) + 0.5]
        image = path.parent / f"{index:03}.png"
        # Cut out, not scaled: as many details as a photo has.
        left, top = (int(random.integers(0, 512 - side + 1)) for side in size)
        photo.crop((left, top, left + size[0], top + size[1])).save(image)
        digest = sha256(image.read_bytes()).hexdigest()
        source = {"name": "photo", "file": image.name, "sha256": digest}
        cases.append({"name": image.stem, "sources": [source]})
    facts = json.loads(sidecar_path(segformer).read_text("utf-8"))
    facts["cases"] = cases
    sidecar_path(path).write_text(sealed(facts), "utf-8")
    return path


PLACES = {"android": android_host, "android app": android_robolectric, "ios": ios_host}


@pytest.fixture(scope="module", params=PLACES)
def captures(
    request: pytest.FixtureRequest,
    android_built: Built,
    ios_built: Built,
    model: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The folder of the captures of one of the hosts."""
    (ios_built if request.param == "ios" else android_built).check()
    folder = tmp_path_factory.mktemp("captures")
    photos = sorted(model.parent.glob("*.png"))
    order = Order(
        model,
        tuple(Photograph(one.stem, one, folder / f"{one.stem}.safetensors") for one in photos),
        threads=1,
        measured=1,
    )
    PLACES[request.param].capture(order, lambda done: None)
    yield folder


def test_resized_and_input_are_pythons_for_every_size(captures: Path, model: Path) -> None:
    prep = prep_of(read_sidecar(sidecar_path(model)).model)
    sizes = set()
    for path in sorted(captures.glob("*.safetensors")):
        tensors = read_capture(path).tensors
        decoded = np.asarray(Image.open(model.parent / f"{path.stem}.png"))
        assert np.array_equal(tensors["decoded"], decoded), path.stem
        resized = fit(decoded, prep)
        assert np.array_equal(tensors["resized"], resized), decoded.shape
        expected = normalise(resized, prep)
        assert tensors[prep.input].tobytes() == expected.tobytes(), decoded.shape
        sizes.add(decoded.shape)
    assert len(sizes) > 0.9 * len(list(model.parent.glob("*.png")))
