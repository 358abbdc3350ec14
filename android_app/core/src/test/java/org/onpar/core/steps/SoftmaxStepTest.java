package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.onpar.core.Dtype;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** Values by parity/contract/steps/softmax.py. */
final class SoftmaxStepTest {
    @Test
    void theItemsAlongTheAxisAddUpToOne() {
        float[] scores = {1, 2, 3, -1000, 0, 1000};
        assertArrayEquals(
                new float[] {1, .88079710f, 0, 0, .11920292f, 1}, softmax(0, scores, 2, 3));
        assertArrayEquals(
                new float[] {.09003057f, .24472848f, .66524094f, 0, 0, 1},
                softmax(1, scores, 2, 3));
    }

    @Test
    void theAxisMayBeInTheMiddle() {
        assertArrayEquals(
                new float[] {
                    .88079710f, .11920292f, .11920292f, .88079710f,
                    .98901308f, .00043055709f, .010986943f, .99956942f
                },
                softmax(1, new float[] {0, 1, -2, 3, .5f, .25f, -4, 8}, 2, 2, 2));
    }

    @Test
    void itMakesTheShapeThatItTakes() {
        assertEquals("[float32 [2, 3]]", step(1, 2, 3).makes.toString());
    }

    @Test
    void theProbesExponentialsOverflowOrAreAllZero() {
        List<List<Tensor>> probes = step(1, 2, 3, 4).probes();
        assertEquals("[[float32 [1, 3, 1]], [float32 [1, 3, 1]]]", probes.toString());
        float[][] scores = {{1000, -1000, -1000}, {-3000, -3000, -1000}};
        float[][] made = {{1, 0, 0}, {0, 0, 1}};
        for (int i = 0; i < 2; i++) {
            List<Tensor> probe = probes.get(i);
            assertArrayEquals(scores[i], Floats.of(probe.get(0)));
            assertArrayEquals(made[i], Floats.of(step(1, 2, 3, 4).compute(probe).get(0)));
        }
    }

    private static SoftmaxStep step(int axis, int... shape) {
        return new SoftmaxStep(new TensorSpec("out", Dtype.FLOAT32, shape), "made", axis);
    }

    private static float[] softmax(int axis, float[] scores, int... shape) {
        return Floats.of(
                step(axis, shape)
                        .compute(Collections.singletonList(Floats.tensor(scores, shape)))
                        .get(0));
    }
}
