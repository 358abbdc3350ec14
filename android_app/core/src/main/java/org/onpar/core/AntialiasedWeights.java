package org.onpar.core;

/**
 * The weights of one pass of {@link AntialiasedResize}: precompute_coeffs and
 * normalize_coeffs_8bpc of Pillow's Resample.c.
 */
final class AntialiasedWeights {
    /** Fraction bits of a weight: PRECISION_BITS in Pillow's src/libImaging/Resample.c. */
    static final int BITS = 22;

    /** Whether the side keeps its length, so that the pass is skipped. */
    final boolean identity;

    /** By output: its first source index. */
    final int[] first;

    /** By output: how many sources it has. */
    final int[] taps;

    /** By output: where its weights begin. */
    final int[] offset;

    final int[] weights;

    /** The outputs from start on, count of them, of length pixels scaled to size. */
    AntialiasedWeights(Filter filter, int length, int size, int start, int count) {
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
        double reach = Math.max(scale, 1.0);
        double support = filter.support * reach;
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
            weigh(filter, i, (start + i + 0.5) * scale, 1.0 / reach);
        }
    }

    private void weigh(Filter filter, int i, double centre, double shrunk) {
        double[] curve = new double[taps[i]];
        double total = 0;
        for (int tap = 0; tap < taps[i]; tap++) {
            curve[tap] = filter.weight((first[i] + tap - centre + 0.5) * shrunk);
            total += curve[tap];
        }
        for (int tap = 0; tap < taps[i]; tap++) {
            double weight = curve[tap] / total * (1 << BITS);
            weights[offset[i] + tap] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
        }
    }
}
