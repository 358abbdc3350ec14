package org.onpar.core.steps;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** `softmax`: scores f32 as probabilities f32 of the same shape, along an axis. */
public final class SoftmaxStep extends Step {
    /** exp(1000) is infinite and exp(-1000) is 0, in double too. */
    private static final float FAR = 1000;

    private final int axis;

    /**
     * @param takes f32 of at least one axis
     * @param axis from 0 on
     */
    public SoftmaxStep(TensorSpec takes, String makes, int axis) {
        super(takes.name, new TensorSpec(makes, Dtype.FLOAT32, takes.shape()));
        this.axis = axis;
    }

    static SoftmaxStep read(StepJson step) throws InputException {
        TensorSpec taken = step.takenFloats();
        String made = step.made();
        return new SoftmaxStep(taken, made, step.at("axis").count(0, taken.shape().length - 1));
    }

    /** exp(x - max) / Σ exp(x - max) along the axis, in double, rounded once. */
    @Override
    public List<Tensor> compute(List<Tensor> given) {
        int[] shape = given.get(0).shape();
        FloatBuffer scores = given.get(0).floats();
        Tensor made = Tensor.allocate(Dtype.FLOAT32, shape);
        FloatBuffer out = made.floats();
        int stride = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            stride *= shape[i];
        }
        double[] raised = new double[shape[axis]];
        for (int block = 0; block < scores.limit(); block += stride * raised.length) {
            for (int first = block; first < block + stride; first++) {
                softmax(scores, out, first, stride, raised);
            }
        }
        return Collections.singletonList(made);
    }

    /**
     * Along the axis scores of which an exponential overflows, and scores of which all exponentials
     * are 0; every other axis has one item.
     */
    @Override
    public List<List<Tensor>> probes() {
        int[] shape = makes.get(0).shape();
        int[] line = new int[shape.length];
        Arrays.fill(line, 1);
        line[axis] = shape[axis];
        Tensor large = Tensor.allocate(Dtype.FLOAT32, line);
        Tensor small = Tensor.allocate(Dtype.FLOAT32, line);
        for (int i = 0; i < shape[axis]; i++) {
            large.floats().put(i, i == 0 ? FAR : -FAR);
            small.floats().put(i, i == shape[axis] - 1 ? -FAR : -3 * FAR);
        }
        return Arrays.asList(
                Collections.singletonList(large), Collections.singletonList(small));
    }

    /** One line along the axis: its items are a stride apart. */
    private static void softmax(
            FloatBuffer scores, FloatBuffer out, int first, int stride, double[] raised) {
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0, at = first; i < raised.length; i++, at += stride) {
            raised[i] = scores.get(at);
            most = Math.max(most, raised[i]);
        }
        double sum = 0;
        for (int i = 0; i < raised.length; i++) {
            raised[i] = Math.exp(raised[i] - most);
            sum += raised[i];
        }
        for (int i = 0, at = first; i < raised.length; i++, at += stride) {
            out.put(at, (float) (raised[i] / sum));
        }
    }
}
