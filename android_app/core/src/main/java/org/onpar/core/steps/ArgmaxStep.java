package org.onpar.core.steps;

import java.util.Collections;
import java.util.List;
import org.onpar.core.ArgMax;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.Limits;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** `argmax`: the class map u8 [h, w] of scores f32 [1, C, h, w]. */
public final class ArgmaxStep extends ClassMapStep {
    /**
     * @param takes f32 [1, C, h, w]
     * @param palette a colour a class, as 0xRRGGBB
     */
    public ArgmaxStep(TensorSpec takes, String makes, List<String> classes, int[] palette) {
        super(
                takes.name,
                new TensorSpec(makes, Dtype.UINT8, takes.shape()[2], takes.shape()[3]),
                classes, palette);
    }

    static ArgmaxStep read(StepJson step) throws InputException {
        TensorSpec taken = step.taken();
        int[] shape = taken.shape();
        if (taken.dtype != Dtype.FLOAT32 || shape.length != 4 || shape[0] != 1) {
            throw step.wrong(taken, "float32 [1, C, h, w]");
        }
        String made = step.made();
        List<String> classes = step.texts("classes", 1, Limits.MAX_CLASSES);
        if (classes.size() != shape[1]) {
            throw step.at("classes").wrong(
                    "a name for each of the " + shape[1] + " classes of `" + taken.name + "`");
        }
        return new ArgmaxStep(taken, made, classes, palette(step, classes.size()));
    }

    @Override
    public List<Tensor> compute(List<Tensor> given) {
        return Collections.singletonList(ArgMax.classMap(given.get(0)));
    }

    @Override
    public List<List<Tensor>> probes() {
        return Collections.singletonList(
                Collections.singletonList(ArgMax.probeScores(classes.size())));
    }
}
