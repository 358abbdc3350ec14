package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.IntBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.onpar.core.Tensor;

/** Values by parity/contract/steps/top_k.py. */
final class TopKStepTest {
    @Test
    void theLargestComesFirstAndOfEqualOnesTheLowerClass() {
        float[] scores = {-0f, 3, 0, 3, -1, Float.NaN};
        List<Tensor> made =
                step(4, 6).compute(Collections.singletonList(Floats.tensor(scores, 1, 6)));
        assertEquals("[int32 [4], float32 [4]]", made.toString());
        assertArrayEquals(new int[] {1, 3, 0, 2}, integers(made.get(0)));
        assertArrayEquals(new float[] {3, 3, -0f, 0}, Floats.of(made.get(1)));
    }

    @Test
    void theProbesLastTwoScoresAreEqual() {
        List<Tensor> probe = step(3, 5).probes().get(0);
        assertEquals("[float32 [1, 5]]", probe.toString());
        assertArrayEquals(new float[] {-5, -4, -3, -1, -1}, Floats.of(probe.get(0)));
        assertArrayEquals(
                new int[] {3, 4, 2}, integers(step(3, 5).compute(probe).get(0)));
    }

    @Test
    void oneClassHasNoProbe() {
        assertEquals(0, step(1, 1).probes().size());
    }

    @Test
    void aCaptureHasOnlyTheClassesOfTheProbe() {
        assertEquals(
                "[probe.1/classes]",
                Chain.probed(Collections.singletonList(step(3, 5))).keySet().toString());
    }

    private static TopKStep step(int k, int classes) {
        return new TopKStep("out", "classes", "values", k, Collections.nCopies(classes, "a"));
    }

    private static int[] integers(Tensor tensor) {
        IntBuffer buffer = tensor.bytes().asIntBuffer();
        int[] values = new int[buffer.remaining()];
        buffer.get(values);
        return values;
    }
}
