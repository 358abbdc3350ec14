package org.onpar.core.steps;

import java.util.List;
import org.onpar.core.InputException;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;
import org.onpar.core.TensorSpecReader;

/** `given`: an array of the case, as it is. */
public final class GivenStep extends Step {
    /** @param source the array's name in the case */
    public GivenStep(String source, TensorSpec makes) {
        super(source, makes);
    }

    static GivenStep read(StepJson step) throws InputException {
        String source = step.source();
        return new GivenStep(source, TensorSpecReader.spec(step.made(), step.json));
    }

    @Override
    public boolean takesSource() {
        return true;
    }

    @Override
    public List<Tensor> compute(List<Tensor> given) {
        return given;
    }
}
