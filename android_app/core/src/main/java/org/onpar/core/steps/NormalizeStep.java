package org.onpar.core.steps;

import java.util.Collections;
import java.util.List;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.JsonValue;
import org.onpar.core.Limits;
import org.onpar.core.Normalise;
import org.onpar.core.RgbImage;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** `normalize`: pixels u8 [h, w, 3] as the model's input f32 [1, 3, h, w]. */
public final class NormalizeStep extends Step {
    private final double[] mean;
    private final double[] std;

    /**
     * @param takes u8 [h, w, 3]
     * @param mean of 0–1 intensities, R, G, B
     * @param std the standard deviations, likewise
     */
    public NormalizeStep(TensorSpec takes, String makes, double[] mean, double[] std) {
        super(
                takes.name,
                new TensorSpec(
                        makes, Dtype.FLOAT32, 1, 3, takes.shape()[0], takes.shape()[1]));
        this.mean = mean.clone();
        this.std = std.clone();
    }

    static NormalizeStep read(StepJson step) throws InputException {
        TensorSpec taken = step.taken();
        int[] shape = taken.shape();
        if (taken.dtype != Dtype.UINT8 || shape.length != 3 || shape[2] != 3
                || shape[0] == TensorSpec.ANY || shape[1] == TensorSpec.ANY) {
            throw step.wrong(taken, "uint8 [h, w, 3] of one size");
        }
        String made = step.made();
        return new NormalizeStep(
                taken, made, numbers(step.at("mean"), 0),
                numbers(step.at("std"), Limits.MIN_STD));
    }

    /** @param least of each without its sign, so that float32 holds it and may divide by it */
    private static double[] numbers(JsonValue list, double least) throws InputException {
        List<JsonValue> values = list.list(3, 3);
        double[] numbers = new double[3];
        for (int i = 0; i < 3; i++) {
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
