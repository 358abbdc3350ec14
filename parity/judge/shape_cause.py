"""Why a tensor has another shape: photos turned by 90°, NHWC, a batch axis that is absent."""

from __future__ import annotations

from dataclasses import replace

from onpar.parity.causes import Fault, Tensor
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.contract.capture import Capture
from onpar.parity.contract.classmap import argmax
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.spec import Artifact
from onpar.parity.image.fit import fit, normalise
from onpar.parity.image.resize import check_image
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict


def with_cause(
    verdict: StageVerdict, capture: Capture, artifact: Artifact, golden: Golden
) -> StageVerdict:
    """A verdict SHAPE with the known mistake that gives the shape and the values; any other as it
    is."""
    got = capture.tensors.get(verdict.tensor)
    if verdict.status is not Status.SHAPE or got is None:
        return verdict
    fault = _fault(verdict.tensor, got, capture, artifact, golden)
    cause = diagnose(verdict.stage, fault) if fault else ""
    return replace(verdict, detail=f"{verdict.detail}. {cause}") if cause else verdict


def _fault(
    name: str, got: Tensor, capture: Capture, artifact: Artifact, golden: Golden
) -> Fault | None:
    """What the stage should have made of what the capture holds, as far as that is sound; else the
    golden's tensor. None where there is neither."""
    prep, tensors = artifact.model.prep, capture.tensors
    if prep and name == "resized":
        photo = tensors.get("decoded")
        if photo is None or not _is_image(photo):
            return None
        return Fault(got, fit(photo, prep), photo, prep)
    if prep and name == f"input/{prep.input}":
        resized = tensors.get("resized")
        if resized is not None and resized.shape == (prep.height, prep.width, 3):
            return Fault(got, normalise(resized, prep), resized, prep)
    classmap = artifact.model.classmap
    if classmap and name == "classmap":
        scores = tensors.get(f"output/{classmap.output}", golden.capture.tensors.get(name))
        right = golden.capture.tensors.get(f"output/{classmap.output}")
        if scores is None or right is None or scores.shape != right.shape:
            scores = right
        return None if scores is None else Fault(got, argmax(scores), scores)
    ref = golden.capture.tensors.get(name)
    return None if ref is None else Fault(got, ref, None, prep)


def _is_image(tensor: Tensor) -> bool:
    try:
        check_image(tensor)
    except ValueError:
        return False
    return True
