package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.onpar.core.Channels;
import org.onpar.core.Dtype;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;
import org.onpar.core.steps.NormalizeStep.Layout;

/** Values by parity/contract/steps/normalize.py. */
final class NormalizeStepTest {
    private static final TensorSpec RESIZED = new TensorSpec("resized", Dtype.UINT8, 1, 2, 3);

    private static final Tensor PIXELS =
            Tensor.of(new byte[] {0, 51, 102, -103, -52, -1}, 1, 2, 3);

    private static final double[] MEAN = {.5, .25, 0};
    private static final double[] STD = {.5, .25, 1};

    @Test
    void meanAndStdAreInTheChannelsOrder() {
        Tensor made = made(Channels.BGR, Layout.NCHW, Dtype.FLOAT32, MEAN, STD);
        assertEquals("float32 [1, 3, 1, 2]", made.toString());
        assertArrayEquals(new float[] {-.19999999f, 1, -.19999999f, 2.2f, 0, .6f}, Floats.of(made));
    }

    @Test
    void withTheChannelsLastTheNumbersAreTheSame() {
        Tensor made = made(Channels.BGR, Layout.NHWC, Dtype.FLOAT32, MEAN, STD);
        assertEquals("float32 [1, 1, 2, 3]", made.toString());
        assertArrayEquals(new float[] {-.19999999f, -.19999999f, 0, 1, 2.2f, .6f}, Floats.of(made));
    }

    @Test
    void grayIsPillows() {
        Tensor made =
                made(Channels.GRAY, Layout.NCHW, Dtype.FLOAT32, new double[] {.5},
                        new double[] {.25});
        assertEquals("float32 [1, 1, 1, 2]", made.toString());
        assertArrayEquals(new float[] {-1.3411765f, 1.0588236f}, Floats.of(made));
        assertLevels(Channels.GRAY, Layout.NHWC, "uint8 [1, 1, 2, 1]", 42, 195);
    }

    @Test
    void asUint8TheLevelsStayAsTheyAre() {
        assertLevels(
                Channels.BGR, Layout.NCHW, "uint8 [1, 3, 1, 2]", 102, 255, 51, 204, 0, 153);
        assertLevels(
                Channels.RGB, Layout.NHWC, "uint8 [1, 1, 2, 3]", 0, 51, 102, 153, 204, 255);
    }

    private static Tensor made(
            Channels channels, Layout layout, Dtype dtype, double[] mean, double[] std) {
        return new NormalizeStep(RESIZED, "image", channels, layout, dtype, mean, std)
                .compute(Collections.singletonList(PIXELS))
                .get(0);
    }

    private static void assertLevels(
            Channels channels, Layout layout, String shape, int... expected) {
        Tensor made = made(channels, layout, Dtype.UINT8, new double[0], new double[0]);
        assertEquals(shape, made.toString());
        int[] levels = new int[expected.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = made.bytes().get(i) & 0xff;
        }
        assertArrayEquals(expected, levels);
    }
}
