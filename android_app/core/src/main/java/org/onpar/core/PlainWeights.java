package org.onpar.core;

/**
 * The weights of one pass of {@link PlainResize}: those of OpenCV's cv::resize, with float32's own
 * rounding after each operation.
 */
final class PlainWeights {
    /** Fraction bits of a weight: INTER_RESIZE_COEF_BITS in OpenCV's imgproc. */
    static final int BITS = 11;

    /** The bicubic curve's parameter in interpolateCubic of OpenCV's resize.cpp. */
    private static final float A = -0.75f;

    /** How many sources an output has. */
    final int taps;

    /** By output and tap: the source's index. */
    final int[] sources;

    /** By output and tap. */
    final int[] weights;

    /** Of rows: the outputs from start on, count of them, of length pixels scaled to size. */
    static PlainWeights down(Filter filter, int length, int size, int start, int count) {
        return new PlainWeights(filter, length, size, start, count, false);
    }

    /** Of columns; in OpenCV a bilinear output at the border is the border's pixel. */
    static PlainWeights across(Filter filter, int length, int size, int start, int count) {
        return new PlainWeights(filter, length, size, start, count, filter == Filter.BILINEAR);
    }

    private PlainWeights(
            Filter filter, int length, int size, int start, int count, boolean stopped) {
        taps = 2 * filter.support;
        sources = new int[taps * count];
        weights = new int[taps * count];
        double scale = 1.0 / ((double) size / length);
        for (int i = 0; i < count; i++) {
            float place = (float) ((start + i + 0.5) * scale - 0.5);
            int source = (int) Math.floor(place);
            float fraction = place - source;
            if (stopped && (source < 0 || source >= length - 1)) {
                source = source < 0 ? 0 : length - 1;
                fraction = 0;
            }
            float[] curve = filter == Filter.BILINEAR ? linear(fraction) : cubic(fraction);
            for (int tap = 0, at = i * taps; tap < taps; tap++, at++) {
                int one = source - filter.support + 1 + tap;
                sources[at] = Math.max(0, Math.min(one, length - 1));
                weights[at] = (int) Math.rint(curve[tap] * (float) (1 << BITS));
            }
        }
    }

    private static float[] linear(float x) {
        return new float[] {1 - x, x};
    }

    private static float[] cubic(float x) {
        float first = ((A * (x + 1) - 5 * A) * (x + 1) + 8 * A) * (x + 1) - 4 * A;
        float second = ((A + 2) * x - (A + 3)) * x * x + 1;
        float third = ((A + 2) * (1 - x) - (A + 3)) * (1 - x) * (1 - x) + 1;
        return new float[] {first, second, third, 1 - first - second - third};
    }
}
