package org.onpar.core;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.onpar.core.steps.NormalizeStep;

/** Levels become the model's numbers, equal to the bit to torchvision's ToTensor and Normalize. */
public final class Normalise {
    private Normalise() {}

    /**
     * u8 [h, w, 3] to [1, C, h, w] or [1, h, w, C]: (level / 255 - mean) / std, each operation
     * rounded to f32, or of a step that makes u8 the levels.
     */
    public static Tensor normalise(RgbImage image, NormalizeStep step) {
        byte[] levels = step.channels.of(image);
        TensorSpec made = step.makes.get(0);
        Tensor tensor = Tensor.allocate(made.dtype, made.shape());
        boolean planar = step.layout == NormalizeStep.Layout.NCHW;
        if (made.dtype == Dtype.FLOAT32) {
            numbers(levels, step, planar, image.width, tensor.floats());
        } else if (planar) {
            planes(levels, step.channels.count, tensor.bytes());
        } else {
            tensor.bytes().put(levels);
        }
        return tensor;
    }

    private static void numbers(
            byte[] levels, NormalizeStep step, boolean planar, int width, FloatBuffer out) {
        int count = step.channels.count;
        // Row by row of the output: a row has one channel, or all of them.
        int together = planar ? 1 : count;
        float[][] values = new float[count][];
        for (int channel = 0; channel < count; channel++) {
            values[channel] = values(step, channel);
        }
        float[] row = new float[width * together];
        for (int first = 0; first < count; first += together) {
            for (int start = 0; start < levels.length; start += width * count) {
                for (int c = 0; c < together; c++) {
                    float[] own = values[first + c];
                    int at = start + first + c;
                    for (int to = c; to < row.length; to += together, at += count) {
                        row[to] = own[levels[at] & 0xff];
                    }
                }
                out.put(row);
            }
        }
    }

    /** By level. */
    private static float[] values(NormalizeStep step, int channel) {
        float[] values = new float[256];
        for (int level = 0; level < 256; level++) {
            values[level] = (level / 255f - step.mean(channel)) / step.std(channel);
        }
        return values;
    }

    private static void planes(byte[] levels, int count, ByteBuffer out) {
        byte[] plane = new byte[levels.length / count];
        for (int channel = 0; channel < count; channel++) {
            for (int i = 0, at = channel; i < plane.length; i++, at += count) {
                plane[i] = levels[at];
            }
            out.put(plane);
        }
    }
}
