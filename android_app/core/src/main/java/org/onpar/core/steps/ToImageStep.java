package org.onpar.core.steps;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.Limits;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;
import org.onpar.core.steps.NormalizeStep.Layout;

/** `to-image`: the picture u8 [h, w, 3] of f32 [1, C, h, w] or [1, h, w, C]; of one C gray. */
public final class ToImageStep extends Step {
    private final float scale;
    private final float offset;
    private final boolean planar;
    private final int channels;

    /**
     * @param takes f32 [1, C, h, w] or [1, h, w, C], by the layout; C is 1 or 3
     * @param scale what a value is multiplied by
     * @param offset what is added then, before it is rounded down
     */
    public ToImageStep(
            TensorSpec takes, String makes, float scale, float offset, Layout layout) {
        super(takes.name, new TensorSpec(makes, Dtype.UINT8, size(takes.shape(), layout)));
        this.scale = scale;
        this.offset = offset;
        planar = layout == Layout.NCHW;
        channels = takes.shape()[planar ? 1 : 3];
    }

    static ToImageStep read(StepJson step) throws InputException {
        TensorSpec taken = step.taken();
        int[] shape = taken.shape();
        if (taken.dtype != Dtype.FLOAT32 || shape.length != 4 || shape[0] != 1) {
            throw wrong(step, taken);
        }
        String made = step.made();
        double scale = step.number("scale");
        if ((float) scale == 0) {
            throw step.at("scale").wrong("a number that is not 0 in float32");
        }
        double offset = step.number("offset");
        Layout layout =
                Layout.valueOf(step.at("layout").choice(Arrays.asList("NCHW", "NHWC")));
        int channels = shape[layout == Layout.NCHW ? 1 : 3];
        int[] size = size(shape, layout);
        if (channels != 1 && channels != 3 || (long) size[0] * size[1] > Limits.MAX_PIXELS) {
            throw wrong(step, taken);
        }
        return new ToImageStep(taken, made, (float) scale, (float) offset, layout);
    }

    private static InputException wrong(StepJson step, TensorSpec taken) throws InputException {
        return step.wrong(
                taken,
                "float32 [1, C, h, w] or, with the layout NHWC, [1, h, w, C], C 1 or 3, of at "
                        + "most 40 megapixels");
    }

    /** Of the picture: height, width and 3. */
    private static int[] size(int[] shape, Layout layout) {
        int first = layout == Layout.NCHW ? 2 : 1;
        return new int[] {shape[first], shape[first + 1], 3};
    }

    /** x · scale + offset, each operation rounded to f32, rounded down, of 0 to 255; NaN is 0. */
    @Override
    public List<Tensor> compute(List<Tensor> given) {
        FloatBuffer values = given.get(0).floats();
        int pixels = values.remaining() / channels;
        byte[] levels = new byte[pixels * 3];
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                int plane = channels == 1 ? 0 : channel;
                int at = planar ? plane * pixels + pixel : pixel * channels + plane;
                float value = values.get(at) * scale + offset;
                // The cast rounds to 0, which is down where the level is not cut off, and NaN is 0.
                levels[pixel * 3 + channel] = (byte) Math.max(0, Math.min((int) value, 255));
            }
        }
        return Collections.singletonList(Tensor.of(levels, makes.get(0).shape()));
    }
}
