package org.onpar.core;

/**
 * Pillow's antialiased resize in its own fixed-point arithmetic, exact to the bit.
 *
 * <p>The mirror of parity/image/antialiased.py, which names the functions of Pillow's Resample.c:
 * IEEE doubles for the filter's weights, integers for the pixels, the horizontal pass first, u8
 * between both.
 */
final class AntialiasedResize {
    private AntialiasedResize() {}

    static RgbImage window(RgbImage image, Window window, Filter filter) {
        AntialiasedWeights down = new AntialiasedWeights(
                filter, image.height, window.scaledHeight, window.top, window.height);
        AntialiasedWeights across = new AntialiasedWeights(
                filter, image.width, window.scaledWidth, window.left, window.width);
        int last = window.height - 1;
        int firstRow = down.first[0];
        int rows = down.first[last] + down.taps[last] - firstRow;
        int stride = window.width * 3;
        byte[] between = new byte[Math.multiplyExact(rows, stride)];
        for (int y = 0; y < rows; y++) {
            int from = (firstRow + y) * image.width * 3;
            if (across.identity) {
                System.arraycopy(
                        image.pixels, from + window.left * 3, between, y * stride, stride);
            } else {
                horizontal(image.pixels, from, across, between, y * stride);
            }
        }
        if (down.identity) {
            return new RgbImage(window.height, window.width, between);
        }
        byte[] out = new byte[Math.multiplyExact(window.height, stride)];
        int[] sums = new int[stride];
        for (int y = 0; y < window.height; y++) {
            vertical(between, down, y, firstRow, sums, out);
        }
        return new RgbImage(window.height, window.width, out);
    }

    private static void horizontal(
            byte[] in, int from, AntialiasedWeights across, byte[] out, int to) {
        int[] weights = across.weights;
        for (int x = 0; x < across.first.length; x++) {
            int red = 1 << (AntialiasedWeights.BITS - 1);
            int green = red;
            int blue = red;
            int at = from + across.first[x] * 3;
            int end = across.offset[x] + across.taps[x];
            for (int tap = across.offset[x]; tap < end; tap++, at += 3) {
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
            byte[] in, AntialiasedWeights down, int y, int firstRow, int[] sums, byte[] out) {
        java.util.Arrays.fill(sums, 1 << (AntialiasedWeights.BITS - 1));
        for (int tap = 0; tap < down.taps[y]; tap++) {
            int weight = down.weights[down.offset[y] + tap];
            int from = (down.first[y] + tap - firstRow) * sums.length;
            for (int x = 0; x < sums.length; x++) {
                sums[x] += weight * (in[from + x] & 0xff);
            }
        }
        int to = y * sums.length;
        for (int x = 0; x < sums.length; x++) {
            out[to + x] = level(sums[x]);
        }
    }

    /** A bicubic sum may be negative, and any sum may pass 255. It fits an int. */
    private static byte level(int sum) {
        return (byte) Math.max(0, Math.min(sum >> AntialiasedWeights.BITS, 255));
    }
}
