"""`onpar recipes --init FILE`: a recipe to start from, with what to change in comments."""

from __future__ import annotations

from pathlib import Path

from onpar.parity.files.atomic import write_text
from onpar.pipeline.errors import OnparError, writing
from onpar.pipeline.recipes import RECIPES

START = '''\
"""My model: onpar parity --recipe my_recipe.py --size 224x224"""

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec, photo


def build():  # with imports inside, a run with nothing to do stays fast
    from torchvision.models import resnet18

    return resnet18(weights=None, num_classes=10)  # your weights: --weights my.pth


def recipe(options: RecipeOptions) -> Recipe:
    h, w = options.height, options.width  # --size; shapes are static, batch 1
    model = ModelSpec(
        recipe=options.name,
        inputs=(TensorSpec("image", (1, 3, h, w)),),  # several: as forward() names them
        outputs=(TensorSpec("scores", (1, 10)),),  # in its order, or a dictionary's keys
        steps=photo("image", h, w, fit="crop"),  # mean=…, std=…, if they are not ImageNet's
    )  # shorter: model = segmentation(options, classes), or classification(options, labels)
    # Recipe also has: photos=(Path("dog.jpg"),), your own instead of onpar's four;
    # inputs={"dog": {"box": array}}, a case's inputs other than the photo;
    # sources=(Path("my.pth"),), files that build() reads: a change exports again;
    # left_out={"coreml": "why"}, formats that this model does not support
    return Recipe(options=options, model=model, build=build)
'''


def write_start(path: Path) -> str:
    """Write the file; gives what to do next. Raises OnparError if the file exists, or its name is
    not valid for a recipe."""
    if path.suffix != ".py" or path.stem in RECIPES or not path.stem.isidentifier():
        raise OnparError(
            f"--init {path}: expected a new name of letters, digits and _, such as my_recipe.py"
        )
    if path.exists():
        raise OnparError(f"--init {path}: exists already; name another file, or edit this one")
    with writing(f"--init {path}", "a file in a folder that can be written"):
        write_text(path, START.replace("my_recipe.py", str(path)))
    return f"wrote {path}; change it, then: onpar parity --recipe {path} --size 224x224"
