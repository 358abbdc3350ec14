package org.onpar.core.steps;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** `sigmoid`: logits f32 as probabilities f32 of the same shape. */
public final class SigmoidStep extends Step {
    /** @param takes f32 of any shape */
    public SigmoidStep(TensorSpec takes, String makes) {
        super(takes.name, new TensorSpec(makes, Dtype.FLOAT32, takes.shape()));
    }

    static SigmoidStep read(StepJson step) throws InputException {
        TensorSpec taken = step.takenFloats();
        return new SigmoidStep(taken, step.made());
    }

    /** 1 / (1 + exp(-x)), in double, rounded once. */
    @Override
    public List<Tensor> compute(List<Tensor> given) {
        FloatBuffer logits = given.get(0).floats();
        Tensor made = Tensor.allocate(Dtype.FLOAT32, given.get(0).shape());
        FloatBuffer out = made.floats();
        while (logits.hasRemaining()) {
            out.put((float) (1 / (1 + Math.exp(-(double) logits.get()))));
        }
        return Collections.singletonList(made);
    }

    /** Logits of which an exponential overflows, in double too. */
    @Override
    public List<List<Tensor>> probes() {
        int[] shape = new int[makes.get(0).shape().length];
        Arrays.fill(shape, 1);
        shape[shape.length - 1] = 3;
        Tensor logits = Tensor.allocate(Dtype.FLOAT32, shape);
        logits.floats().put(new float[] {-1000, 0, 1000});
        return Collections.singletonList(Collections.singletonList(logits));
    }
}
