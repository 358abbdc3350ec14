package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.onpar.core.Dtype;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** Values by ONNX Runtime's QuantizeLinear; it makes of NaN the smallest integer. */
final class QuantizeStepTest {
    private static final float[] VALUES = {
        0, -0f, .05f, .15f, .25f, -.25f, .35f, 12.7f, -12.9f, 1, Float.NaN,
        Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e30f, -1e30f
    };

    @Test
    void quotientsAreRoundedAndSaturate() {
        assertMade(
                Dtype.INT8, .1f, -3, VALUES,
                -3, -3, -3, -1, -1, -5, 1, 124, -128, 7, -3, 127, -128, 127, -128);
        assertMade(
                Dtype.UINT8, .1f, 7, VALUES,
                7, 7, 7, 9, 9, 5, 11, 134, 0, 17, 7, 255, 0, 255, 0);
    }

    @Test
    void tiesAreRoundedToEven() {
        float[] halves = {.25f, .75f, 1.25f, -.25f, -.75f, -1.25f};
        assertMade(Dtype.INT8, .5f, 1, halves, 1, 3, 3, 1, -1, -1);
    }

    /** A product with 1 / scale gives another result for the first two, double for the others. */
    @Test
    void theQuotientIsADivisionOfFloat32() {
        float[] close = {-12.149999618530273f, -7.549999713897705f, -12.05f, -11.95f};
        assertMade(Dtype.INT8, .1f, 0, close, -121, -75, -120, -120);
    }

    private static void assertMade(
            Dtype dtype, float scale, int zeroPoint, float[] values, int... expected) {
        TensorSpec taken = new TensorSpec("image", Dtype.FLOAT32, 1, values.length);
        QuantizeStep step =
                new QuantizeStep(taken, "made", new Quantization(dtype, scale, zeroPoint));
        Tensor made =
                step.compute(Collections.singletonList(Floats.tensor(values, 1, values.length)))
                        .get(0);
        assertEquals(dtype.numpy + " [1, " + values.length + "]", made.toString());
        assertEquals("[" + made + "]", step.makes.toString());
        int[] levels = new int[expected.length];
        for (int i = 0; i < levels.length; i++) {
            byte level = made.bytes().get(i);
            levels[i] = dtype == Dtype.INT8 ? level : level & 0xff;
        }
        assertArrayEquals(expected, levels);
    }
}
