"""How a photo of any shape becomes the input: torchvision's own, and rounding rules to port."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from preps import Prep
from torchvision import transforms
from torchvision.transforms import functional

from onpar.parity.image.fit import fit, normalise
from onpar.parity.image.resize import resize

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SIDE = st.integers(1, 60)


def prep(
    height: int, width: int, fit: str = "stretch", pad: tuple[int, int, int] = (0, 0, 0)
) -> Prep:
    return Prep("input", height, width, MEAN, STD, fit, pad)


def noise(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@settings(max_examples=200, deadline=None)
@given(SIDE, SIDE, st.integers(1, 40))
@example(41, 40, 40)
@example(43, 40, 40)
@example(40, 45, 40)
@example(400, 7, 20)
def test_square_crop_is_torchvisions_resize_and_centre_crop(
    height: int, width: int, side: int
) -> None:
    image = noise(height, width)
    size = transforms.Resize(side)(Image.fromarray(image)).size
    whole = Image.fromarray(resize(image, size[1], size[0]))
    expected = np.asarray(functional.center_crop(whole, [side]))
    assert np.array_equal(fit(image, prep(side, side, "crop")), expected)


@pytest.mark.parametrize(
    "height, width, side", list(product((300, 427, 512), (451, 640), (224, 400)))
)
def test_square_crop_is_within_a_level_of_one_pillow_call(
    height: int, width: int, side: int
) -> None:
    image = noise(height, width)
    both = transforms.Compose([transforms.Resize(side), transforms.CenterCrop(side)])
    expected = np.asarray(both(Image.fromarray(image)), np.int16)
    assert np.abs(fit(image, prep(side, side, "crop")) - expected).max() <= 1


@pytest.mark.parametrize(
    "image, target, scaled, corner",
    [
        ((10, 20), (10, 10), (10, 20), (0, 5)),
        ((10, 11), (10, 10), (10, 11), (0, 0)),  # 0.5 to the even 0
        ((10, 13), (10, 10), (10, 13), (0, 2)),  # 1.5 to the even 2
        ((3, 2), (7, 5), (7, 5), (0, 0)),  # 5·3/2 = 7.5, rounded down
        ((2, 3), (7, 5), (7, 10), (0, 2)),  # 7·3/2 = 10.5 down, 2.5 to the even 2
    ],
)
def test_crop_covers_the_target_and_keeps_the_centre(
    image: tuple[int, int],
    target: tuple[int, int],
    scaled: tuple[int, int],
    corner: tuple[int, int],
) -> None:
    photo = noise(*image)
    top, left = corner
    expected = resize(photo, *scaled)[top : top + target[0], left : left + target[1]]
    assert np.array_equal(fit(photo, prep(*target, "crop")), expected)


@pytest.mark.parametrize(
    "image, target, scaled, corner",
    [
        ((100, 200), (50, 50), (25, 50), (12, 0)),  # the odd row of padding is below
        ((200, 100), (50, 50), (50, 25), (0, 12)),
        ((4, 3), (2, 2), (2, 2), (0, 0)),  # 1.5 up to 2
        ((1000, 1), (50, 50), (50, 1), (0, 24)),  # never thinner than a pixel
        ((3, 7), (96, 160), (69, 160), (13, 0)),  # 68.57
        ((40, 40), (40, 40), (40, 40), (0, 0)),
    ],
)
def test_letterbox_is_scaled_to_fit_and_centred_on_the_pad(
    image: tuple[int, int],
    target: tuple[int, int],
    scaled: tuple[int, int],
    corner: tuple[int, int],
) -> None:
    photo = noise(*image)
    expected = np.full((*target, 3), (1, 2, 3), np.uint8)
    top, left = corner
    expected[top : top + scaled[0], left : left + scaled[1]] = resize(photo, *scaled)
    assert np.array_equal(fit(photo, prep(*target, "letterbox", (1, 2, 3))), expected)


@settings(max_examples=100, deadline=None)
@given(SIDE, SIDE, SIDE, SIDE, st.sampled_from(["stretch", "letterbox", "crop"]))
def test_any_fit_of_any_shape_has_the_recipes_size(
    height: int, width: int, to_height: int, to_width: int, how: str
) -> None:
    fitted = fit(noise(height, width), prep(to_height, to_width, how))
    assert fitted.shape == (to_height, to_width, 3) and fitted.dtype == np.uint8


def test_crop_out_of_a_very_long_image_computes_the_window_only() -> None:
    strip = noise(65_535, 1)  # whole, it would be 400 x 26,214,000: 31 GB
    assert fit(strip, prep(400, 400, "crop")).shape == (400, 400, 3)


def test_a_photo_of_the_size_gives_exactly_torchvisions_input() -> None:
    photo = noise(400, 400)
    chain = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    expected = chain(Image.fromarray(photo)).unsqueeze(0)
    for how in ("stretch", "letterbox", "crop"):
        tensor = normalise(fit(photo, prep(400, 400, how)), prep(400, 400, how))
        assert torch.equal(torch.from_numpy(tensor), expected)


@settings(max_examples=100, deadline=None)
@given(st.tuples(*[st.floats(0, 1)] * 3), st.tuples(*[st.floats(0.01, 2)] * 3), SIDE, SIDE)
def test_normalise_is_torchvision_to_the_bit(
    mean: tuple[float, float, float], std: tuple[float, float, float], height: int, width: int
) -> None:
    levels = np.arange(height * width * 3).astype(np.uint8).reshape(height, width, 3)
    chain = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])
    tensor = normalise(levels, Prep("input", height, width, mean, std))
    assert tensor.flags.c_contiguous
    assert tensor.dtype == np.float32
    assert torch.equal(torch.from_numpy(tensor), chain(Image.fromarray(levels)).unsqueeze(0))
