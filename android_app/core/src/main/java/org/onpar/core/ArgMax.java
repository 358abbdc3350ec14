package org.onpar.core;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** From scores to the class map. */
public final class ArgMax {
    private ArgMax() {}

    /**
     * Made-up scores f32 [1, C, C, 4] whose class map has only class i in row i, for what photos
     * may not show; parity/contract/classmap.py specifies them.
     */
    public static Tensor probeScores(int classes) {
        float[] rest = {-2, 1, -1, 1};
        float[] best = {-1, 2, 0, Math.nextUp(1f)};
        Tensor scores = Tensor.allocate(Dtype.FLOAT32, 1, classes, classes, 4);
        FloatBuffer pixels = scores.floats();
        for (int c = 0; c < classes; c++) {
            for (int row = 0; row < classes; row++) {
                float[] four = (c == row ? best : rest).clone();
                four[2] = c >= row ? 0 : four[2];
                pixels.put(four);
            }
        }
        return scores;
    }

    /**
     * Class map u8 [h, w] of scores f32 [1, C, h, w], C ≤ 256; a tie goes to the lowest class.
     *
     * <p>As parity/contract/classmap.py: NaN never wins, and no later class wins over it.
     */
    public static Tensor classMap(Tensor scores) {
        int[] shape = scores.shape();
        if (shape.length != 4 || shape[0] != 1 || shape[1] < 1 || shape[1] > Limits.MAX_CLASSES) {
            throw new IllegalArgumentException(
                    "got scores " + scores + ", expected [1, at most 256 classes, height, width]");
        }
        int rows = shape[2];
        int columns = shape[3];
        FloatBuffer values = scores.floats();
        byte[] classes = new byte[rows * columns];
        // A row at a time: its best scores stay in the cache while the classes pass over them.
        float[] best = new float[columns];
        float[] next = new float[columns];
        int[] winner = new int[columns];
        for (int y = 0; y < rows; y++) {
            values.position(y * columns);
            values.get(best);
            Arrays.fill(winner, 0);
            for (int c = 1; c < shape[1]; c++) {
                values.position((c * rows + y) * columns);
                values.get(next);
                // Without a jump: neighbours' winners are hard to guess. Of NaN max is NaN.
                for (int x = 0; x < columns; x++) {
                    float score = next[x];
                    float most = best[x];
                    winner[x] = score > most ? c : winner[x];
                    best[x] = Math.max(score, most);
                }
            }
            for (int x = 0; x < columns; x++) {
                classes[y * columns + x] = (byte) winner[x];
            }
        }
        return Tensor.of(classes, rows, columns);
    }
}
