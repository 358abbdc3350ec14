package org.onpar.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads and validates the sidecar's `inputs` and `outputs`, of the file and of its model. */
public final class TensorSpecReader {
    private TensorSpecReader() {}

    /**
     * @param least how many there must be
     * @param most how many there may be
     */
    public static List<TensorSpec> read(JsonValue list, int least, int most)
            throws InputException {
        List<TensorSpec> specs = new ArrayList<>();
        for (JsonValue one : list.list(least, most)) {
            specs.add(spec(one.at("name").name(Limits.TENSOR_NAME), one));
        }
        return specs;
    }

    /** A tensor of this name. @param tensor an object with the keys `shape` and `dtype` */
    public static TensorSpec spec(String name, JsonValue tensor) throws InputException {
        Dtype dtype = Dtype.named(tensor.at("dtype").choice(Limits.ITEM_TYPES));
        return new TensorSpec(name, dtype, shape(tensor.at("shape"), dtype));
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

    /** Refuse two of one name. @param owner an object with the keys `inputs` and `outputs` */
    public static void checkNames(JsonValue owner) throws InputException {
        Set<String> names = new HashSet<>();
        for (String which : new String[] {"inputs", "outputs"}) {
            for (JsonValue one : owner.at(which).list(1, Limits.MAX_TENSORS)) {
                if (!names.add(one.at("name").text())) {
                    throw one.at("name").wrong("a name that no other input or output has");
                }
            }
        }
    }

    /** Refuse outputs of the network that are not float32. */
    public static void checkFloat32(JsonValue outputs) throws InputException {
        for (JsonValue one : outputs.list(1, Limits.MAX_TENSORS)) {
            if (!one.at("dtype").text().equals(Dtype.FLOAT32.numpy)) {
                throw one.at("dtype").wrong("float32, as it is an output of the network");
            }
        }
    }
}
