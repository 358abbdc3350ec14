package org.onpar.core.steps;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.onpar.core.Dtype;
import org.onpar.core.Filter;
import org.onpar.core.Fit;
import org.onpar.core.InputException;
import org.onpar.core.Limits;
import org.onpar.core.RgbImage;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** `resize-image`: pixels u8 [H, W, 3] fitted to u8 [height, width, 3]. */
public final class ResizeImageStep extends Step {
    /** How a photo of another shape fits. */
    public enum FitMode {
        /** Both sides scaled independently. */
        STRETCH,
        /** Scaled to fit inside, centred on the padding. */
        LETTERBOX,
        /** Scaled to cover, the centre kept. */
        CROP,
        /** Scaled to a length of the shorter side, the centre kept. */
        SHORTER
    }

    /** In pixels, as the width. */
    public final int height;

    public final int width;
    public final FitMode fit;

    /** Length of the shorter side before the crop; 0 with another fit than SHORTER. */
    public final int shorter;

    public final Filter filter;

    /** Whether it resamples as Pillow, with antialiasing, or as OpenCV, without. */
    public final boolean antialias;

    private final int[] pad;

    /** @param pad levels 0 to 255 of R, G and B, of what a letterbox leaves */
    public ResizeImageStep(
            String takes, String makes, int height, int width, FitMode fit, int[] pad,
            int shorter, Filter filter, boolean antialias) {
        super(takes, new TensorSpec(makes, Dtype.UINT8, height, width, 3));
        this.height = height;
        this.width = width;
        this.fit = fit;
        this.pad = pad.clone();
        this.shorter = shorter;
        this.filter = filter;
        this.antialias = antialias;
    }

    static ResizeImageStep read(StepJson step) throws InputException {
        TensorSpec taken = step.taken();
        int[] shape = taken.shape();
        if (taken.dtype != Dtype.UINT8 || shape.length != 3 || shape[2] != 3) {
            throw step.wrong(taken, "uint8 [H, W, 3]");
        }
        String made = step.made();
        int height = step.at("height").count(1, Limits.MAX_SIDE);
        int width = step.at("width").count(1, Limits.MAX_SIDE);
        if ((long) height * width > Limits.MAX_PIXELS) {
            throw step.at("height").wrong("a size of at most 40 megapixels");
        }
        FitMode fit = FitMode.valueOf(
                step.at("fit").choice(Limits.FITS).toUpperCase(Locale.ROOT));
        boolean cut = fit == FitMode.SHORTER;
        int shorter = step.at("shorter").count(
                cut ? Math.max(height, width) : 0, cut ? Limits.MAX_SIDE : 0);
        int[] pad = Levels.read(step.at("pad"));
        Filter filter = Filter.valueOf(
                step.at("filter").choice(Limits.FILTERS).toUpperCase(Locale.ROOT));
        boolean antialias = step.at("antialias").flag();
        return new ResizeImageStep(
                taken.name, made, height, width, fit, pad, shorter, filter, antialias);
    }

    /** The padding's level in a channel. */
    public byte pad(int channel) {
        return (byte) pad[channel];
    }

    @Override
    public List<Tensor> compute(List<Tensor> given) throws InputException {
        return Collections.singletonList(Fit.fit(RgbImage.of(given.get(0)), this).tensor());
    }
}
