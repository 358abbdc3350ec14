package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.onpar.core.InputException;
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
    void theProbesRiseByOneBitAndTie() {
        List<List<Tensor>> probes = step(3, 5).probes();
        assertEquals("[[float32 [1, 5]], [float32 [1, 5]]]", probes.toString());
        assertArrayEquals(
                new float[] {
                    -0x1.000008p0f, -0x1.000006p0f, -0x1.000004p0f, -0x1.000002p0f, -1
                },
                Floats.of(probes.get(0).get(0)));
        assertArrayEquals(new float[] {-1, -2, -3, -1, -1}, Floats.of(probes.get(1).get(0)));
        assertArrayEquals(
                new int[] {4, 3, 2}, integers(step(3, 5).compute(probes.get(0)).get(0)));
        assertArrayEquals(
                new int[] {0, 3, 4}, integers(step(3, 5).compute(probes.get(1)).get(0)));
    }

    @Test
    void oneClassIsFirstInItsProbes() {
        for (List<Tensor> probe : step(1, 1).probes()) {
            assertArrayEquals(new float[] {-1}, Floats.of(probe.get(0)));
            assertArrayEquals(new int[] {0}, integers(step(1, 1).compute(probe).get(0)));
        }
    }

    @Test
    void aCaptureHasOnlyTheClassesOfTheProbe() throws InputException {
        assertEquals(
                new TreeSet<>(Arrays.asList("probe.1/classes", "probe.2/classes")),
                new TreeSet<>(Chain.probed(Collections.singletonList(step(3, 5))).keySet()));
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
