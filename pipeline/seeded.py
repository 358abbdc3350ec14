"""`seeded:N`: random weights that compute something worth comparing, equal on every machine.

`fill` draws the weights, `measure_statistics` runs the model once over photos for its batch norms'
statistics and its logits' scale, `apply_statistics` sets them. Statistics depend on a machine's
arithmetic, so they are kept: `python -m pipeline.seeded RECIPE SEED` measures those of a
torchvision segmentation model into `golden/statistics/<RECIPE>-seeded<SEED>.safetensors`.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torchvision
from PIL import Image
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from parity.atomic import write_whole

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
PHOTOS = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

SMALL_GAMMA = 0.2
"""γ where a branch must not dominate: of the batch norm that is added to a skip, so that a deep sum
does not amplify rounding (Goyal et al. 2017, arXiv:1706.02677, section 5.1, has 0; not 0 here, so
that the branch counts), and of one behind global pooling, whose statistics are of a few images."""


class StatisticsError(ValueError):
    """Statistics that cannot be measured, or do not fit the model; the message says which."""


def fill(model: nn.Module, seed: int) -> None:
    """Set every parameter and every batch norm's buffers, bit-identically on every machine.

    Weights of two dimensions or more are uniform in ±sqrt(6 / fan_in), where fan_in is
    `weight[0].numel()` (He et al. 2015, arXiv:1502.01852, equation 10); other weights are 1 and
    biases 0. Batch norms have γ = β = 1, β being 1 so that most ReLUs stay open, but β = 0 where no
    activation follows, and γ = SMALL_GAMMA where that says. Other buffers are constants of the
    architecture and stay. A tensor depends on `seed`, its name and its shape alone.
    """
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.zero_()
            elif parameter.ndim > 1:
                uniform = _uniform(name, parameter.numel(), seed)
                bound = np.float32(math.sqrt(6 / parameter[0].numel()))
                parameter.copy_(torch.from_numpy(uniform * bound).view_as(parameter))
            else:
                parameter.fill_(1)
        special = _special_norms(model)
        for norm in _norms(model).values():
            norm.reset_running_stats()
            gamma, beta = special.get(norm, (1.0, 1.0))
            if norm.affine:
                norm.weight.fill_(gamma)
                norm.bias.fill_(beta)


def measure_statistics(model: nn.Module, images: Tensor) -> dict[str, Tensor]:
    """The statistics of a model fresh from `fill`, over `images` f32 [N, 3, H, W], N ≥ 2.

    Returns f32 tensors: `<norm>.running_mean` and `<norm>.running_var` [channels] of each batch
    norm over the whole batch, and `<conv>.mean` and `<conv>.std` [classes] of each head's logits
    (before upsampling) under those. The model is not changed. Raises StatisticsError for a model
    without a `classifier`, and for a logit that is the same everywhere.
    """
    model = copy.deepcopy(model).eval()
    statistics: dict[str, Tensor] = {}

    def keep_logits(name: str, logits: Tensor) -> None:
        std, mean = torch.std_mean(logits.double(), dim=(0, 2, 3))
        if not bool((std > 0).all()):
            raise StatisticsError(f"{name}: a logit is the same everywhere; take other photos")
        statistics.update({f"{name}.mean": mean.float(), f"{name}.std": std.float()})

    with torch.no_grad():
        for norm in _norms(model).values():
            norm.reset_running_stats()
            norm.momentum = None  # a cumulative average: after one pass, the batch's own
            norm.train()
        model(images)
        for name, conv in _final_convs(model).items():
            conv.register_forward_hook(lambda _m, _args, out, name=name: keep_logits(name, out))
        model.eval()(images)
    for name, norm in _norms(model).items():
        assert norm.running_mean is not None and norm.running_var is not None
        statistics[f"{name}.running_mean"] = norm.running_mean
        statistics[f"{name}.running_var"] = norm.running_var
    return statistics


def apply_statistics(model: nn.Module, statistics: Mapping[str, Tensor]) -> None:
    """Set the batch norms' statistics and standardise the logits, once, after `fill`.

    Statistics of an `aux_classifier` that the model lacks are ignored. Raises StatisticsError, and
    leaves the model as it was, when anything else is missing, left over or of another shape.
    """
    norms, convs = _norms(model), _final_convs(model)
    widths = {f"{n}.{kind}": norms[n].num_features for n in norms for kind in _NORM_KINDS}
    widths |= {f"{n}.{kind}": convs[n].out_channels for n in convs for kind in _LOGIT_KINDS}
    has_aux = any(name.startswith("aux_classifier.") for name in widths)
    given = {n: s for n, s in statistics.items() if has_aux or not n.startswith("aux_classifier.")}
    for name in sorted(widths.keys() | given.keys()):
        got = list(given[name].shape) if name in given else "nothing"
        expected = [widths[name]] if name in widths else "nothing"
        if got != expected:
            raise StatisticsError(
                f"statistics of {name}: got {got}, expected {expected}; are they this model's? "
                "Measure them again with `python -m pipeline.seeded RECIPE SEED`"
            )
    with torch.no_grad():
        for name, norm in norms.items():
            assert norm.running_mean is not None and norm.running_var is not None
            norm.running_mean.copy_(given[f"{name}.running_mean"])
            norm.running_var.copy_(given[f"{name}.running_var"])
        for name, conv in convs.items():
            mean, std = given[f"{name}.mean"], given[f"{name}.std"]
            assert conv.bias is not None
            conv.weight.div_(std.view(-1, 1, 1, 1))
            conv.bias.sub_(mean).div_(std)


def mixed_images(
    photos: Sequence[npt.NDArray[np.uint8]],
    mean: Sequence[float],
    std: Sequence[float],
    size: tuple[int, int],
) -> Tensor:
    """Each photo u8 [H, W, 3], and its mirror image mixed half and half with the next photo.

    Resized to `size` (height, width) and normalised as a recipe's input: f32 [2·photos, 3, h, w].
    """
    height, width = size
    bilinear = Image.Resampling.BILINEAR
    plain = []
    for photo in photos:
        image = Image.fromarray(photo)
        image = image.resize((width, image.height), bilinear).resize((width, height), bilinear)
        plain.append(np.asarray(image, dtype=np.float32) / np.float32(255))
    pairs = zip(plain, plain[1:] + plain[:1], strict=True)
    mixes = [(photo[:, ::-1] + other) / np.float32(2) for photo, other in pairs]
    batch = torch.from_numpy(np.stack([*plain, *mixes]))
    batch = (batch - torch.tensor(mean)) / torch.tensor(std)
    return batch.permute(0, 3, 1, 2).contiguous()


_NORM_KINDS = ("running_mean", "running_var")
_LOGIT_KINDS = ("mean", "std")


def _uniform(name: str, count: int, seed: int) -> npt.NDArray[np.float32]:
    """`count` values in (-1, 1): odd multiples of 2⁻²⁴, from the raw stream's top 24 bits.

    NumPy keeps the streams of PCG64 and SeedSequence stable (NEP 19), its distributions not.
    """
    digest = int.from_bytes(hashlib.sha256(name.encode()).digest(), "big")
    bits = np.random.PCG64([seed, digest]).random_raw(count) >> np.uint64(40)
    return (2 * bits.astype(np.int32) + (1 - 2**24)).astype(np.float32) * np.float32(2**-24)


def _norms(model: nn.Module) -> dict[str, _BatchNorm]:
    return {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, _BatchNorm) and module.track_running_stats
    }


def _special_norms(model: nn.Module) -> dict[nn.Module, tuple[float, float]]:
    """γ and β of the batch norms that `fill` does not give 1 and 1.

    Blocks are known by what torchvision's have: `downsample` (ResNet: the last `bn<i>` is added to
    the skip, which has its own), `use_res_connect` (MobileNet: the last one is the projection's),
    or global pooling in a Sequential (ASPP).
    """
    special: dict[nn.Module, tuple[float, float]] = {}
    for block in model.modules():
        own = [module for module in block.children() if isinstance(module, _BatchNorm)]
        if hasattr(block, "downsample"):
            special.update(dict.fromkeys(own[-1:], (SMALL_GAMMA, 0.0)))
            if isinstance(block.downsample, nn.Module):
                special.update(dict.fromkeys(_norms(block.downsample).values(), (1.0, 0.0)))
        elif hasattr(block, "use_res_connect"):
            gamma = SMALL_GAMMA if block.use_res_connect else 1.0
            special.update(dict.fromkeys([*_norms(block).values()][-1:], (gamma, 0.0)))
        elif isinstance(block, nn.Sequential) and any(
            isinstance(module, nn.AdaptiveAvgPool2d) for module in block
        ):
            special.update(dict.fromkeys(own, (SMALL_GAMMA, 1.0)))
    return special


def _final_convs(model: nn.Module) -> dict[str, nn.Conv2d]:
    """The last convolution of `classifier` and, where there is one, of `aux_classifier`."""
    convs: dict[str, nn.Conv2d] = {}
    for head in ("classifier", "aux_classifier"):
        named = [
            (name, module)
            for name, module in model.named_modules()
            if name.startswith(f"{head}.") and isinstance(module, nn.Conv2d)
        ]
        convs.update(named[-1:])
    if not any(name.startswith("classifier.") for name in convs):
        raise StatisticsError(f"{type(model).__name__} has no `classifier` that ends in a Conv2d")
    return convs


def measure(recipe: str, seed: int) -> Path:
    """Measure the statistics of a torchvision segmentation model with 21 classes; their file."""
    model = torchvision.models.get_model(
        recipe, weights=None, weights_backbone=None, num_classes=21, aux_loss=True
    )
    fill(model, seed)
    photos = [np.asarray(Image.open(GOLDEN / "images" / name).convert("RGB")) for name in PHOTOS]
    images = mixed_images(photos, IMAGENET_MEAN, IMAGENET_STD, (400, 400))
    path = GOLDEN / "statistics" / f"{recipe}-seeded{seed}.safetensors"
    write_whole(path, [save(measure_statistics(model, images))])
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m pipeline.seeded", description=__doc__)
    recipes = torchvision.models.list_models(include="deeplabv3_*")
    parser.add_argument("recipe", choices=recipes, metavar="RECIPE")
    parser.add_argument("seed", type=int, metavar="SEED")
    print(measure(**vars(parser.parse_args())))
