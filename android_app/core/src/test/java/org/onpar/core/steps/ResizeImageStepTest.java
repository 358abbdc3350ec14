package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.onpar.core.Tensor;

/** Values by parity/contract/steps/resize_image.py. */
final class ResizeImageStepTest {
    @Test
    void theShorterSideIsScaledAndTheCentreCutOut() {
        byte[] pixels = new byte[3 * 5 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (5 * i);
        }
        Step step = new ResizeImageStep(
                "decoded", "resized", 2, 1, ResizeImageStep.FitMode.SHORTER, new int[3], 2);
        Tensor made =
                step.compute(Collections.singletonList(Tensor.of(pixels, 3, 5, 3))).get(0);
        byte[] levels = new byte[6];
        made.bytes().get(levels);
        assertArrayEquals(
                new byte[] {58, 63, 68, (byte) 152, (byte) 157, (byte) 162}, levels);
    }
}
