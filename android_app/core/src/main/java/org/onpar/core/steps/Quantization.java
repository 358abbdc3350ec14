package org.onpar.core.steps;

import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.JsonValue;
import org.onpar.core.Limits;

/** How an integer stands for a number: (integer - zero point) · scale. */
final class Quantization {
    /** Of the integers: int8 or uint8. */
    final Dtype dtype;

    /** The smallest integer of the type. */
    final int least;

    /** The largest one. */
    final int most;

    final float scale;
    final int zeroPoint;

    Quantization(Dtype dtype, float scale, int zeroPoint) {
        this.dtype = dtype;
        this.least = least(dtype);
        this.most = most(dtype);
        this.scale = scale;
        this.zeroPoint = zeroPoint;
    }

    /**
     * The constants of a step.
     *
     * @param taken the integers' type; null where the constant `dtype` names it
     */
    static Quantization read(StepJson step, Dtype taken) throws InputException {
        double scale = step.at("scale").number();
        if (scale < Limits.MIN_SCALE || scale > Limits.MAX_FLOAT32) {
            throw step.at("scale").wrong("a number above 0 that float32 holds");
        }
        JsonValue zeroPoint = step.at("zero_point");
        zeroPoint.count(least(Dtype.INT8), most(Dtype.UINT8));
        Dtype dtype = taken != null
                ? taken : Dtype.named(step.at("dtype").choice(Limits.QUANTIZED_TYPES));
        return new Quantization(
                dtype, (float) scale, zeroPoint.count(least(dtype), most(dtype)));
    }

    private static int least(Dtype dtype) {
        return dtype == Dtype.INT8 ? Byte.MIN_VALUE : 0;
    }

    private static int most(Dtype dtype) {
        return dtype == Dtype.INT8 ? Byte.MAX_VALUE : 255;
    }
}
