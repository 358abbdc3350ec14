"""Modules that nothing elsewhere could agree with, as changes of `recipe_text.TEXT`."""

from __future__ import annotations

Change = tuple[str, str]

CONV, RETURN, NET = "self.conv = nn.Conv2d(3, 4, 3)", "return y\n", "    return Net()"


def gives(expression: str) -> Change:
    """What `forward` returns; `y` is f32 [1, 4]."""
    return RETURN, f"return {expression}\n"


def has(statement: str) -> Change:
    """One more statement of `__init__`."""
    return CONV, f"{CONV}; {statement}"


def built(expression: str) -> Change:
    """What `build` returns."""
    return NET, f"    return {expression}"


NORM = "y = self.norm(self.conv(image)).mean((2, 3))"
TRAIN = "\n\n        def train(self, mode=True):\n            return super().train(True)"

UNSOUND: dict[str, tuple[str, *tuple[Change, ...]]] = {
    # build() makes no module, or another than can be exported.
    "raises": ("build() fails: line 22: ZeroDivisionError: division", built("1 / 0")),
    "ends": ("build() fails: line 22: it ends the program", built("exit()")),
    "absent": ("install it where onpar runs: ", built("__import__('no_such_package')")),
    "a-state": (
        "build() gave OrderedDict, expected a torch.nn.Module",
        built("Net().state_dict()"),
    ),
    "half": ("conv.weight is float16, expected float32", built("Net().half()")),
    "elsewhere": ("conv.weight is on meta, expected the CPU", built("Net().to('meta')")),
    "compiled": ("gave a compiled module; return it without", built("torch.compile(Net())")),
    # forward() fails, or returns others than the recipe says.
    "other-size": (
        "fails on the inputs of case astronaut (image [1, 3, 24, 32]): line 20: RuntimeError: mat1",
        has("self.fc = nn.Linear(5, 4)"),
        gives("self.fc(y)"),
    ),
    "nothing": ("returns NoneType, expected a tensor, or a tuple", gives("None")),
    "an-object": ("returns slice, expected a tensor, or a tuple", gives("slice(y)")),
    "two": ("the module returns 2 outputs, the recipe names 1 (scores)", gives("y, y")),
    "other-key": ("returns no output 'scores'; it returns logits", gives("{'logits': y}")),
    "another-key": ("also returns loss, which", gives("{'scores': y, 'loss': y}")),
    "nested": ("output scores is tuple, expected a tensor; return", gives("((y, y),)")),
    "absent-output": ("output scores is NoneType, expected a", gives("{'scores': None}")),
    "labels": ("output scores is int64, expected float32; return the scores", gives("y.argmax(1)")),
    "bfloat16": ("is bfloat16, expected float32; end forward() with", gives("y.bfloat16()")),
    "doubles": ("is float64, expected float32; end forward() with", gives("y.double()")),
    "on-meta": ("output scores is on meta, expected the CPU", gives("y.to('meta')")),
    "shape": (
        "output scores has shape [1, 4, 1], the model spec says [1, 4]",
        gives("y[..., None]"),
    ),
    # It is not the same at every run, or anywhere else.
    "draws": (
        "draws random numbers in eval mode (aten::rand in line 20)",
        gives("y + torch.rand(4)"),
    ),
    "noise": ("(aten::randn_like in line 20)", gives("y + torch.randn_like(y)")),
    "dropout-on": (
        "(aten::dropout in line 20)",
        gives("nn.functional.dropout(y, training=True)"),
    ),
    "own-generator": (
        "(aten::rand.generator in line 20)",
        has("self.draw = torch.Generator()"),
        gives("y + torch.rand(4, generator=self.draw)"),
    ),
    "numpy-draws": (
        "second run on the same inputs gives a different scores",
        gives("y + float(np.random.rand())"),
    ),
    "counts": (
        "second run on the same inputs gives a different scores, by up to",
        has("self.runs = 0"),
        gives("y * self.runs"),
        ("y = self.conv", "self.runs += 1; y = self.conv"),
    ),
    "statistics": (
        "norm is always in training mode: a batch norm without running statistics",
        has("self.norm = nn.BatchNorm2d(4, track_running_stats=False)"),
        ("y = self.conv(image).relu().mean((2, 3))", NORM),
    ),
    "in-training": (
        "the module itself, conv are in training mode after eval()",
        (RETURN, f"return y{TRAIN}\n"),
    ),
}
"""By name: what must be said, and then the changes."""

SOUND: dict[str, tuple[Change, ...]] = {
    "dropout-off": (has("self.drop = nn.Dropout()"), gives("self.drop(y)")),
    "dropout-off-in-place": (has("self.drop = nn.Dropout2d(inplace=True)"), gives("self.drop(y)")),
    "leaky": (has("self.leaky = nn.RReLU()"), gives("self.leaky(y)")),
    "attention": (gives("nn.functional.scaled_dot_product_attention(y, y, y)"),),
    "instance-norm": (
        has("self.norm = nn.InstanceNorm2d(4, affine=True)"),
        ("y = self.conv(image).relu().mean((2, 3))", NORM),
    ),
    "a-list": (gives("[y]"),),
    "a-dictionary": (gives("{'scores': y}"),),
    "zeros": (gives("y + torch.zeros(1, 4) @ torch.ones(4, 4)"),),
    "drawn-once": (has("self.table = torch.rand(4)"), gives("y + self.table")),
    "weight-norm": (has("nn.utils.weight_norm(self.conv)"),),
    "tied": (has("self.same = nn.Conv2d(3, 4, 3); self.same.weight = self.conv.weight"),),
}
"""What looks like the above and is sound."""
