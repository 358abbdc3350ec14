package org.onpar.core;

import java.util.ArrayList;
import java.util.List;

/** Reads and validates the sidecar's `model.classmap`. */
final class ClassMapReader {
    private ClassMapReader() {}

    /**
     * @param outputs of the model's file, one of which must be the scores, or the class map
     * @param tensor whether that one is f32 [1, classes, h, w], else [h, w]
     * @return null where no output is one class a pixel
     */
    static ClassMapSpec read(JsonValue map, List<TensorSpec> outputs, boolean tensor)
            throws InputException {
        if (map.isNull()) {
            return null;
        }
        List<String> classes = new ArrayList<>();
        for (JsonValue name : map.at("classes").list(1, Limits.MAX_CLASSES)) {
            classes.add(name.text());
        }
        int[] palette = new int[classes.size()];
        List<JsonValue> colours = map.at("palette").list(palette.length, palette.length);
        for (int i = 0; i < palette.length; i++) {
            int[] rgb = ImagePrepReader.levels(colours.get(i));
            palette[i] = rgb[0] << 16 | rgb[1] << 8 | rgb[2];
        }
        JsonValue output = map.at("output");
        String name = output.name(Limits.TENSOR_NAME);
        boolean given = false;
        for (TensorSpec spec : outputs) {
            int[] shape = spec.shape();
            given |= tensor
                    ? spec.name.equals(name) && spec.dtype == Dtype.FLOAT32
                            && shape.length == 4 && shape[0] == 1 && shape[1] == palette.length
                    : spec.name.equals("classmap") && shape.length == 2;
        }
        if (!given) {
            throw output.wrong("the name of an output with a score for each of the "
                    + palette.length + " classes and each pixel");
        }
        return new ClassMapSpec(name, classes, palette);
    }
}
