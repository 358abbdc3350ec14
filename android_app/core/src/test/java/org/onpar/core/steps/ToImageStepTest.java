package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.onpar.core.Dtype;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;
import org.onpar.core.steps.NormalizeStep.Layout;

/** Values by numpy. */
final class ToImageStepTest {
    private static final float[] GRAY = {
        0, -.001f, -1, .5f, 1, 1.1f, Float.NaN, Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY, 1e30f, .25f, .999999f
    };

    @Test
    void aLevelIsRoundedDownAndCutOffAndNanIs0() {
        assertGray(255, .5f, 0, 0, 0, 128, 255, 255, 0, 255, 0, 255, 64, 255);
        assertGray(127.5f, 128, 128, 127, 0, 191, 255, 255, 0, 255, 0, 255, 159, 255);
        assertGray(-255, 255, 255, 255, 255, 127, 0, 0, 0, 0, 255, 0, 191, 0);
    }

    /** In double, or with a fused multiply-add, each were one less. */
    @Test
    void eachOperationIsRoundedToFloat32() {
        Tensor values = Floats.tensor(new float[] {.6098039f, .8686274f, .9823529f}, 1, 1, 1, 3);
        assertArrayEquals(
                new int[] {156, 156, 156, 222, 222, 222, 251, 251, 251},
                levels(255, .5f, Layout.NCHW, values));
    }

    @Test
    void channelsFirstAndLastMakeTheSamePicture() {
        float[] planes = {1, 2, 3, 4, 5, 6};
        float[] pixels = {1, 3, 5, 2, 4, 6};
        int[] expected = {1, 3, 5, 2, 4, 6};
        assertArrayEquals(
                expected, levels(1, 0, Layout.NCHW, Floats.tensor(planes, 1, 3, 2, 1)));
        assertArrayEquals(
                expected, levels(1, 0, Layout.NHWC, Floats.tensor(pixels, 1, 2, 1, 3)));
    }

    private static void assertGray(float scale, float offset, int... expected) {
        for (int[] shape : new int[][] {{1, 1, 3, 4}, {1, 3, 4, 1}}) {
            Layout layout = shape[1] == 1 ? Layout.NCHW : Layout.NHWC;
            int[] levels = levels(scale, offset, layout, Floats.tensor(GRAY, shape));
            for (int i = 0; i < levels.length; i++) {
                assertEquals(expected[i / 3], levels[i]);
            }
        }
    }

    private static int[] levels(float scale, float offset, Layout layout, Tensor given) {
        TensorSpec taken = new TensorSpec("out", Dtype.FLOAT32, given.shape());
        ToImageStep step = new ToImageStep(taken, "picture", scale, offset, layout);
        Tensor made = step.compute(Collections.singletonList(given)).get(0);
        assertEquals("[" + made + "]", step.makes.toString());
        int[] levels = new int[made.bytes().remaining()];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = made.bytes().get(i) & 0xff;
        }
        return levels;
    }
}
