package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.onpar.core.Dtype;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** Values by parity/contract/steps/threshold.py. */
final class ThresholdStepTest {
    @Test
    void aScoreAboveIsOneAndOneAtTheThresholdIsNot() {
        float[] scores = {.5f, .50000006f, -1, 1, Float.NaN, Float.POSITIVE_INFINITY};
        for (int[] shape : new int[][] {{1, 1, 2, 3}, {1, 2, 3, 1}}) {
            Tensor mask =
                    step(.5f, shape)
                            .compute(Collections.singletonList(Floats.tensor(scores, shape)))
                            .get(0);
            assertEquals("uint8 [2, 3]", mask.toString());
            assertArrayEquals(new byte[] {0, 1, 0, 1, 0, 1}, bytes(mask));
        }
    }

    @Test
    void theProbeHasTheNeighboursOfTheThreshold() {
        ThresholdStep step = step(.1f, 1, 1, 2, 3);
        List<Tensor> probe = step.probes().get(0);
        assertEquals("[float32 [1, 1, 1, 5]]", probe.toString());
        assertArrayEquals(
                new float[] {-1e30f, .09999999403953552f, .1f, .10000000894069672f, 1e30f},
                Floats.of(probe.get(0)));
        Tensor made = step.compute(probe).get(0);
        assertEquals("uint8 [1, 5]", made.toString());
        assertArrayEquals(new byte[] {0, 0, 0, 1, 1}, bytes(made));
    }

    private static ThresholdStep step(float above, int... shape) {
        return new ThresholdStep(
                new TensorSpec("out", Dtype.FLOAT32, shape), "mask", above,
                Arrays.asList("none", "cat"), new int[2]);
    }

    private static byte[] bytes(Tensor tensor) {
        byte[] bytes = new byte[tensor.bytes().remaining()];
        tensor.bytes().get(bytes);
        return bytes;
    }
}
