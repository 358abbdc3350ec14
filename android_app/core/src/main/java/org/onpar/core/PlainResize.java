package org.onpar.core;

import java.util.Arrays;

/**
 * A resize without antialiasing: OpenCV's INTER_LINEAR and INTER_CUBIC of 8-bit images.
 *
 * <p>The mirror of parity/image/plain.py: weights of 11 bits, a row's sums kept whole
 * between both passes. An image that has the size comes out as it is.
 */
final class PlainResize {
    private PlainResize() {}

    static RgbImage window(RgbImage image, Window window, Filter filter) {
        PlainWeights down = PlainWeights.down(
                filter, image.height, window.scaledHeight, window.top, window.height);
        PlainWeights across = PlainWeights.across(
                filter, image.width, window.scaledWidth, window.left, window.width);
        int stride = window.width * 3;
        byte[] out = new byte[Math.multiplyExact(window.height, stride)];
        // The rows that an output needs are neighbours, so each has a place of its own.
        int[][] kept = new int[down.taps][stride];
        int[] keptRow = new int[down.taps];
        Arrays.fill(keptRow, -1);
        int[][] rows = new int[down.taps][];
        for (int y = 0; y < window.height; y++) {
            for (int tap = 0; tap < down.taps; tap++) {
                int row = down.sources[y * down.taps + tap];
                int place = row % down.taps;
                if (keptRow[place] != row) {
                    horizontal(image.pixels, row * image.width * 3, across, kept[place]);
                    keptRow[place] = row;
                }
                rows[tap] = kept[place];
            }
            if (filter == Filter.BILINEAR) {
                linear(rows, down.weights, y * 2, out, y * stride);
            } else {
                cubic(rows, down.weights, y * 4, out, y * stride);
            }
        }
        return new RgbImage(window.height, window.width, out);
    }

    private static void horizontal(byte[] in, int from, PlainWeights across, int[] out) {
        for (int to = 0, tap = 0; to < out.length; to += 3) {
            int red = 0;
            int green = 0;
            int blue = 0;
            for (int end = tap + across.taps; tap < end; tap++) {
                int at = from + across.sources[tap] * 3;
                int weight = across.weights[tap];
                red += weight * (in[at] & 0xff);
                green += weight * (in[at + 1] & 0xff);
                blue += weight * (in[at + 2] & 0xff);
            }
            out[to] = red;
            out[to + 1] = green;
            out[to + 2] = blue;
        }
    }

    /** VResizeLinear of OpenCV's resize.cpp, which rounds in three places. */
    private static void linear(int[][] rows, int[] weights, int at, byte[] out, int to) {
        int[] upper = rows[0];
        int[] lower = rows[1];
        int up = weights[at];
        int low = weights[at + 1];
        for (int x = 0; x < upper.length; x++) {
            int sum = (up * (upper[x] >> 4) >> 16) + (low * (lower[x] >> 4) >> 16);
            out[to + x] = (byte) (sum + 2 >> 2);
        }
    }

    /** Weights are at most 1.19 together and -0.19, so a sum fits an int. */
    private static void cubic(int[][] rows, int[] weights, int at, byte[] out, int to) {
        int[] a = rows[0];
        int[] b = rows[1];
        int[] c = rows[2];
        int[] d = rows[3];
        int bits = 2 * PlainWeights.BITS;
        for (int x = 0; x < a.length; x++) {
            int sum = weights[at] * a[x] + weights[at + 1] * b[x] + weights[at + 2] * c[x]
                    + weights[at + 3] * d[x];
            int level = sum + (1 << bits - 1) >> bits;
            out[to + x] = (byte) Math.max(0, Math.min(level, 255));
        }
    }
}
