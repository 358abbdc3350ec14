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
        int height = prep.at("height").count(1, RgbImage.MAX_SIDE);
        int width = prep.at("width").count(1, RgbImage.MAX_SIDE);
        if ((long) height * width > RgbImage.MAX_PIXELS) {
            throw prep.at("height").wrong("a size of at most 40 megapixels");
        }
        JsonValue input = prep.at("input");
        boolean fed = false;
        for (TensorSpec spec : inputs) {
            fed |= spec.name.equals(input.text())
                    && (tensor ? spec.is(Dtype.FLOAT32, 1, 3, height, width)
                            : spec.is(Dtype.UINT8, height, width, 3));
        }
        if (!fed) {
            throw input.wrong("the name of an input that takes an image of this size");
        }
        double[] std = numbers(prep.at("std"));
        for (double value : std) {
            if (value == 0) {
                throw prep.at("std").wrong("numbers that are not 0");
            }
        }
        return new ImagePrep(
                input.text(), height, width, numbers(prep.at("mean")), std, fit(prep.at("fit")),
                levels(prep.at("pad")));
    }

    private static FitMode fit(JsonValue value) throws InputException {
        for (FitMode mode : FitMode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(value.text())) {
                return mode;
            }
        }
        throw value.wrong("stretch, letterbox or crop");
    }

    private static double[] numbers(JsonValue list) throws InputException {
        List<JsonValue> values = list.list(3, 3);
        double[] numbers = new double[3];
        for (int i = 0; i < 3; i++) {
            numbers[i] = values.get(i).number();
        }
        return numbers;
    }

    /** A colour: R, G, B of 0 to 255. */
    static int[] levels(JsonValue list) throws InputException {
        List<JsonValue> values = list.list(3, 3);
        int[] levels = new int[3];
        for (int i = 0; i < 3; i++) {
            levels[i] = values.get(i).count(0, 255);
        }
        return levels;
    }
}
