"""Settings under which eager PyTorch is honest float32 too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import torch

Setting = Callable[[], AbstractContextManager[Any]]


@contextmanager
def threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def without_onednn() -> AbstractContextManager[Any]:
    flags: AbstractContextManager[Any] = torch.backends.mkldnn.flags(enabled=False)
    return flags
