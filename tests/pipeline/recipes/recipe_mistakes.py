"""Mistakes in a user's recipe file: what must be said of each, and what is changed in the text."""

from __future__ import annotations

Change = tuple[str, str]

CASES = "astronaut", "chelsea", "coffee", "rocket"

IN = 'inputs=(TensorSpec("image", (1, 3, h, w)),)'
OUT = 'outputs=(TensorSpec("scores", (1, 4)),)'
PHOTO = 'photo("image", h, w, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))'
STEPS = f"            steps={PHOTO},\n"
OPTIONS = "h, w = options.height, options.width"


def image(spec: str) -> Change:
    return IN, f'inputs=(TensorSpec("image", {spec}),)'


def scores(spec: str, name: str = "scores") -> Change:
    return OUT, f'outputs=(TensorSpec("{name}", {spec}),)'


def also(argument: str) -> Change:
    return "build=build", f"build=build, {argument}"


def boxes(array: str) -> tuple[Change, Change]:
    """A second input, and one array for every case."""
    return BOX, also(f"inputs={{c: {{'box': {array}}} for c in {CASES}}}")


def with_classes(output: str = "'scores'", classes: str = "") -> Change:
    """A class map of the scores, of two classes unless others are given."""
    return PHOTO, f"(*{PHOTO}, class_map({output}, {classes or TWO}))"


def second(steps: str = "photo('right', 8, 8, source='right')") -> tuple[Change, Change]:
    """A second input, of a second photo."""
    return RIGHT, (f"steps={PHOTO}", f"steps=(*{PHOTO}, *{steps})")


RIGHT = IN, IN[:-1] + ' TensorSpec("right", (1, 3, 8, 8)))'
BOX = IN, IN[:-1] + ' TensorSpec("box", (1, 4)))'
TWO = "('a', 'b'), ((0, 0, 0),) * 2"
TUPLE = "expected a tuple of "

MISTAKES: dict[str, tuple[str, *tuple[Change, ...]]] = {
    # It is no recipe.
    "no-function": ("has no function recipe(options)", ("def recipe", "def make")),
    "syntax": ("line 25: SyntaxError", ("def recipe(options):", "def recipe(options)")),
    "old-import": (
        "line 6: ModuleNotFoundError: No module named 'pipeline.recipe'; recipes import from onpar "
        "now: `from onpar import ModelSpec, Recipe, TensorSpec, class_map, photo`",
        ("from onpar import ModelSpec", "from pipeline.recipe import ModelSpec"),
    ),
    "old-names": (
        "; `from onpar import ModelSpec, Recipe, TensorSpec, class_map, photo`; drop ClassMap, "
        "ImagePrep, which it does not call, from the import",
        ("from onpar import ModelSpec", "from onpar import ClassMap, ImagePrep, ModelSpec"),
    ),
    "old-prep": (
        "; write steps=(*photo(…),), with the same arguments, instead of prep=ImagePrep(…)",
        ("from onpar import ModelSpec", "from onpar import ImagePrep, ModelSpec"),
        ("steps=photo", "prep=ImagePrep"),
    ),
    "old-both": (
        "; write steps=(*photo(…), class_map(…)), with the same arguments, instead of "
        "prep=ImagePrep(…) and classmap=ClassMap(…)",
        ("from onpar import ModelSpec", "from parity.spec import ClassMap, ImagePrep, ModelSpec"),
        ("steps=photo", "classmap=ClassMap(1), prep=ImagePrep"),
    ),
    "old-argument": (
        "argument 'prep'; `from onpar import ModelSpec, Recipe, TensorSpec, class_map, photo`; "
        "write steps=(*photo(…),), with the same arguments, instead of prep=ImagePrep(…)",
        ("steps=photo", "prep=photo"),
    ),
    "import": ("line 4: ModuleNotFoundError: No mod", ("import numpy as np", "import numpi")),
    "raises": ("line 26: NameError: name 'option' is not", (OPTIONS, "h, w = option")),
    "ends": ("line 26: it ends the program (sys.exit); put", (OPTIONS, "exit(3)")),
    "no-arguments": ("takes 0 positional arguments", ("def recipe(options)", "def recipe()")),
    "no-return": ("gave None (is a `return` missing?)", ("return Recipe(", "Recipe(")),
    "returns-else": ("gave dict, expected an onpar.Recipe", ("return Recipe(", "return dict(")),
    # It is a wrong one.
    "other-fit": (
        "mine.py: steps[1] (resize-image): fit is 'fill', expected one of stretch, letterbox, crop",
        (", (0.25, 0.25, 0.25)", ", (1, 1, 1), 'fill'"),
    ),
    "other-options": ("pass `options` unchanged", ("options=options", "options=None")),
    "other-name": ("='net'): expected options.name", ("recipe=options.name", "recipe='net'")),
    "no-spec": ("model is a dict, expected a Mod", ("model=ModelSpec(", "model=dict(")),
    "module-as-build": ("build is a Net, expected a function", ("build=build", "build=build()")),
    "left-out": ("left_out names 'tflite'; known: ", also("left_out={'tflite': ''}")),
    "left-out-on": ("left_out names 'mil:onnx'; mil runs co", also("left_out={'mil:onnx': ''}")),
    "layer-as-text": (
        "float_layers is 'conv', expected a tuple of na",
        also("float_layers='conv'"),
    ),
    "layer-number": ("float_layers has '0', expected a tuple of ", also("float_layers=(0,)")),
    "layer-format": (
        "float_layers names the format 'ptl', expected torchscript, which it is made from",
        also("float_layers={'ptl': ('conv',)}"),
    ),
    "layers-by-format": (
        "float_layers['onnx'] is 'conv', expected a tuple of names",
        also("float_layers={'onnx': 'conv'}"),
    ),
    "no-weights": ("holds the weights that all oth", also("left_out={'safetensors': ''}")),
    "no-source": ("sources names net.pth: no such file", also("sources=('net.pth',)")),
    "no-folder": ("calibration names mine: no such folder", also("calibration='mine'")),
    "drop-as-text": (
        "max_drop is '5 %', expected a number from 0 to 100, the percent of the pixels that a "
        "lower precision may change; None: 25",
        also("max_drop='5 %'"),
    ),
    "drop-below": ("max_drop is '-1', expected a number from 0 to 100", also("max_drop=-1")),
    "drop-above": ("max_drop is '100.5', expected a number from", also("max_drop=100.5")),
    "drop-nan": ("max_drop is 'nan', expected a number", also("max_drop=float('nan')")),
    "drop-as-flag": ("max_drop is 'True', expected a number", also("max_drop=True")),
    "number-as-folder": ("measured is 5, expected the path", also("measured=5")),
    # An input or an output.
    "no-comma": (f"inputs is a TensorSpec, {TUPLE}one", (IN, IN[:-2] + ")")),
    "name-alone": ("outputs holds a str, expected a Tens", (OUT, "outputs=('scores',)")),
    "groups-axis": ("groups=2, expected an axis of its shape, -2 to 1", scores("(1, 4), groups=2")),
    "groups-name": ("groups='last', expected an axis", scores("(1, 4), groups='last'")),
    "groups-in": ("only outputs have groups", image("(1, 3, h, w), groups=1")),
    "none": (f"outputs is a tuple, {TUPLE}one TensorSpec or more", (OUT, "outputs=()")),
    "free-size": (f"input image: shape (1, 3, -1, 32), {TUPLE}", image("(1, 3, -1, w)")),
    "no-size": ("as shapes are static: options.height", image("(1, 3, None, w)")),
    "half-a-size": (f"shape (1, 6.0), {TUPLE}whole numbers", scores("(1, h / 4)")),
    "size-alone": (f"output scores: shape 4, {TUPLE}whole", scores("4")),
    "odd-name": ("output 'my scores': a name has letters, ", scores("(1, 4)", "my scores")),
    "twice": ("'scores' names two of the", (OUT, OUT[:-1] + ' TensorSpec("scores", (1, 4)))')),
    "as-an-input": ("'image' names two of the", scores("(1, 4)", "image")),
    "labels-out": ("dtype 'int64', expected float32; return", scores("(1,), 'int64'")),
    "booleans-in": ("one of uint8, int8, float32, int32, int64", image("(1, 3, h, w), 'bool'")),
    # The photo.
    "photo-of-else": (
        "steps[2] (normalize): makes 'picture', which no later step takes; the model's inputs are "
        "image",
        ('photo("image"', 'photo("picture"'),
    ),
    "batch-of-2": ("onpar runs one at a time (batch 1)", image("(2, 3, h, w)")),
    "channels-last": (
        "the network: inputs: image is float32 [1, 24, 32, 3], the steps make float32 "
        '[1, 3, 24, 32]; write photo(…, layout="NHWC")',
        image("(1, h, w, 3)"),
    ),
    "gray": (
        'the steps make float32 [1, 3, 24, 32]; write photo(…, channels="gray", mean=(…,), std=(…,',
        image("(1, 1, h, w)"),
    ),
    "levels-in": (
        "inputs: image is uint8 [1, 3, 24, 32], the steps make float32 [1, 3, 24, 32]; write "
        'photo(…, dtype="uint8")',
        image("(1, 3, h, w), 'uint8'"),
    ),
    "own-size": (
        "steps[1] (resize-image) makes 224x224, the command asks for 24x32; use options.height and "
        "options.width in the recipe, or say --size 224x224",
        (OPTIONS, "h = w = 224"),
    ),
    "std-of-0": (
        "steps[2] (normalize): std is (0.0, 1.0, 1.0), expected three numbers",
        ("(0.25, 0.25, 0.25)", "(0, 1, 1)"),
    ),
    "one-std": (
        "(normalize): std is 0.25, expected a tuple of numbers",
        ("(0.25, 0.25, 0.25)", "0.25"),
    ),
    "two-means": (
        "mean is (0.5, 0.5), expected three numbers for R, G and B",
        ("(0.5, 0.5, 0.5)", "(0.5, 0.5)"),
    ),
    "size-as-text": (
        "steps[1] (resize-image): height is '24', expected a whole number",
        ('photo("image", h', 'photo("image", str(h)'),
    ),
    "height-of-0": (
        "steps[1] (resize-image): height is 0, ex",
        ('photo("image", h', 'photo("image", 0'),
    ),
    "pad": (
        "steps[1] (resize-image): pad is (0, 0, 256), expected three levels of 0 to 255",
        (", (0.25, 0.25, 0.25)", ", (1, 1, 1), pad=(0, 0, 256)"),
    ),
    # The other steps.
    "no-star": (
        "steps[0] is a tuple, expected a step; photo(…) gives several: write a star before it",
        (PHOTO, f"({PHOTO}, class_map('scores', {TWO}))"),
    ),
    "step-alone": (
        "steps is the step argmax, expected a tuple of steps",
        (PHOTO, f"class_map('scores', {TWO})"),
    ),
    "steps-of-else": ("steps is a str, expected a tuple of steps", (PHOTO, "'photo'")),
    "no-step": ("steps[0] is a str, expected what photo(…) or", (PHOTO, "('photo',)")),
    "no-steps": ("steps is None, expected a tuple of steps", (PHOTO, "None")),
    "classes": (
        "steps[3] (argmax): takes scores, float32 [1, 4], expected scores float32 [1, classes, h, ",
        with_classes(),
    ),
    "too-few-classes": (
        "steps[3] (argmax): classes are 2, scores is [1, 4, 24, 32]",
        scores("(1, 4, h, w)"),
        with_classes(),
    ),
    "classes-of-else": (
        "steps[3] (argmax): takes 'logits', which no earlier step makes; they make decoded, "
        "resized, image, scores",
        scores("(1, 2, h, w)"),
        with_classes("'logits'"),
    ),
    "classes-of-no-name": (
        "(argmax): takes is (5,), expected a tuple of names",
        scores("(1, 2, h, w)"),
        with_classes("5"),
    ),
    "half-a-character": (
        "steps[3] (argmax): classes is ('a\\ud800', 'b'), expected whole characters: half of a "
        "surrogate pair",
        scores("(1, 2, h, w)"),
        with_classes(classes="('a\\ud800', 'b'), ((0, 0, 0), (1, 1, 1))"),
    ),
    "palette": (
        "steps[3] (argmax): palette has 1 colours for 2 classes",
        scores("(1, 2, h, w)"),
        with_classes(classes="('a', 'b'), ((0, 0, 0),)"),
    ),
    "colours": (
        "(argmax): palette is (0, 0), expected a tuple of colours",
        scores("(1, 2, h, w)"),
        with_classes(classes="('a', 'b'), (0, 0)"),
    ),
    "classmap-as-an-output": (
        "steps[3] (argmax): makes 'classmap', which is made already; give each tensor its own name",
        scores("(1, 2, h, w)", "classmap"),
        with_classes("'classmap'"),
    ),
    # The photos.
    "no-such-photo": ("photos names dog.jpg: no such file; pa", also("photos=('dog.jpg',)")),
    "no-photos": (f"photos is empty, {TUPLE}one path", also("photos=()")),
    "one-photo": (f"photos is 'dog.jpg', {TUPLE}one path", also("photos='dog.jpg'")),
    # The other inputs.
    "no-inputs": ("inputs['astronaut'] gives nothing, expected box", BOX),
    "one-case": ("['astronaut'] gives nothing", BOX, also("inputs={'coffee': {'box': 1}}")),
    "misspelt": ("inputs gives a case 'cofee'; the", BOX, also("inputs={'cofee': {'box': 1}}")),
    "a-list": ("['box'] is a list, expected a numpy array", *boxes("[1, 2, 3, 4]")),
    "doubles": ("write array.astype('float32')", *boxes("np.ones((1, 4))")),
    "shape": ("has shape [4], the model spec says [1, 4]", *boxes("np.ones(4, 'f4')")),
    "nan": ("['box'] holds NaN or infinity", *boxes("np.full((1, 4), np.nan, 'f4')")),
    # Several photos.
    "two-of-one-source": (
        "steps[3] (decode-image): makes 'decoded', which is made already; give each photo its own "
        'source: photo(…, source="left")',
        *second("photo('right', 8, 8)"),
    ),
    "no-size-of-both": (
        "steps[1] (resize-image) makes 8x8, the command asks for 24x32",
        *second("photo('right', 8, 8, source='right')"),
        ("(1, 3, h, w)", "(1, 3, 8, 8)"),
        ('photo("image", h, w', 'photo("image", 8, 8'),
    ),
    "photos-of-two": (
        "photos is given; with 2 photos `inputs` must give each case's sources (photo, right): "
        "leave out photos",
        *second(),
        also("photos=('dog.jpg',)"),
    ),
    "no-cases-of-two": (
        "has no cases; with 2 photos `inputs` must give each case's sources (photo, right), for at",
        *second(),
    ),
    "one-photo-of-two": (
        "inputs['a'] gives right, expected photo, right: the sources of every case",
        *second(),
        also("inputs={c: {'right': 'dog.jpg'} for c in 'ab'}"),
    ),
    "other-photo": (
        "inputs['a'] gives left, right, expected photo, right: the sources of every case",
        *second(),
        also("inputs={c: {'left': 'dog.jpg', 'right': 'dog.jpg'} for c in 'ab'}"),
    ),
    "no-file-of-two": (
        "inputs['a']['photo'] names dog.jpg: no such file",
        *second(),
        also("inputs={c: {'photo': 'dog.jpg', 'right': 'dog.jpg'} for c in 'ab'}"),
    ),
    "array-as-photo": (
        "inputs['a']['photo'] has a ndarray, expected the path of an image",
        *second(),
        also("inputs={c: {'photo': np.ones(3), 'right': 'dog.jpg'} for c in 'ab'}"),
    ),
    "photos-of-none": (
        "photos is given; without a photo `inputs` must give each case's arrays by name",
        (STEPS, ""),
        also("photos=('dog.jpg',)"),
    ),
    "no-cases": ("has no cases; without a photo `inputs` must give", (STEPS, "")),
    "source-of-two": (
        "takes the source 'photo', which the step given takes as well; give the input another name",
        (IN, IN[:-1] + ' TensorSpec("photo", (1, 4)))'),
    ),
}
"""By name: what must be said, and then the changes of `recipe_text.TEXT`."""
