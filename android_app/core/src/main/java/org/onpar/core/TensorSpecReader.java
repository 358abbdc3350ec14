package org.onpar.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads and validates the sidecar's `inputs` and `outputs`. */
final class TensorSpecReader {
    private TensorSpecReader() {}

    /** @param most how many there may be */
    static List<TensorSpec> read(JsonValue list, int most) throws InputException {
        List<TensorSpec> specs = new ArrayList<>();
        for (JsonValue one : list.list(1, most)) {
            String name = one.at("name").name(Limits.TENSOR_NAME);
            Dtype dtype = Dtype.named(one.at("dtype").choice(Limits.ITEM_TYPES));
            specs.add(new TensorSpec(name, dtype, shape(one.at("shape"), dtype)));
        }
        return specs;
    }

    private static int[] shape(JsonValue list, Dtype dtype) throws InputException {
        List<JsonValue> sides = list.list(0, Limits.MAX_RANK);
        int[] shape = new int[sides.size()];
        long bytes = dtype.bytes;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = sides.get(i).count(1, Integer.MAX_VALUE);
            // Both factors are below 2³¹, so their product fits a long.
            bytes *= shape[i];
            if (bytes > Limits.MAX_TENSOR_BYTES) {
                throw list.wrong("a tensor of at most 2 GiB");
            }
        }
        return shape;
    }

    /** Refuse two of one name, and with io tensor outputs that are not float32. */
    static void check(JsonValue root, boolean tensor) throws InputException {
        Set<String> names = new HashSet<>();
        for (String which : new String[] {"inputs", "outputs"}) {
            for (JsonValue one : root.at(which).list(1, Limits.MAX_TENSORS)) {
                if (!names.add(one.at("name").text())) {
                    throw one.at("name").wrong("a name that no other input or output has");
                }
                if (tensor && which.equals("outputs")
                        && !one.at("dtype").text().equals(Dtype.FLOAT32.numpy)) {
                    throw one.at("dtype").wrong("float32, as io is tensor");
                }
            }
        }
    }
}
