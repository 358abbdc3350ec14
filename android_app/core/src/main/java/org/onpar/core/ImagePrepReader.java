package org.onpar.core;

import java.util.List;
import java.util.Locale;
import org.onpar.core.ImagePrep.FitMode;

/** Reads and validates the sidecar's `model.prep`. */
final class ImagePrepReader {
    private ImagePrepReader() {}

    /**
     * @param inputs of the model's file, one of which must take the image
     * @param tensor whether that one is f32 [1, 3, h, w], else u8 [h, w, 3]
     * @return null where the model takes no photo
     */
    static ImagePrep read(JsonValue prep, List<TensorSpec> inputs, boolean tensor)
            throws InputException {
        if (prep.isNull()) {
            return null;
        }
        int height = prep.at("height").count(1, Limits.MAX_SIDE);
        int width = prep.at("width").count(1, Limits.MAX_SIDE);
        if ((long) height * width > Limits.MAX_PIXELS) {
            throw prep.at("height").wrong("a size of at most 40 megapixels");
        }
        JsonValue input = prep.at("input");
        String name = input.name(Limits.TENSOR_NAME);
        boolean fed = false;
        for (TensorSpec spec : inputs) {
            fed |= spec.name.equals(name)
                    && (tensor ? spec.is(Dtype.FLOAT32, 1, 3, height, width)
                            : spec.is(Dtype.UINT8, height, width, 3));
        }
        if (!fed) {
            throw input.wrong("the name of an input that takes an image of this size");
        }
        FitMode fit = FitMode.valueOf(
                prep.at("fit").choice(Limits.FITS).toUpperCase(Locale.ROOT));
        return new ImagePrep(
                name, height, width, numbers(prep.at("mean"), 0),
                numbers(prep.at("std"), Limits.MIN_STD), fit, levels(prep.at("pad")));
    }

    /** @param least of each without its sign, so that float32 holds it and may divide by it */
    private static double[] numbers(JsonValue list, double least) throws InputException {
        List<JsonValue> values = list.list(3, 3);
        double[] numbers = new double[3];
        for (int i = 0; i < 3; i++) {
            numbers[i] = values.get(i).number();
            double size = Math.abs(numbers[i]);
            if (size < least || size > Limits.MAX_FLOAT32) {
                throw values.get(i).wrong(
                        "a number that float32 holds" + (least > 0 ? ", and not 0" : ""));
            }
        }
        return numbers;
    }

    /** A colour: R, G, B of 0 to 255. */
    static int[] levels(JsonValue list) throws InputException {
        List<JsonValue> values = list.list(3, 3);
        int[] levels = new int[3];
        for (int i = 0; i < 3; i++) {
            levels[i] = values.get(i).count(0, Limits.MAX_LEVEL);
        }
        return levels;
    }
}
