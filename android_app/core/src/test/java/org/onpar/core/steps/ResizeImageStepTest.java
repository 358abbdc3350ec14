package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.onpar.core.Filter;
import org.onpar.core.InputException;
import org.onpar.core.Tensor;
import org.onpar.core.steps.ResizeImageStep.FitMode;

/**
 * Antialiased values by Pillow 13.0.0, plain bilinear ones by OpenCV 5.0.0. Plain bicubic ones are
 * by parity/image/plain.py; of 62,028 OpenCV's vector code has 2 one level off.
 */
final class ResizeImageStepTest {
    private static final int[] PAD = {9, 99, 199};

    /** Rows and columns of the photo, height and width of what becomes of it. */
    private static final int[][] SIZES = {
        {7, 7, 38, 24}, {28, 29, 34, 2}, {23, 7, 19, 44}, {26, 4, 26, 7}, {36, 45, 47, 30},
        {41, 18, 7, 25}, {1, 1, 5, 4}, {40, 36, 40, 18}, {9, 30, 30, 9}, {24, 24, 24, 24}
    };

    @Test
    void theShorterSideIsScaledAndTheCentreCutOut() throws InputException {
        byte[] pixels = new byte[3 * 5 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (5 * i);
        }
        Tensor made = made(
                step(2, 1, FitMode.SHORTER, 2, Filter.BILINEAR, true),
                Tensor.of(pixels, 3, 5, 3));
        assertArrayEquals(new int[] {58, 63, 68, 152, 157, 162}, levels(made));
    }

    @Test
    void bothDirectionsHaveTheFiltersWeights() throws InputException {
        assertLine(Filter.BILINEAR, true, 0, 91, 237, 160, 74, 151, 200);
        assertLine(Filter.BILINEAR, true, 118, 150);
        assertLine(Filter.BILINEAR, false, 0, 91, 237, 160, 74, 151, 200);
        assertLine(Filter.BILINEAR, false, 128, 132);
        assertLine(Filter.BICUBIC, true, 0, 84, 249, 167, 64, 152, 211);
        assertLine(Filter.BICUBIC, true, 117, 152);
        assertLine(Filter.BICUBIC, false, 0, 99, 249, 171, 63, 142, 214);
        assertLine(Filter.BICUBIC, false, 145, 114);
    }

    @Test
    void antialiasedBilinearIsPillowsForEveryFit() throws InputException {
        assertDigests(
                Filter.BILINEAR, true, 0x2680ba5d, 0x10eed3fe, 0xad73d67c, 0x82465f67);
    }

    @Test
    void antialiasedBicubicIsPillowsForEveryFit() throws InputException {
        assertDigests(Filter.BICUBIC, true, 0xb36fd534, 0x460813a8, 0x5f3a2a0c, 0x6c383065);
    }

    @Test
    void plainBilinearIsOpenCvsForEveryFit() throws InputException {
        assertDigests(
                Filter.BILINEAR, false, 0xa37c06e0, 0xa8b3f2f8, 0xfce9b9fe, 0xdfb721ca);
    }

    @Test
    void plainBicubicIsOpenCvsScalarArithmeticForEveryFit() throws InputException {
        assertDigests(Filter.BICUBIC, false, 0x16f92b83, 0x5080f674, 0xffd1a1f3, 0x5cb138b3);
    }

    @Test
    void aPhotoOfTheSizeStaysAsItIs() throws InputException {
        Tensor photo = photo(5, 7, false);
        for (Filter filter : Filter.values()) {
            for (boolean antialias : new boolean[] {true, false}) {
                Step step = step(5, 7, FitMode.STRETCH, 0, filter, antialias);
                assertArrayEquals(levels(photo), levels(made(step, photo)));
            }
        }
    }

    /** A row and a column of four gray pixels, made longer or shorter. */
    private static void assertLine(Filter filter, boolean antialias, int... expected)
            throws InputException {
        byte[] gray = new byte[12];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) new int[] {0, 255, 64, 200}[i / 3];
        }
        int length = expected.length;
        int[] across = levels(made(
                step(1, length, FitMode.STRETCH, 0, filter, antialias),
                Tensor.of(gray, 1, 4, 3)));
        int[] down = levels(made(
                step(length, 1, FitMode.STRETCH, 0, filter, antialias),
                Tensor.of(gray, 4, 1, 3)));
        assertArrayEquals(across, down);
        for (int i = 0; i < length; i++) {
            assertEquals(expected[i], across[3 * i]);
        }
    }

    /** @param crcs by fit, CRC-32 of what becomes of the photos of all sizes */
    private static void assertDigests(Filter filter, boolean antialias, int... crcs)
            throws InputException {
        for (FitMode fit : FitMode.values()) {
            CRC32 crc = new CRC32();
            for (int i = 0; i < SIZES.length; i++) {
                int[] size = SIZES[i];
                int shorter = fit == FitMode.SHORTER ? Math.max(size[2], size[3]) + i : 0;
                Step step = step(size[2], size[3], fit, shorter, filter, antialias);
                crc.update(made(step, photo(size[0], size[1], i % 2 == 1)).bytes());
            }
            assertEquals(
                    Integer.toHexString(crcs[fit.ordinal()]), Long.toHexString(crc.getValue()),
                    fit.name());
        }
    }

    /** Noise, the same in Python. @param black whether its levels are 0 and 255 alone */
    private static Tensor photo(int rows, int columns, boolean black) {
        byte[] levels = new byte[rows * columns * 3];
        int state = rows * 1000 + columns;
        for (int i = 0; i < levels.length; i++) {
            state = state * 1103515245 + 12345 & 0x7fffffff;
            int level = state >> 16 & 0xff;
            levels[i] = (byte) (!black ? level : level < 128 ? 0 : 255);
        }
        return Tensor.of(levels, rows, columns, 3);
    }

    private static Step step(
            int height, int width, FitMode fit, int shorter, Filter filter, boolean antialias) {
        return new ResizeImageStep(
                "decoded", "resized", height, width, fit, PAD, shorter, filter, antialias);
    }

    private static Tensor made(Step step, Tensor photo) throws InputException {
        return step.compute(Collections.singletonList(photo)).get(0);
    }

    private static int[] levels(Tensor made) {
        int[] levels = new int[made.bytes().remaining()];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = made.bytes().get(i) & 0xff;
        }
        return levels;
    }
}
