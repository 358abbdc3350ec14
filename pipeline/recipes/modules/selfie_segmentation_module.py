"""MediaPipe's selfie segmentation as a PyTorch module: person or background, for each pixel.

It follows the published `selfie_segmentation.tflite` operator by operator: the encoder is like
MobileNetV3-Small's first blocks, the head is LR-ASPP's, and the decoder adds the encoder's
features, weighted by channel.
"""

from __future__ import annotations

from torch import Tensor, nn


class SelfieSegmentation(nn.Module):
    """Intensities 0–1 f32 [1, 3, h, w] in the order R, G, B → logits f32 [1, 1, h, w], positive for
    a person; h and w are multiples of 16.

    The published file's mask is the sigmoid of the logits. The module leaves the sigmoid out: most
    values of the mask are so near to 0 or 1 that an error of the logits would not show.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem_pad = pad_as_tensorflow(3)
        self.stem = nn.Conv2d(3, 16, 3, stride=2)
        self.stem_activation = nn.Hardswish()
        self.quarter = InvertedResidual(16, 16, 16, 3, nn.ReLU, squeezed=8, stride=2)
        self.eighth = nn.Sequential(
            InvertedResidual(16, 72, 24, 3, nn.ReLU, stride=2),
            InvertedResidual(24, 88, 24, 3, nn.ReLU),
        )
        self.sixteenth = nn.Sequential(
            InvertedResidual(24, 96, 32, 5, nn.Hardswish, squeezed=24, stride=2),
            InvertedResidual(32, 128, 32, 5, nn.Hardswish, squeezed=32),
            InvertedResidual(32, 128, 32, 5, nn.Hardswish, squeezed=32),
            InvertedResidual(32, 96, 32, 5, nn.Hardswish, squeezed=24),
            InvertedResidual(32, 96, 32, 5, nn.Hardswish, squeezed=24),
        )
        self.head = Head(32, 128)
        self.to_eighth = DecoderBlock(128, 24)
        self.to_quarter = DecoderBlock(24, 16)
        self.to_half = DecoderBlock(16, 16)
        self.classifier = nn.ConvTranspose2d(16, 1, 2, stride=2)

    def forward(self, image: Tensor) -> Tensor:
        half = self.stem_activation(self.stem(self.stem_pad(image)))
        quarter = self.quarter(half)
        eighth = self.eighth(quarter)
        x = self.head(self.sixteenth(eighth))
        x = self.to_eighth(x, eighth)
        x = self.to_quarter(x, quarter)
        x = self.to_half(x, half)
        logits: Tensor = self.classifier(x)
        return logits


class InvertedResidual(nn.Module):
    """MobileNetV3's block: expand, depthwise convolution, squeeze-and-excitation if `squeezed`
    channels are given, project; plus the input where the shape stays."""

    def __init__(
        self,
        channels: int,
        expanded: int,
        out: int,
        kernel: int,
        activation: type[nn.Module],
        squeezed: int = 0,
        stride: int = 1,
    ) -> None:
        super().__init__()
        self.expand = nn.Conv2d(channels, expanded, 1)
        self.expand_activation = activation()
        self.pad = pad_as_tensorflow(kernel) if stride == 2 else nn.Identity()
        padding = 0 if stride == 2 else kernel // 2
        self.depthwise = nn.Conv2d(
            expanded, expanded, kernel, stride=stride, padding=padding, groups=expanded
        )
        self.depthwise_activation = activation()
        self.excite = Excitation(expanded, squeezed) if squeezed else nn.Identity()
        self.project = nn.Conv2d(expanded, out, 1)
        self.residual = stride == 1 and channels == out

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.expand_activation(self.expand(x))
        y = self.depthwise_activation(self.depthwise(self.pad(y)))
        y = self.project(self.excite(y))
        return y + x if self.residual else y


class Gate(nn.Module):
    """A weight 0–1 for each channel, of the channels' means: f32 [1, C, h, w] → [1, C, 1, 1]."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.relu = nn.ReLU()
        self.expand = nn.Conv2d(squeezed, channels, 1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        weights: Tensor = self.sigmoid(self.expand(self.relu(self.squeeze(self.pool(x)))))
        return weights


class Excitation(nn.Module):
    """Squeeze-and-excitation, with a sigmoid where MobileNetV3 has a hard sigmoid."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.gate = Gate(channels, squeezed)

    def forward(self, x: Tensor) -> Tensor:
        weighted: Tensor = x * self.gate(x)
        return weighted


class Head(nn.Module):
    """LR-ASPP's head: features, weighted by channel by a gate of the channels' means."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.features = nn.Conv2d(channels, out, 1)
        self.relu = nn.ReLU()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.gate = nn.Conv2d(channels, out, 1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        features = self.relu(self.features(x))
        weighted: Tensor = features * self.sigmoid(self.gate(self.pool(x)))
        return weighted


class DecoderBlock(nn.Module):
    """Doubles the size, and adds the encoder's features of that size, weighted by channel."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.upsample = nn.Upsample(scale_factor=2.0, mode="bilinear", align_corners=False)
        self.reduce = nn.Conv2d(channels, out, 1)
        self.gate = Gate(out, out)
        self.pointwise = nn.Conv2d(out, out, 1)
        self.pointwise_activation = nn.ReLU()
        self.depthwise = nn.Conv2d(out, out, 3, padding=1, groups=out)
        self.depthwise_activation = nn.ReLU()

    def forward(self, x: Tensor, encoded: Tensor) -> Tensor:
        x = self.reduce(self.upsample(x))
        x = encoded * self.gate(encoded + x) + x
        x = self.pointwise_activation(self.pointwise(x))
        y: Tensor = x + self.depthwise_activation(self.depthwise(x))
        return y


def pad_as_tensorflow(kernel: int) -> nn.ZeroPad2d:
    """TensorFlow's padding "same" for stride 2 and an even side: one more pixel on the right and
    the bottom than on the left and the top."""
    before = (kernel - 2) // 2
    return nn.ZeroPad2d((before, kernel - 2 - before, before, kernel - 2 - before))
