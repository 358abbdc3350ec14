package org.onpar.core.steps;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onpar.core.InputException;
import org.onpar.core.JsonValue;
import org.onpar.core.Limits;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;
import org.onpar.core.TensorSpecReader;

/** `run`: the network, which the exported file performs. */
public final class RunStep extends Step {
    /** @param makes the network's outputs, by their names in the chain */
    public RunStep(List<String> takes, List<TensorSpec> makes) {
        super(takes, makes);
    }

    /** Its inputs and outputs are, in order, those of the model. */
    static RunStep read(StepJson step) throws InputException {
        List<TensorSpec> taken = step.taken(Limits.MAX_TENSORS);
        List<String> made = step.made(1, Limits.MAX_TENSORS);
        JsonValue inputs = step.model.at("inputs");
        List<TensorSpec> expected = TensorSpecReader.read(inputs, taken.size(), taken.size());
        List<String> takes = new ArrayList<>();
        for (TensorSpec spec : taken) {
            int place = takes.size();
            if (!Arrays.equals(expected.get(place).shape(), spec.shape())) {
                throw inputs.list(1, Limits.MAX_TENSORS).get(place).wrong(
                        "the shape of the chain's tensor `" + spec.name + "`, " + spec);
            }
            takes.add(spec.name);
        }
        JsonValue outputs = step.model.at("outputs");
        List<TensorSpec> returned = TensorSpecReader.read(outputs, made.size(), made.size());
        TensorSpecReader.checkNames(step.model);
        TensorSpecReader.checkFloat32(outputs);
        List<TensorSpec> makes = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            TensorSpec spec = returned.get(i);
            makes.add(new TensorSpec(made.get(i), spec.dtype, spec.shape()));
        }
        return new RunStep(takes, makes);
    }

    @Override
    public List<Tensor> compute(List<Tensor> given) {
        throw new UnsupportedOperationException("a runtime performs it");
    }
}
