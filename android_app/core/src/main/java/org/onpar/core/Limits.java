package org.onpar.core;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.onpar.core.photo.OtherFormat;

/**
 * Limits, names and choices that Python, Java and C++ hold alike.
 *
 * <p>Written by `make limits` from parity/limits/limits.json; edit that file.
 */
public final class Limits {
    /** Bytes of a sidecar; one has about 10,000. */
    public static final int MAX_SIDECAR_BYTES = 16_777_216;

    /**
     * Lists and objects inside one another in a sidecar; one has 6. Parsers have limits of their
     * own, from 255 to none.
     */
    public static final int MAX_JSON_DEPTH = 100;

    /** Characters of a number in a sidecar; one has at most 24. Gson gives up at 1,024. */
    public static final int MAX_NUMBER_LENGTH = 1_000;

    /** Bytes of a model that an app loads: the longest array that every JVM has. */
    public static final int MAX_MODEL_BYTES = 2_147_483_639;

    /**
     * Bytes of a photo's file: 40 megapixels of RGBA are 160 MB uncompressed; the rest is room for
     * metadata.
     */
    public static final int MAX_PHOTO_BYTES = 268_435_456;

    /**
     * Pixels of a photo, and of a model's input: 120 MB of RGB is what a phone can be asked to
     * hold.
     */
    public static final int MAX_PIXELS = 40_000_000;

    /**
     * Pixels of a side: JPEG's own limit, held for every format. It bounds what a resize needs for
     * an image that is one pixel wide.
     */
    public static final int MAX_SIDE = 65_535;

    /**
     * Pixels of a side of a photo that is scaled before it is cropped: an int of Java and C++. Only
     * a photo of one pixel's width or height comes near it.
     */
    public static final int MAX_SCALED_SIDE = 2_147_483_647;

    /**
     * Bytes of a PNG's colour profile: Pillow's limit (MAX_TEXT_CHUNK). Real profiles have at most
     * some 100,000.
     */
    public static final int MAX_PNG_PROFILE_BYTES = 1_048_576;

    /** Tags of a colour profile: LittleCMS's limit (MAX_TABLE_TAG). */
    public static final int MAX_PROFILE_TAGS = 100;

    /** Inputs of a model, and outputs. */
    public static final int MAX_TENSORS = 1_000;

    /** Steps of a model's chain; a segmentation has 5. */
    public static final int MAX_STEPS = 100;

    /** Axes of a tensor: what numpy 1 takes. */
    public static final int MAX_RANK = 32;

    /** Bytes of a tensor: Java's buffers count them in an int. */
    public static final int MAX_TENSOR_BYTES = 2_147_483_647;

    /** Classes of a class map, whose items are u8. */
    public static final int MAX_CLASSES = 256;

    /** Labels of a classifier: 21,841 is the most of ImageNet's. */
    public static final int MAX_LABELS = 65_536;

    /** Cases of a sidecar. */
    public static final int MAX_CASES = 100_000;

    /** A channel of a colour, of the padding or of a class. */
    public static final int MAX_LEVEL = 255;

    /**
     * Smallest standard deviation without its sign: the smallest normal float32. Below it float32
     * loses digits or is 0, and pixels are divided by it.
     */
    public static final double MIN_STD = 1.1754943508222875e-38;

    /** Smallest scale of a quantization: the smallest normal float32. Numbers are divided by it. */
    public static final double MIN_SCALE = 1.1754943508222875e-38;

    /**
     * Largest constant of a step without its sign, such as a mean or a scale: beyond it float32 is
     * infinite.
     */
    public static final double MAX_FLOAT32 = 3.4028234663852886e+38;

    /** Measured runs of a case, and threads. */
    public static final int MAX_COUNT = 1_000;

    /**
     * A model's file, and a photo's. It leads into no other folder, is not hidden, and is not taken
     * for an option; every system can store it.
     */
    public static final NameRule FILE_NAME =
            new NameRule(
                    "[^./\\\\:*?\"<>|\\x00-\\x1f\\x7f-][^/\\\\:*?\"<>|\\x00-\\x1f\\x7f]*",
                    1, 255,
                    "the name of a file, up to 255 bytes, no . "
                            + "or - in front, none of / \\ : * ? \" < > |");

    /**
     * A case. Captures are named after it, with `.safetensors` and a prefix while they are written;
     * it stands between colons in `--require`.
     */
    public static final NameRule CASE_NAME =
            new NameRule(
                    "[^./\\\\:*?\"<>|\\x00-\\x1f\\x7f-][^/\\\\:*?\"<>|\\x00-\\x1f\\x7f]*",
                    1, 150,
                    "up to 150 bytes, no . or - in front, none of / \\ : * ? \" < > |");

    /**
     * A file, a case or a folder that is handed to an app on a device: commands of adb, devicectl
     * and simctl name it.
     */
    public static final NameRule APP_FILE_NAME =
            new NameRule(
                    "[A-Za-z0-9_][A-Za-z0-9._-]*",
                    1, 255,
                    "letters, digits, `.`, `_` and `-`, the first a letter, a digit or `_`");

    /** An input or an output: what Core ML and the apps' languages take. */
    public static final NameRule TENSOR_NAME =
            new NameRule(
                    "[A-Za-z_][A-Za-z0-9_]*",
                    1, 255,
                    "letters, digits and _, no digit in front, and up to 255 of them");

    /** A source of a case, and a tensor of a chain of steps. */
    public static final NameRule CHAIN_NAME =
            new NameRule(
                    "[A-Za-z_][A-Za-z0-9_.]*",
                    1, 255,
                    "letters, digits, _ and ., a letter or _ in front, and up to 255 of them");

    /** A SHA-256, of a file or of a specification. */
    public static final NameRule SHA256_TEXT =
            new NameRule(
                    "[0-9a-f][0-9a-f]*",
                    64, 64,
                    "64 hexadecimal digits in lower case");

    /** What a model's file takes and gives. */
    public static final List<String> IO_KINDS = texts("tensor", "image");

    /** How a photo of another shape fits. */
    public static final List<String> FITS = texts("stretch", "letterbox", "crop", "shorter");

    /** How a photo is resampled, with antialiasing as Pillow does or without as OpenCV does. */
    public static final List<String> FILTERS = texts("bilinear", "bicubic");

    /** numpy's names of what a capture may hold. */
    public static final List<String> ITEM_TYPES = texts("uint8", "int8", "float32", "int32", "int64");

    /** numpy's names of what `quantize` makes and `dequantize` takes. */
    public static final List<String> QUANTIZED_TYPES = texts("int8", "uint8");

    /** What people hand over instead of a JPEG or PNG. */
    public static final List<OtherFormat> OTHER_FORMATS =
            Collections.unmodifiableList(
                    Arrays.asList(
                            new OtherFormat(0, "GIF8", "a GIF"),
                            new OtherFormat(8, "WEBP", "a WebP"),
                            new OtherFormat(4, "ftypavif", "an AVIF"),
                            new OtherFormat(4, "ftyp", "a HEIC (or another ISO media file)"),
                            new OtherFormat(0, "BM", "a BMP"),
                            new OtherFormat(0, "II*\000", "a TIFF"),
                            new OtherFormat(0, "MM\000*", "a TIFF"),
                            new OtherFormat(4, "JXL ", "a JPEG XL"),
                            new OtherFormat(4, "jP  ", "a JPEG 2000"),
                            new OtherFormat(0, "%PDF", "a PDF"),
                            new OtherFormat(0, "<", "text (HTML, XML or SVG)"),
                            new OtherFormat(
                                    0, "version https://git-lfs",
                                    "a Git LFS pointer (`git lfs pull` fetches the image)")));

    private Limits() {}

    private static List<String> texts(String... values) {
        return Collections.unmodifiableList(Arrays.asList(values));
    }
}
