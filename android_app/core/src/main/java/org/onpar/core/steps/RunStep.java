package org.onpar.core.steps;

import java.util.ArrayList;
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
            TensorSpec input = expected.get(place);
            if (!input.name.equals(spec.name) || !input.is(spec.dtype, spec.shape())) {
                throw wrong(inputs, place, spec.name, spec.toString());
            }
            takes.add(spec.name);
        }
        JsonValue outputs = step.model.at("outputs");
        List<TensorSpec> returned = TensorSpecReader.read(outputs, made.size(), made.size());
        TensorSpecReader.checkNames(step.model);
        TensorSpecReader.checkFloat32(outputs);
        List<TensorSpec> makes = new ArrayList<>();
        for (TensorSpec spec : returned) {
            String name = made.get(makes.size());
            if (!spec.name.equals(name)) {
                throw wrong(outputs, makes.size(), name, spec.toString());
            }
            makes.add(spec);
        }
        return new RunStep(takes, makes);
    }

    private static InputException wrong(JsonValue list, int place, String name, String spec)
            throws InputException {
        return list.list(1, Limits.MAX_TENSORS).get(place).wrong(
                "the chain's tensor `" + name + "`, " + spec);
    }

    @Override
    public List<Tensor> compute(List<Tensor> given) {
        throw new UnsupportedOperationException("a runtime performs it");
    }
}
