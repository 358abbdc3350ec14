package org.onpar.core.steps;

import java.nio.FloatBuffer;
import org.onpar.core.Dtype;
import org.onpar.core.Tensor;

/** Tensors f32 and their values. */
final class Floats {
    private Floats() {}

    static Tensor tensor(float[] values, int... shape) {
        Tensor tensor = Tensor.allocate(Dtype.FLOAT32, shape);
        tensor.floats().put(values);
        return tensor;
    }

    static float[] of(Tensor tensor) {
        FloatBuffer buffer = tensor.floats();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }
}
