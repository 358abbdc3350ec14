package org.onpar.core;

import java.nio.ByteBuffer;

/** An image u8 RGB [height, width, 3], row by row. */
public final class RgbImage {
    public final int height;
    public final int width;

    /** R, G, B of the first pixel, then of the next one in its row. Not copied. */
    public final byte[] pixels;

    /**
     * The image of these bytes, which are not copied.
     *
     * @throws IllegalArgumentException where they are not height × width × 3, or no pixel at all
     */
    public RgbImage(int height, int width, byte[] pixels) {
        if (height < 1 || width < 1 || pixels.length != 3L * height * width) {
            throw new IllegalArgumentException(
                    "got " + pixels.length + " bytes, expected " + height + "x" + width + "x3");
        }
        this.height = height;
        this.width = width;
        this.pixels = pixels;
    }

    /** The image of a tensor u8 [height, width, 3], which is copied only where it must be. */
    public static RgbImage of(Tensor tensor) {
        int[] shape = tensor.shape();
        ByteBuffer bytes = tensor.bytes();
        if (bytes.hasArray() && bytes.array().length == bytes.remaining()) {
            return new RgbImage(shape[0], shape[1], bytes.array());
        }
        byte[] pixels = new byte[bytes.remaining()];
        bytes.get(pixels);
        return new RgbImage(shape[0], shape[1], pixels);
    }

    /**
     * Refuse a file by the size that its header states, before anything is allocated for it.
     *
     * @param name the file's name, for the error
     */
    public static void checkSize(String name, long width, long height) throws InputException {
        String size = name + ": " + width + "x" + height;
        if (width < 1 || height < 1) {
            throw new InputException(
                    size + " has no pixel, expected at least 1x1; save the image again");
        }
        if (Math.max(width, height) > Limits.MAX_SIDE && width * height <= Limits.MAX_PIXELS) {
            throw new InputException(
                    size + " has a side above " + Limits.MAX_SIDE
                            + " pixels; crop it or scale it down");
        }
        if (width > Limits.MAX_PIXELS || height > Limits.MAX_PIXELS
                || width * height > Limits.MAX_PIXELS) {
            double megapixels = (double) width * height / 1e6;
            throw new InputException(
                    String.format(
                            java.util.Locale.ROOT,
                            "%s is %.1f megapixels, the limit is %d; scale it down",
                            size, megapixels, Limits.MAX_PIXELS / 1_000_000));
        }
    }

    /** As a tensor u8 [height, width, 3] of the same bytes. */
    public Tensor tensor() {
        return Tensor.of(pixels, height, width, 3);
    }
}
