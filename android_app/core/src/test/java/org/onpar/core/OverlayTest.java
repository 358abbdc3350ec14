package org.onpar.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is only seen: no capture holds it. */
final class OverlayTest {
    private static final int[] PALETTE = {0x000000, 0x8040ff};

    private static final Tensor CLASSES = Tensor.of(new byte[] {0, 1, (byte) 200}, 1, 3);

    private static final RgbImage PHOTO =
            new RgbImage(1, 3, new byte[] {10, 20, 30, (byte) 200, 100, 0, -1, -1, -1});

    @Test
    void aClassHasItsColourAndAnUnknownOneIsBlack() {
        assertArrayEquals(
                new int[] {0xff000000, 0xff8040ff, 0xff000000}, Overlay.colours(CLASSES, PALETTE));
    }

    @Test
    void noneOfTheColourLeavesThePhotoAndAllOfItHidesIt() {
        int[] colours = Overlay.colours(CLASSES, PALETTE);
        assertArrayEquals(
                new int[] {0xff0a141e, 0xffc86400, 0xffffffff}, Overlay.over(PHOTO, colours, 0));
        assertArrayEquals(colours, Overlay.over(PHOTO, colours, 1));
    }

    @Test
    void halfOfTheColourIsTheMeanRoundedUp() {
        int[] mixed = Overlay.over(PHOTO, Overlay.colours(CLASSES, PALETTE), 0.5);
        assertArrayEquals(new int[] {0xff050a0f, 0xffa45280, 0xff808080}, mixed);
    }

    @Test
    void theClassesPixelsAreCounted() {
        int[] counts = Overlay.counts(CLASSES);
        assertEquals(1, counts[0]);
        assertEquals(1, counts[1]);
        assertEquals(1, counts[200]);
        assertEquals(3, Arrays.stream(counts).sum());
    }
}
