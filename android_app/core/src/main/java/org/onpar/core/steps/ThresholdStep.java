package org.onpar.core.steps;

import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** `threshold`: the mask u8 [h, w] of scores f32 [1, 1, h, w] or [1, h, w, 1]. */
public final class ThresholdStep extends ClassMapStep {
    private static final float FAR = 1e30f;

    private final float above;

    /**
     * @param takes f32 [1, 1, h, w] or [1, h, w, 1]
     * @param above 1 where the score is above it, else 0
     * @param classes names of 0 and 1
     * @param palette their colours, as 0xRRGGBB
     */
    public ThresholdStep(
            TensorSpec takes, String makes, float above, List<String> classes, int[] palette) {
        super(
                takes.name, new TensorSpec(makes, Dtype.UINT8, size(takes.shape())), classes,
                palette);
        this.above = above;
    }

    static ThresholdStep read(StepJson step) throws InputException {
        TensorSpec taken = step.taken();
        if (taken.dtype != Dtype.FLOAT32 || size(taken.shape()) == null) {
            throw step.wrong(taken, "float32 [1, 1, h, w] or [1, h, w, 1]");
        }
        String made = step.made();
        double above = step.number("above");
        List<String> classes = step.texts("classes", 2, 2);
        return new ThresholdStep(taken, made, (float) above, classes, palette(step, 2));
    }

    /** Height and width of scores with one channel, first or last; null where it is another. */
    private static int[] size(int[] shape) {
        if (shape.length != 4 || shape[0] != 1 || shape[1] != 1 && shape[3] != 1) {
            return null;
        }
        return shape[1] == 1
                ? new int[] {shape[2], shape[3]} : new int[] {shape[1], shape[2]};
    }

    @Override
    public List<Tensor> compute(List<Tensor> given) {
        Tensor scores = given.get(0);
        FloatBuffer values = scores.floats();
        byte[] mask = new byte[values.remaining()];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (values.get() > above ? 1 : 0);
        }
        return Collections.singletonList(Tensor.of(mask, size(scores.shape())));
    }

    /** Scores at, just below and just above the threshold, and far from it. */
    @Override
    public List<List<Tensor>> probes() {
        Tensor scores = Tensor.allocate(Dtype.FLOAT32, 1, 1, 1, 5);
        scores.floats().put(
                new float[] {-FAR, Math.nextDown(above), above, Math.nextUp(above), FAR});
        return Collections.singletonList(Collections.singletonList(scores));
    }
}
