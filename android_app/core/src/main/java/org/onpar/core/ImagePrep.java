package org.onpar.core;

/**
 * How a decoded photo becomes the model's input (ImagePrep of parity/contract/spec.py).
 *
 * <p>Sides in pixels; mean and standard deviation in units of 0–1 intensities, R, G, B; padding in
 * levels 0–255.
 */
public final class ImagePrep {
    /** How a photo of another shape fits. */
    public enum FitMode {
        /** Both sides scaled independently. */
        STRETCH,
        /** Scaled to fit inside, centred on the padding. */
        LETTERBOX,
        /** Scaled to cover, the centre kept. */
        CROP
    }

    public final String input;
    public final int height;
    public final int width;
    public final FitMode fit;
    private final double[] mean;
    private final double[] std;
    private final int[] pad;

    public ImagePrep(
            String input, int height, int width, double[] mean, double[] std, FitMode fit,
            int[] pad) {
        this.input = input;
        this.height = height;
        this.width = width;
        this.mean = mean.clone();
        this.std = std.clone();
        this.fit = fit;
        this.pad = pad.clone();
    }

    /** Of a channel, rounded to f32 as parity/image/fit.py does. */
    public float mean(int channel) {
        return (float) mean[channel];
    }

    /** Of a channel, rounded to f32. */
    public float std(int channel) {
        return (float) std[channel];
    }

    /** The padding's level in a channel. */
    public byte pad(int channel) {
        return (byte) pad[channel];
    }
}
