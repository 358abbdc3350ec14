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
        List<TensorSpec> taken = chain.taken();
        List<JsonValue> list = root.at("inputs").list(taken.size(), taken.size());
        for (int i = 0; i < list.size(); i++) {
            if (!sameShape(inputs.get(i), taken.get(i))
                    || !sameItems(inputs.get(i).dtype, taken.get(i).dtype)) {
                throw wrong(list.get(i), taken.get(i));
            }
        }
        List<TensorSpec> given = chain.given();
        list = root.at("outputs").list(given.size(), given.size());
        for (int i = 0; i < list.size(); i++) {
            if (!sameShape(outputs.get(i), given.get(i))) {
                throw wrong(list.get(i), given.get(i));
            }
            if (given.get(i).dtype == Dtype.FLOAT32 && outputs.get(i).dtype != Dtype.FLOAT32) {
                throw list.get(i).at("dtype").wrong("float32, as the chain's tensor is");
            }
        }
    }

    private static boolean sameShape(TensorSpec some, TensorSpec other) {
        return Arrays.equals(some.shape(), other.shape());
    }

    /** A format may have integers of another size. */
    private static boolean sameItems(Dtype some, Dtype other) {
        return some == other || integer(some) && integer(other);
    }

    private static boolean integer(Dtype dtype) {
        return dtype == Dtype.INT32 || dtype == Dtype.INT64;
    }

    private static InputException wrong(JsonValue one, TensorSpec tensor) {
        return one.wrong("the chain's tensor `" + tensor.name + "`, " + tensor);
    }
}
