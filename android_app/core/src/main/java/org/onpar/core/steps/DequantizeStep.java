package org.onpar.core.steps;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.Limits;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** `dequantize`: int8 or uint8 as f32 of the same shape, as ONNX's DequantizeLinear. */
public final class DequantizeStep extends Step {
    private final Quantization by;

    /** @param takes int8 or uint8 of at least one axis */
    DequantizeStep(TensorSpec takes, String makes, Quantization by) {
        super(takes.name, new TensorSpec(makes, Dtype.FLOAT32, takes.shape()));
        this.by = by;
    }

    static DequantizeStep read(StepJson step) throws InputException {
        TensorSpec taken = step.taken();
        if (!Limits.QUANTIZED_TYPES.contains(taken.dtype.numpy) || taken.shape().length == 0) {
            throw step.wrong(taken, "int8 or uint8 with at least one axis");
        }
        String made = step.made();
        return new DequantizeStep(taken, made, Quantization.read(step, taken.dtype));
    }

    @Override
    public List<Tensor> compute(List<Tensor> given) {
        ByteBuffer levels = given.get(0).bytes();
        Tensor made = Tensor.allocate(Dtype.FLOAT32, given.get(0).shape());
        FloatBuffer out = made.floats();
        boolean signed = by.dtype == Dtype.INT8;
        while (levels.hasRemaining()) {
            byte level = levels.get();
            out.put(((signed ? level : level & 0xff) - by.zeroPoint) * by.scale);
        }
        return Collections.singletonList(made);
    }
}
