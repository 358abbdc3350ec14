"""Weights whose batch norms have the statistics of a few images: the photo comes through."""

import torch
from torch import nn


def warmed(net, *shape, seed=0):
    torch.manual_seed(seed)
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(m.weight, a=0.1)
        if isinstance(m, nn.BatchNorm2d):
            m.momentum = None
            m.reset_running_stats()
    net.train()
    with torch.no_grad():
        for _ in range(4):
            low = torch.randn(2, *shape[1:-2], 8, 8).flatten(0, -4)
            x = nn.functional.interpolate(low, shape[-2:], mode="bicubic").reshape(2, *shape[1:])
            net(0.5 + 0.25 * x)
    return net.eval()
