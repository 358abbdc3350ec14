package org.onpar.core.steps;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.Limits;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** `top-k`: the k largest of scores f32 [1, C] and their classes, the largest first. */
public final class TopKStep extends Step {
    /** The name of every class. */
    public final List<String> labels;

    private final int k;

    /**
     * @param takes name of f32 [1, labels]
     * @param classes name of the classes i32 [k]
     * @param values name of their scores f32 [k]
     */
    public TopKStep(String takes, String classes, String values, int k, List<String> labels) {
        super(
                Collections.singletonList(takes),
                Arrays.asList(
                        new TensorSpec(classes, Dtype.INT32, k),
                        new TensorSpec(values, Dtype.FLOAT32, k)));
        this.k = k;
        this.labels = Collections.unmodifiableList(new ArrayList<>(labels));
    }

    static TopKStep read(StepJson step) throws InputException {
        TensorSpec taken = step.taken();
        int[] shape = taken.shape();
        if (taken.dtype != Dtype.FLOAT32 || shape.length != 2 || shape[0] != 1) {
            throw step.wrong(taken, "float32 [1, C]");
        }
        List<String> made = step.made(2, 2);
        List<String> labels = step.texts("labels", 1, Limits.MAX_LABELS);
        if (labels.size() != shape[1]) {
            throw step.at("labels").wrong(
                    "a name for each of the " + shape[1] + " classes of `" + taken.name + "`");
        }
        int k = step.at("k").count(1, labels.size());
        return new TopKStep(taken.name, made.get(0), made.get(1), k, labels);
    }

    /** Of equal scores the lower class comes first; NaN comes last. */
    @Override
    public List<Tensor> compute(List<Tensor> given) {
        FloatBuffer scores = given.get(0).floats();
        // 0 - x has one zero, where Float.compare has two. The sort keeps the order of equals.
        List<Integer> order =
                IntStream.range(0, scores.remaining())
                        .boxed()
                        .sorted(Comparator.comparing(one -> 0 - scores.get(one)))
                        .collect(Collectors.toList());
        Tensor classes = Tensor.allocate(Dtype.INT32, k);
        Tensor values = Tensor.allocate(Dtype.FLOAT32, k);
        IntBuffer first = classes.bytes().asIntBuffer();
        FloatBuffer best = values.floats();
        for (int one : order.subList(0, k)) {
            first.put(one);
            best.put(scores.get(one));
        }
        return Arrays.asList(classes, values);
    }

    /**
     * Negative scores: those of the first rise with the class, each by one bit, up to -1; those of
     * the second are -1, -2, -3, -1, -2, … and -1 for the last class.
     */
    @Override
    public List<List<Tensor>> probes() {
        int count = labels.size();
        Tensor rising = Tensor.allocate(Dtype.FLOAT32, 1, count);
        Tensor tied = Tensor.allocate(Dtype.FLOAT32, 1, count);
        FloatBuffer rises = rising.floats();
        FloatBuffer ties = tied.floats();
        for (int i = 0; i < count; i++) {
            rises.put(-1 - (count - 1 - i) * Math.ulp(1f));
            ties.put(i == count - 1 ? -1 : -1 - i % 3);
        }
        return Arrays.asList(
                Collections.singletonList(rising), Collections.singletonList(tied));
    }
}
