"""The statistics that make `seeded:N` worth comparing with: measured once over photos, and stored.

`measure_statistics` runs a filled model over photos for its batch norms' statistics and its logits'
scale, and `apply_statistics` sets them. They depend on a machine's arithmetic, so they are stored:
those of seed 0 in `golden/statistics/`, others in the build folder.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from onpar.parity.image.resize import resize
from onpar.pipeline.errors import OnparError
from onpar.pipeline.weights.seeded import norms

AUX = "aux_classifier"

HEADS = ("classifier", AUX, "fc", "heads")
"""torchvision's names of the parts that end in the logits: of its segmentations and MobileNets, of
its ResNets, and of its vision transformers."""

_NORM_KINDS = ("running_mean", "running_var")
_LOGIT_KINDS = ("mean", "std")


class StatisticsError(OnparError):
    """Statistics that cannot be measured, or do not match the model; the message says which."""


def measure_statistics(model: nn.Module, images: Tensor) -> dict[str, Tensor]:
    """The statistics of a model just after `fill`, over `images` f32 [N, 3, H, W], N ≥ 2.

    Returns f32 tensors: `<norm>.running_mean` and `<norm>.running_var` [channels] of each batch
    norm over the whole batch, and, with these applied, `<layer>.mean` and `<layer>.std` [classes]
    of each head's logits (before upsampling). The model is not changed. Raises StatisticsError for
    a model without one of HEADS, and for a logit that is the same everywhere.
    """
    _final_layers(model)
    model = copy.deepcopy(model).eval()
    statistics: dict[str, Tensor] = {}

    def keep_logits(name: str, logits: Tensor) -> None:
        std, mean = torch.std_mean(logits.double().transpose(0, 1).flatten(1), dim=1)
        if not bool((std > 0).all()):
            raise StatisticsError(f"{name}: a logit is the same everywhere; take other photos")
        statistics.update({f"{name}.mean": mean.float(), f"{name}.std": std.float()})

    with torch.no_grad():
        for norm in norms(model).values():
            norm.reset_running_stats()
            norm.momentum = None  # a cumulative average: after one pass, the batch's own
            norm.train()
        model(images)
        for name, layer in _final_layers(model).items():
            layer.register_forward_hook(lambda _m, _args, out, name=name: keep_logits(name, out))
        model.eval()(images)
    for name, norm in norms(model).items():
        assert norm.running_mean is not None and norm.running_var is not None
        statistics[f"{name}.running_mean"] = norm.running_mean
        statistics[f"{name}.running_var"] = norm.running_var
    return statistics


def apply_statistics(model: nn.Module, statistics: Mapping[str, Tensor]) -> None:
    """Set the batch norms' statistics and standardise the logits, once, after `fill`.

    Statistics of an `aux_classifier` that the model does not have are ignored. Raises
    StatisticsError, without changing the model, if anything else is missing, unused or of another
    shape.
    """
    own, layers = norms(model), _final_layers(model)
    widths = {f"{n}.{kind}": own[n].num_features for n in own for kind in _NORM_KINDS}
    widths |= {f"{n}.{kind}": len(layers[n].weight) for n in layers for kind in _LOGIT_KINDS}
    has_aux = any(name.startswith(f"{AUX}.") for name in widths)
    given = {n: s for n, s in statistics.items() if has_aux or not n.startswith(f"{AUX}.")}
    for name in sorted(widths.keys() | given.keys()):
        got = list(given[name].shape) if name in given else "nothing"
        expected = [widths[name]] if name in widths else "nothing"
        if got != expected:
            raise StatisticsError(
                f"statistics of {name}: got {got}, expected {expected}; are they this model's? "
                "Delete the file, and they are measured again"
            )
    with torch.no_grad():
        for name, norm in own.items():
            assert norm.running_mean is not None and norm.running_var is not None
            norm.running_mean.copy_(given[f"{name}.running_mean"])
            norm.running_var.copy_(given[f"{name}.running_var"])
        for name, layer in layers.items():
            mean, std = given[f"{name}.mean"], given[f"{name}.std"]
            assert layer.bias is not None
            layer.weight.div_(std.view(-1, *[1] * (layer.weight.ndim - 1)))
            layer.bias.sub_(mean).div_(std)


def mixed_images(
    photos: Sequence[npt.NDArray[np.uint8]],
    mean: Sequence[float],
    std: Sequence[float],
    size: tuple[int, int],
) -> Tensor:
    """Each photo u8 [H, W, 3], and its mirror image mixed half and half with the next photo.

    Resized to `size` (height, width) and normalised as a recipe's input: f32 [2·photos, 3, h, w].
    """
    plain = [resize(photo, *size).astype(np.float32) / np.float32(255) for photo in photos]
    pairs = zip(plain, plain[1:] + plain[:1], strict=True)
    mixes = [(photo[:, ::-1] + other) / np.float32(2) for photo, other in pairs]
    batch = torch.from_numpy(np.stack([*plain, *mixes]))
    batch = (batch - torch.tensor(mean)) / torch.tensor(std)
    return batch.permute(0, 3, 1, 2).contiguous()


def _final_layers(model: nn.Module) -> dict[str, nn.Conv2d | nn.Linear]:
    """The last convolution or linear layer of each head that the model has."""
    layers: dict[str, nn.Conv2d | nn.Linear] = {}
    for head in HEADS:
        named = [
            (name, module)
            for name, module in model.named_modules()
            if name.partition(".")[0] == head and isinstance(module, nn.Conv2d | nn.Linear)
        ]
        layers.update(named[-1:])
    if not any(name.partition(".")[0] != AUX for name in layers):
        known = ", ".join(head for head in HEADS if head != AUX)
        raise StatisticsError(
            f"{type(model).__name__} has no head (expected one of {known}) that ends in a Conv2d "
            "or a Linear, so it has no seeded weights; use built, or the path of a state dict"
        )
    return layers
