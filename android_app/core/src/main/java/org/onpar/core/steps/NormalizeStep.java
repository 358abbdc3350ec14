package org.onpar.core.steps;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.onpar.core.Channels;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.JsonValue;
import org.onpar.core.Limits;
import org.onpar.core.Normalise;
import org.onpar.core.RgbImage;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** `normalize`: pixels u8 [h, w, 3] as the model's input [1, C, h, w] or [1, h, w, C]. */
public final class NormalizeStep extends Step {
    /** The order of the axes: N is 1, C the channels, H and W the photo's size. */
    public enum Layout {
        NCHW,
        NHWC
    }

    public final Channels channels;
    public final Layout layout;
    private final double[] mean;
    private final double[] std;

    /**
     * @param takes u8 [h, w, 3]
     * @param dtype float32, or uint8: then the levels stay as they are
     * @param mean of 0–1 intensities, in the channels' order; empty with uint8
     * @param std the standard deviations, likewise
     */
    public NormalizeStep(
            TensorSpec takes, String makes, Channels channels, Layout layout, Dtype dtype,
            double[] mean, double[] std) {
        super(takes.name, new TensorSpec(makes, dtype, shape(takes.shape(), channels, layout)));
        this.channels = channels;
        this.layout = layout;
        this.mean = mean.clone();
        this.std = std.clone();
    }

    private static int[] shape(int[] pixels, Channels channels, Layout layout) {
        return layout == Layout.NCHW
                ? new int[] {1, channels.count, pixels[0], pixels[1]}
                : new int[] {1, pixels[0], pixels[1], channels.count};
    }

    static NormalizeStep read(StepJson step) throws InputException {
        TensorSpec taken = step.taken();
        int[] shape = taken.shape();
        if (taken.dtype != Dtype.UINT8 || shape.length != 3 || shape[2] != 3
                || shape[0] == TensorSpec.ANY || shape[1] == TensorSpec.ANY) {
            throw step.wrong(taken, "uint8 [h, w, 3] of one size");
        }
        String made = step.made();
        Channels channels = Channels.valueOf(
                step.at("channels").choice(Arrays.asList("rgb", "bgr", "gray"))
                        .toUpperCase(Locale.ROOT));
        Layout layout =
                Layout.valueOf(step.at("layout").choice(Arrays.asList("NCHW", "NHWC")));
        Dtype dtype = Dtype.named(
                step.at("dtype").choice(
                        Arrays.asList(Dtype.FLOAT32.numpy, Dtype.UINT8.numpy)));
        int count = dtype == Dtype.UINT8 ? 0 : channels.count;
        return new NormalizeStep(
                taken, made, channels, layout, dtype, numbers(step.at("mean"), count, 0),
                numbers(step.at("std"), count, Limits.MIN_STD));
    }

    /** @param least of each without its sign, so that float32 holds it and may divide by it */
    private static double[] numbers(JsonValue list, int count, double least)
            throws InputException {
        List<JsonValue> values = list.list(count, count);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = values.get(i).number();
            double size = Math.abs(numbers[i]);
            if (size < least || size > Limits.MAX_FLOAT32) {
                throw values.get(i).wrong(
                        "a number that float32 holds" + (least > 0 ? ", and not 0" : ""));
            }
        }
        return numbers;
    }

    /** Of a channel, rounded to f32 as parity/image/fit.py does. */
    public float mean(int channel) {
        return (float) mean[channel];
    }

    /** Of a channel, rounded to f32. */
    public float std(int channel) {
        return (float) std[channel];
    }

    @Override
    public List<Tensor> compute(List<Tensor> given) {
        return Collections.singletonList(
                Normalise.normalise(RgbImage.of(given.get(0)), this));
    }
}
