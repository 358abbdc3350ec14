package org.onpar.core;

import java.nio.FloatBuffer;
import org.onpar.core.steps.NormalizeStep;

/** Levels become the model's numbers, equal to the bit to torchvision's ToTensor and Normalize. */
public final class Normalise {
    private Normalise() {}

    /**
     * u8 [h, w, 3] to f32 [1, 3, h, w]: (level / 255 - mean) / std, each operation rounded to f32.
     */
    public static Tensor normalise(RgbImage image, NormalizeStep step) {
        Tensor tensor = Tensor.allocate(Dtype.FLOAT32, 1, 3, image.height, image.width);
        FloatBuffer out = tensor.floats();
        float[] row = new float[image.width];
        for (int channel = 0; channel < 3; channel++) {
            float[] values = new float[256];
            for (int level = 0; level < 256; level++) {
                values[level] = (level / 255f - step.mean(channel)) / step.std(channel);
            }
            for (int y = 0, at = channel; y < image.height; y++) {
                for (int x = 0; x < row.length; x++, at += 3) {
                    row[x] = values[image.pixels[at] & 0xff];
                }
                out.put(row);
            }
        }
        return tensor;
    }
}
