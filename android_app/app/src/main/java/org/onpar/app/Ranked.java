package org.onpar.app;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.onpar.core.Capture;
import org.onpar.core.Dtype;
import org.onpar.core.Tensor;
import org.onpar.core.steps.TopKStep;

/** One of the classes that came first. */
final class Ranked {
    final String label;

    /** The model's, 0 to 1 where it is a probability. */
    final float score;

    private Ranked(String label, float score) {
        this.label = label;
        this.score = score;
    }

    /** The classes that a step put first, the best one first; none where they cannot be shown. */
    static List<Ranked> of(TopKStep step, Capture capture) {
        Tensor classes = capture.tensors.get(step.makes.get(0).name);
        // A file that ranks the scores itself may give integers of another size, or wrong ones.
        if (classes.dtype != Dtype.INT32) {
            return Collections.emptyList();
        }
        IntBuffer numbers = classes.bytes().asIntBuffer();
        FloatBuffer scores = capture.tensors.get(step.makes.get(1).name).floats();
        List<Ranked> ranking = new ArrayList<>();
        while (numbers.hasRemaining()) {
            int one = numbers.get();
            if (one < 0 || one >= step.labels.size()) {
                return Collections.emptyList();
            }
            ranking.add(new Ranked(step.labels.get(one), scores.get()));
        }
        return ranking;
    }
}
