"""Which artifact a capture is judged as: what it says of itself comes before what it loaded."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product
from pathlib import Path

import pytest
from preps import Prep
from sidecars import artifact

from onpar.parity.contract.capture import CaptureInfo
from onpar.parity.contract.spec import Artifact
from onpar.pipeline.check.matching import artifact_of

NOBODY = "0" * 64


def of(recipe: str, letter: str) -> Artifact:
    """A recipe's artifact `<recipe>.onnx`; its digests are all of the letter."""
    plain = artifact(Prep("image", 2, 2, (0, 0, 0), (1, 1, 1)))
    model = replace(plain.model, recipe=recipe)
    return replace(
        plain,
        file=f"{recipe}.onnx",
        model=model,
        recipe_sha256=model.sha256,
        sha256=letter * 64,
        weights_sha256=letter * 64,
    )


OWN, TWIN = of("own", "a"), of("twin", "b")
KNOWN = [(Path(one.file), one) for one in (OWN, TWIN)]


def claiming(recipe: str, file: str, sha256: str, weights: str = NOBODY) -> CaptureInfo:
    """What a capture says of itself."""
    digests = {one.model.recipe: one.recipe_sha256 for one in (OWN, TWIN)}
    return CaptureInfo(
        recipe=recipe,
        recipe_sha256=digests.get(recipe, NOBODY),
        weights_sha256=weights,
        case="dog",
        sources={"photo": NOBODY},
        artifact=file,
        artifact_sha256=sha256,
        target="onnxruntime",
        runtime="onnxruntime",
        runtime_version="1",
        engine="",
        device="",
        os="",
        arch="",
        threads=1,
        warmup=0,
        load_ms=0.0,
        infer_ms=(1.0,),
        output_sha256=(NOBODY,),
        peak_rss_mb=0.0,
        captured_at="2026-01-01T00:00:00+00:00",
    )


# The capture's recipe, its file's name, and whose bytes it loaded; then whose artifact it is.
TABLE = {
    ("own", "own", "own"): "own",
    ("own", "own", "twin"): "own",
    ("own", "own", "none"): "own",
    ("own", "twin", "own"): "own",
    ("own", "twin", "twin"): "twin",
    ("own", "twin", "none"): "twin",
    ("own", "none", "own"): "own",
    ("own", "none", "twin"): "twin",
    ("own", "none", "none"): "none",
    ("none", "own", "own"): "own",
    ("none", "own", "twin"): "own",
    ("none", "own", "none"): "own",
    ("none", "none", "own"): "own",
    ("none", "none", "none"): "none",
}


@pytest.mark.parametrize(("said", "right"), TABLE.items(), ids=["-".join(key) for key in TABLE])
def test_the_recipe_then_the_name_then_the_bytes_decide(said: tuple[str, ...], right: str) -> None:
    recipe, file, loaded = said
    shas = {"own": OWN.sha256, "twin": TWIN.sha256, "none": NOBODY}
    for known in permutations(KNOWN):
        found = artifact_of(claiming(recipe, f"{file}.onnx", shas[loaded]), known)
        assert (found.model.recipe if found else "none") == right


@pytest.mark.parametrize(
    ("name", "recipe", "weights"), list(product((True, False), (True, False), (True, False)))
)
def test_equal_bytes_of_two_recipes_are_the_ones_that_the_capture_claims(
    name: bool, recipe: bool, weights: bool
) -> None:
    """Both files hold the same bytes; any claim that is the own artifact's decides for it."""
    twin = replace(TWIN, sha256=OWN.sha256)
    info = claiming(
        "own" if recipe else "a third",
        OWN.file if name else "model.onnx",
        OWN.sha256,
        OWN.weights_sha256 if weights else NOBODY,
    )
    for known in permutations([(Path(OWN.file), OWN), (Path(twin.file), twin)]):
        found = artifact_of(info, known)
        assert found is not None
        if name or recipe or weights:
            assert found is OWN


def test_of_two_sizes_of_one_recipe_the_recipes_digest_decides() -> None:
    """An app may call its model file as it likes; equal bytes of two sizes have other digests."""
    larger = replace(OWN, file="larger.onnx", recipe_sha256=NOBODY)
    info = claiming("own", "model.onnx", OWN.sha256)
    for known in permutations([(Path(OWN.file), OWN), (Path(larger.file), larger)]):
        assert artifact_of(info, known) is OWN
