package org.onpar.core;

import java.util.Arrays;
import java.util.List;
import org.onpar.core.steps.Chain;

/** Whether the sidecar's `inputs` and `outputs` are the chain's tensors at the file's ends. */
final class FileTensorCheck {
    private FileTensorCheck() {}

    /** @throws InputException where their count, a shape or an item type is another */
    static void check(
            JsonValue root, List<TensorSpec> inputs, List<TensorSpec> outputs, Chain chain)
            throws InputException {
        // A file that performs a step before the network takes a photo's pixels, as an image.
        check(root.at("inputs"), inputs, chain.taken(), chain.beginsWithNetwork());
        check(root.at("outputs"), outputs, chain.given(), true);
    }

    private static void check(
            JsonValue list, List<TensorSpec> file, List<TensorSpec> chain, boolean asInt32)
            throws InputException {
        List<JsonValue> items = list.list(chain.size(), chain.size());
        for (int i = 0; i < items.size(); i++) {
            TensorSpec one = file.get(i);
            TensorSpec other = chain.get(i);
            boolean sameItems =
                    one.dtype == other.dtype
                            || asInt32 && one.dtype == Dtype.INT32 && fitsInt32(other.dtype);
            if (!sameItems || !Arrays.equals(one.shape(), other.shape())) {
                throw wrong(items.get(i), other);
            }
        }
    }

    /** Core ML's arrays have no other integers (AS_INT32 of parity/contract/sidecar_check.py). */
    private static boolean fitsInt32(Dtype dtype) {
        return dtype == Dtype.INT64 || dtype == Dtype.UINT8 || dtype == Dtype.INT8;
    }

    private static InputException wrong(JsonValue one, TensorSpec tensor) {
        return one.wrong("the chain's tensor `" + tensor.name + "`, " + tensor);
    }
}
