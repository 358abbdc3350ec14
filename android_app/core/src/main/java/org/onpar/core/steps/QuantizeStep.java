package org.onpar.core.steps;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import org.onpar.core.InputException;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** `quantize`: f32 as int8 or uint8 of the same shape, as ONNX's QuantizeLinear. */
public final class QuantizeStep extends Step {
    private final Quantization by;

    /** @param takes f32 of at least one axis */
    QuantizeStep(TensorSpec takes, String makes, Quantization by) {
        super(takes.name, new TensorSpec(makes, by.dtype, takes.shape()));
        this.by = by;
    }

    static QuantizeStep read(StepJson step) throws InputException {
        TensorSpec taken = step.takenFloats();
        String made = step.made();
        return new QuantizeStep(taken, made, Quantization.read(step, null));
    }

    /** The quotient is rounded to f32, then to even; what the type does not hold is its end. */
    @Override
    public List<Tensor> compute(List<Tensor> given) {
        FloatBuffer values = given.get(0).floats();
        Tensor made = Tensor.allocate(by.dtype, given.get(0).shape());
        ByteBuffer out = made.bytes();
        while (values.hasRemaining()) {
            float quotient = values.get() / by.scale;
            double level =
                    Float.isNaN(quotient) ? by.zeroPoint : Math.rint(quotient) + by.zeroPoint;
            out.put((byte) (int) Math.max(by.least, Math.min(level, by.most)));
        }
        return Collections.singletonList(made);
    }
}
