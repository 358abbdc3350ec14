package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.onpar.core.Dtype;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** Values by ONNX Runtime's DequantizeLinear. */
final class DequantizeStepTest {
    @Test
    void int8IsSigned() {
        assertMade(
                Dtype.INT8, -3, new byte[] {-128, -3, -1, 0, 127}, -12.5f, 0, .2f, .3f, 13);
    }

    @Test
    void uint8IsNot() {
        assertMade(
                Dtype.UINT8, 7, new byte[] {0, 7, 8, -128, -1}, -.7f, 0, .1f, 12.1f,
                24.800001f);
    }

    private static void assertMade(
            Dtype dtype, int zeroPoint, byte[] levels, float... expected) {
        TensorSpec taken = new TensorSpec("scores.q", dtype, 5, 1);
        DequantizeStep step =
                new DequantizeStep(taken, "scores", new Quantization(dtype, .1f, zeroPoint));
        Tensor given = new Tensor(dtype, ByteBuffer.wrap(levels), 5, 1);
        Tensor made = step.compute(Collections.singletonList(given)).get(0);
        assertEquals("float32 [5, 1]", made.toString());
        assertArrayEquals(expected, Floats.of(made));
    }
}
