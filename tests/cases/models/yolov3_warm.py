"""YOLOv3-tiny from darknet's cfg: two heads, decoded to boxes and scores, without NMS."""

import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec, photo

ANCHORS = [(10, 14), (23, 27), (37, 58), (81, 82), (135, 169), (344, 319)]
CLASSES = 80


def conv(i, o, k):
    return nn.Sequential(
        nn.Conv2d(i, o, k, 1, k // 2, bias=False), nn.BatchNorm2d(o), nn.LeakyReLU(0.1)
    )


class YoloLayer(nn.Module):
    def __init__(self, anchors, stride):
        super().__init__()
        self.stride = stride
        self.register_buffer("anchors", torch.tensor(anchors, dtype=torch.float32))

    def forward(self, x):
        b, _, h, w = x.shape
        x = x.view(b, 3, 5 + CLASSES, h, w).permute(0, 1, 3, 4, 2)
        ys, xs = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        grid = torch.stack((xs, ys), -1).to(x.dtype)
        xy = (x[..., :2].sigmoid() + grid) * self.stride
        wh = x[..., 2:4].clamp(max=2).exp() * self.anchors[None, :, None, None]
        return torch.cat((xy, wh, x[..., 4:].sigmoid()), -1).reshape(b, -1, 5 + CLASSES)


class YoloTiny(nn.Module):
    def __init__(self):
        super().__init__()
        pool, n = nn.MaxPool2d(2, 2), 3 * (5 + CLASSES)
        self.a = nn.Sequential(
            conv(3, 16, 3),
            pool,
            conv(16, 32, 3),
            pool,
            conv(32, 64, 3),
            pool,
            conv(64, 128, 3),
            pool,
            conv(128, 256, 3),
        )
        self.b = nn.Sequential(
            pool,
            conv(256, 512, 3),
            nn.ZeroPad2d((0, 1, 0, 1)),
            nn.MaxPool2d(2, 1),
            conv(512, 1024, 3),
            conv(1024, 256, 1),
        )
        self.c = nn.Sequential(conv(256, 512, 3), nn.Conv2d(512, n, 1))
        self.d = nn.Sequential(conv(256, 128, 1), nn.Upsample(scale_factor=2))
        self.e = nn.Sequential(conv(384, 256, 3), nn.Conv2d(256, n, 1))
        self.y1, self.y2 = YoloLayer(ANCHORS[3:], 32), YoloLayer(ANCHORS[:3], 16)

    def forward(self, image):
        a = self.a(image)
        b = self.b(a)
        return torch.cat((self.y1(self.c(b)), self.y2(self.e(torch.cat((self.d(b), a), 1)))), 1)


def build():
    from warmed import warmed

    torch.manual_seed(0)
    return warmed(YoloTiny(), 1, 3, 128, 128)


def recipe(options: RecipeOptions) -> Recipe:
    h, w = options.height, options.width
    n = 3 * ((h // 32) * (w // 32) + (h // 16) * (w // 16))
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("image", (1, 3, h, w)),),
            outputs=(TensorSpec("boxes", (1, n, 5 + CLASSES)),),
            steps=photo("image", h, w, (0, 0, 0), (1, 1, 1), "letterbox", (128, 128, 128)),
        ),
        build=build,
    )
