"""Limits, names and choices that Python, Java and C++ hold alike.

Written by `make limits` from parity/limits/limits.json; edit that file.
"""

from onpar.parity.limits.name_rule import NameRule

MAX_SIDECAR_BYTES = 16_777_216
"""Bytes of a sidecar; one has about 10,000."""

MAX_JSON_DEPTH = 100
"""Lists and objects inside one another in a sidecar; one has 6. Parsers have limits of their
own, from 255 to none."""

MAX_NUMBER_LENGTH = 1_000
"""Characters of a number in a sidecar; one has at most 24. Gson gives up at 1,024."""

MAX_MODEL_BYTES = 2_147_483_639
"""Bytes of a model that an app loads: the longest array that every JVM has."""

MAX_PHOTO_BYTES = 268_435_456
"""Bytes of a photo's file: 40 megapixels of RGBA are 160 MB uncompressed; the rest is room for
metadata."""

MAX_PIXELS = 40_000_000
"""Pixels of a photo, and of a model's input: 120 MB of RGB is what a phone can be asked to hold."""

MAX_SIDE = 65_535
"""Pixels of a side: JPEG's own limit, held for every format. It bounds what a resize needs for
an image that is one pixel wide."""

MAX_SCALED_SIDE = 2_147_483_647
"""Pixels of a side of a photo that is scaled before it is cropped: an int of Java and C++. Only
a photo of one pixel's width or height comes near it."""

MAX_PNG_PROFILE_BYTES = 1_048_576
"""Bytes of a PNG's colour profile: Pillow's limit (MAX_TEXT_CHUNK). Real profiles have at most
some 100,000."""

MAX_PROFILE_TAGS = 100
"""Tags of a colour profile: LittleCMS's limit (MAX_TABLE_TAG)."""

MAX_TENSORS = 1_000
"""Inputs of a model, and outputs."""

MAX_STEPS = 100
"""Steps of a model's chain; a segmentation has 5."""

MAX_RANK = 32
"""Axes of a tensor: what numpy 1 takes."""

MAX_TENSOR_BYTES = 2_147_483_647
"""Bytes of a tensor: Java's buffers count them in an int."""

MAX_CLASSES = 256
"""Classes of a class map, whose items are u8."""

MAX_LABELS = 65_536
"""Labels of a classifier: 21,841 is the most of ImageNet's."""

MAX_CASES = 100_000
"""Cases of a sidecar."""

MAX_LEVEL = 255
"""A channel of a colour, of the padding or of a class."""

MIN_STD = 1.1754943508222875e-38
"""Smallest standard deviation without its sign: the smallest normal float32. Below it float32
loses digits or is 0, and pixels are divided by it."""

MIN_SCALE = 1.1754943508222875e-38
"""Smallest scale of a quantization: the smallest normal float32. Numbers are divided by it."""

MAX_FLOAT32 = 3.4028234663852886e38
"""Largest constant of a step without its sign, such as a mean or a scale: beyond it float32 is
infinite."""

MAX_COUNT = 1_000
"""Measured runs of a case, and threads."""

FILE_NAME = NameRule(
    pattern=r'[^./\\:*?"<>|\x00-\x1f\x7f-][^/\\:*?"<>|\x00-\x1f\x7f]*',
    min_bytes=1,
    max_bytes=255,
    expected='the name of a file, up to 255 bytes, no . or - in front, none of / \\ : * ? " < > |',
)
"""A model's file, and a photo's. It leads into no other folder, is not hidden, and is not taken
for an option; every system can store it."""

CASE_NAME = NameRule(
    pattern=r'[^./\\:*?"<>|\x00-\x1f\x7f-][^/\\:*?"<>|\x00-\x1f\x7f]*',
    min_bytes=1,
    max_bytes=150,
    expected='up to 150 bytes, no . or - in front, none of / \\ : * ? " < > |',
)
"""A case. Captures are named after it, with `.safetensors` and a prefix while they are written;
it stands between colons in `--require`."""

APP_FILE_NAME = NameRule(
    pattern=r"[A-Za-z0-9_][A-Za-z0-9._-]*",
    min_bytes=1,
    max_bytes=255,
    expected="letters, digits, `.`, `_` and `-`, the first a letter, a digit or `_`",
)
"""A file, a case or a folder that is handed to an app on a device: commands of adb, devicectl
and simctl name it."""

TENSOR_NAME = NameRule(
    pattern=r"[A-Za-z_][A-Za-z0-9_]*",
    min_bytes=1,
    max_bytes=255,
    expected="letters, digits and _, no digit in front, and up to 255 of them",
)
"""An input or an output: what Core ML and the apps' languages take."""

CHAIN_NAME = NameRule(
    pattern=r"[A-Za-z_][A-Za-z0-9_.]*",
    min_bytes=1,
    max_bytes=255,
    expected="letters, digits, _ and ., a letter or _ in front, and up to 255 of them",
)
"""A source of a case, and a tensor of a chain of steps."""

SHA256_TEXT = NameRule(
    pattern=r"[0-9a-f][0-9a-f]*",
    min_bytes=64,
    max_bytes=64,
    expected="64 hexadecimal digits in lower case",
)
"""A SHA-256, of a file or of a specification."""

IO_KINDS = ("tensor", "image")
"""What a model's file takes and gives."""

FITS = ("stretch", "letterbox", "crop", "shorter")
"""How a photo of another shape fits."""

FILTERS = ("bilinear", "bicubic")
"""How a photo is resampled, with antialiasing as Pillow does or without as OpenCV does."""

ITEM_TYPES = ("uint8", "int8", "float32", "int32", "int64")
"""numpy's names of what a capture may hold."""

QUANTIZED_TYPES = ("int8", "uint8")
"""numpy's names of what `quantize` makes and `dequantize` takes."""

OTHER_FORMATS = (
    (0, b"GIF8", "a GIF"),
    (8, b"WEBP", "a WebP"),
    (4, b"ftypavif", "an AVIF"),
    (4, b"ftyp", "a HEIC (or another ISO media file)"),
    (0, b"BM", "a BMP"),
    (0, b"II*\0", "a TIFF"),
    (0, b"MM\0*", "a TIFF"),
    (4, b"JXL ", "a JPEG XL"),
    (4, b"jP  ", "a JPEG 2000"),
    (0, b"%PDF", "a PDF"),
    (0, b"<", "text (HTML, XML or SVG)"),
    (0, b"version https://git-lfs", "a Git LFS pointer (`git lfs pull` fetches the image)"),
)
"""What people hand over instead of a JPEG or PNG: offset, bytes, name. Only ever used to name it
in an error."""
