package org.onpar.core;

/**
 * Pillow's antialiased bilinear resize in its own fixed-point arithmetic, exact to the bit.
 *
 * <p>The mirror of parity/image/resize.py, which names the functions of Pillow's Resample.c: IEEE
 * doubles for the filter's weights, integers for the pixels, the horizontal pass first, u8 between
 * both.
 */
public final class Resize {
    /** Fraction bits of a weight: PRECISION_BITS in Pillow's src/libImaging/Resample.c. */
    private static final int WEIGHT_BITS = 22;

    private Resize() {}

    /** The whole image at another size, each side at least 1. */
    public static RgbImage resize(RgbImage image, int height, int width) {
        return window(image, height, width, 0, 0, height, width);
    }

    /**
     * The window [height, width] at (top, left) of the image resized to scaledHeight × scaledWidth.
     *
     * <p>Only the window is computed: a crop out of a very long image costs no more than the crop.
     */
    static RgbImage window(
            RgbImage image, int scaledHeight, int scaledWidth, int top, int left, int height,
            int width) {
        Filter down = new Filter(image.height, scaledHeight, top, height);
        Filter across = new Filter(image.width, scaledWidth, left, width);
        int firstRow = down.first[0];
        int rows = down.first[height - 1] + down.taps[height - 1] - firstRow;
        int stride = width * 3;
        byte[] between = new byte[Math.multiplyExact(rows, stride)];
        for (int y = 0; y < rows; y++) {
            int from = (firstRow + y) * image.width * 3;
            if (across.identity) {
                System.arraycopy(image.pixels, from + left * 3, between, y * stride, stride);
            } else {
                horizontal(image.pixels, from, across, between, y * stride);
            }
        }
        if (down.identity) {
            return new RgbImage(height, width, between);
        }
        byte[] out = new byte[Math.multiplyExact(height, stride)];
        int[] sums = new int[stride];
        for (int y = 0; y < height; y++) {
            vertical(between, down, y, firstRow, sums, out);
        }
        return new RgbImage(height, width, out);
    }

    private static void horizontal(byte[] in, int from, Filter filter, byte[] out, int to) {
        int[] weights = filter.weights;
        for (int x = 0; x < filter.first.length; x++) {
            int red = 1 << (WEIGHT_BITS - 1);
            int green = red;
            int blue = red;
            int at = from + filter.first[x] * 3;
            int end = filter.offset[x] + filter.taps[x];
            for (int tap = filter.offset[x]; tap < end; tap++, at += 3) {
                int weight = weights[tap];
                red += weight * (in[at] & 0xff);
                green += weight * (in[at + 1] & 0xff);
                blue += weight * (in[at + 2] & 0xff);
            }
            out[to++] = level(red);
            out[to++] = level(green);
            out[to++] = level(blue);
        }
    }

    private static void vertical(
            byte[] in, Filter filter, int y, int firstRow, int[] sums, byte[] out) {
        java.util.Arrays.fill(sums, 1 << (WEIGHT_BITS - 1));
        for (int tap = 0; tap < filter.taps[y]; tap++) {
            int weight = filter.weights[filter.offset[y] + tap];
            int from = (filter.first[y] + tap - firstRow) * sums.length;
            for (int x = 0; x < sums.length; x++) {
                sums[x] += weight * (in[from + x] & 0xff);
            }
        }
        int to = y * sums.length;
        for (int x = 0; x < sums.length; x++) {
            out[to + x] = level(sums[x]);
        }
    }

    /** Weights are not negative, so a sum is neither; it may pass 255 by their rounding. */
    private static byte level(int sum) {
        return (byte) Math.min(sum >> WEIGHT_BITS, 255);
    }

    /** Of one pass: for each output its first source index and its fixed-point weights. */
    private static final class Filter {
        final boolean identity;
        final int[] first;
        final int[] taps;
        final int[] offset;
        final int[] weights;

        /** The outputs from start on, count of them, of length pixels scaled to size. */
        Filter(int length, int size, int start, int count) {
            identity = length == size;
            first = new int[count];
            taps = new int[count];
            offset = new int[count];
            if (identity) {
                for (int i = 0; i < count; i++) {
                    first[i] = start + i;
                    taps[i] = 1;
                }
                weights = new int[0];
                return;
            }
            double scale = (double) length / size;
            double support = Math.max(scale, 1.0);
            int total = 0;
            for (int i = 0; i < count; i++) {
                double centre = (start + i + 0.5) * scale;
                first[i] = Math.max((int) (centre - support + 0.5), 0);
                taps[i] = Math.min((int) (centre + support + 0.5), length) - first[i];
                offset[i] = total;
                total = Math.addExact(total, taps[i]);
            }
            weights = new int[total];
            for (int i = 0; i < count; i++) {
                weigh(i, (start + i + 0.5) * scale, support);
            }
        }

        private void weigh(int i, double centre, double support) {
            double[] triangle = new double[taps[i]];
            double total = 0;
            for (int tap = 0; tap < taps[i]; tap++) {
                double distance = Math.abs((first[i] + tap - centre + 0.5) * (1.0 / support));
                triangle[tap] = distance < 1.0 ? 1.0 - distance : 0.0;
                total += triangle[tap];
            }
            for (int tap = 0; tap < taps[i]; tap++) {
                weights[offset[i] + tap] =
                        (int) (triangle[tap] / total * (1 << WEIGHT_BITS) + 0.5);
            }
        }
    }
}
