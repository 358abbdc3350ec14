"""The mask of a photo, fitted to what the model gives."""

from __future__ import annotations

from collections.abc import Mapping

from onpar.parity.contract.chain import before_run, makers_of, map_shown, tensor_specs
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps.decode_image import DecodeImage
from onpar.parity.contract.steps.resize_image import ResizeImage
from onpar.parity.contract.steps.step import Tensor
from onpar.parity.evaluation.tasks import TASKS
from onpar.parity.image.decode import ImageError
from onpar.parity.image.mask import fit_mask, nearest, read_mask
from onpar.parity.image.resize import U8


def read_truth(data: bytes, name: str, model: ModelSpec, tensors: Mapping[str, Tensor]) -> U8:
    """The classes u8 [h, w] of a PNG's bytes, in the size of the model's class map or mask.

    They are fitted as the photo is, then taken at the centres of the class map's pixels, which may
    be larger. `tensors` are those that the steps made of the photo, `name` is only used in errors.
    Raises ImageError.
    """
    shown = map_shown(model)
    assert shown is not None
    [decoded] = [step.makes[0] for step in model.steps if isinstance(step, DecodeImage)]
    height, width, _ = tensors[decoded].shape
    mask = read_mask(data, name, (height, width), len(shown.classes))
    why = TASKS[shown.kind].fault(mask, shown)
    if why:
        raise ImageError(f"{name}: {why}")
    for step in _fits(model):
        mask = fit_mask(mask, step)
    return nearest(mask, *tensor_specs(model)[shown.makes[0]].shape)


def _fits(model: ModelSpec) -> list[ResizeImage]:
    """The steps that fit the photo to the network's first input, in order."""
    makers = makers_of(before_run(model))
    path = [makers[model.inputs[0].name]]
    while not path[0].takes_source:
        path.insert(0, makers[path[0].takes[0]])
    return [step for step in path if isinstance(step, ResizeImage)]
