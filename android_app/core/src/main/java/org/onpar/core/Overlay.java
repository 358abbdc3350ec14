package org.onpar.core;

import java.nio.ByteBuffer;

/** What a person sees of a class map: its colours, over the photo. */
public final class Overlay {
    private static final int OPAQUE = 0xff000000;

    private Overlay() {}

    /**
     * Of a class map u8 [h, w] its colours, 0xAARRGGBB a pixel; an unknown class is black.
     *
     * @param palette a colour a class, as 0xRRGGBB
     */
    public static int[] colours(Tensor classmap, int[] palette) {
        int[] opaque = new int[256];
        java.util.Arrays.fill(opaque, OPAQUE);
        for (int i = 0; i < palette.length; i++) {
            opaque[i] = OPAQUE | palette[i];
        }
        ByteBuffer classes = classmap.bytes();
        int[] colours = new int[classes.remaining()];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = opaque[classes.get(i) & 0xff];
        }
        return colours;
    }

    /**
     * The colours laid over the resized photo, 0xAARRGGBB a pixel.
     *
     * @param share of the colour in the mixture, 0 to 1
     */
    public static int[] over(RgbImage photo, int[] colours, double share) {
        if (colours.length != photo.height * photo.width) {
            throw new IllegalArgumentException(
                    "got " + colours.length + " colours, expected " + photo.height + "x"
                            + photo.width);
        }
        int colour = (int) Math.round(share * 256);
        int[] mixed = new int[colours.length];
        for (int i = 0, at = 0; i < mixed.length; i++) {
            int pixel = OPAQUE;
            for (int shift = 16; shift >= 0; shift -= 8) {
                int below = photo.pixels[at++] & 0xff;
                int above = colours[i] >> shift & 0xff;
                pixel |= (above * colour + below * (256 - colour) + 128 >> 8) << shift;
            }
            mixed[i] = pixel;
        }
        return mixed;
    }

    /** How many pixels of a class map u8 [h, w] each class has, up to class 255. */
    public static int[] counts(Tensor classmap) {
        int[] counts = new int[256];
        ByteBuffer classes = classmap.bytes();
        while (classes.hasRemaining()) {
            counts[classes.get() & 0xff]++;
        }
        return counts;
    }
}
