package org.onpar.core;

/**
 * How pixels are resampled. Here is its curve in Pillow: the weight of a pixel by its distance in
 * pixels of the smaller image.
 */
public enum Filter {
    BILINEAR(1) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            return x < 1.0 ? 1.0 - x : 0.0;
        }
    },

    BICUBIC(2) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            if (x < 1.0) {
                return ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0;
            }
            return x < 2.0 ? (((x - 5.0) * x + 8.0) * x - 4.0) * A : 0.0;
        }
    };

    /** The bicubic curve's parameter in bicubic_filter of Pillow's Resample.c. */
    private static final double A = -0.5;

    /** Farther away than this many pixels of the smaller image a weight is 0. */
    final int support;

    Filter(int support) {
        this.support = support;
    }

    abstract double weight(double distance);
}
