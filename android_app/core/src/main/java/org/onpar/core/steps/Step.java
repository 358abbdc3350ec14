package org.onpar.core.steps;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.onpar.core.InputException;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/**
 * A step of a model's chain: its inputs, its outputs, and its constants.
 *
 * <p>To add a kind of step, write one class, and one line in {@link Steps}.
 */
public abstract class Step {
    /** Names of tensors that earlier steps made, or of sources where it takes sources. */
    public final List<String> takes;

    /** Name, shape and item type of the tensors that it makes. */
    public final List<TensorSpec> makes;

    Step(List<String> takes, List<TensorSpec> makes) {
        this.takes = Collections.unmodifiableList(new ArrayList<>(takes));
        this.makes = Collections.unmodifiableList(new ArrayList<>(makes));
    }

    Step(String takes, TensorSpec makes) {
        this(Collections.singletonList(takes), Collections.singletonList(makes));
    }

    /** Whether it takes sources of a case, where other steps take tensors. */
    public boolean takesSource() {
        return false;
    }

    /** Whether the source that it takes is an image's file. */
    public boolean takesImage() {
        return false;
    }

    /**
     * The tensors that it makes, in the order of {@link #makes}.
     *
     * @param given in the order of {@link #takes}; of an image's file the pixels that the platform
     *     decoded
     * @throws InputException for a photo that the step does not take
     */
    public abstract List<Tensor> compute(List<Tensor> given) throws InputException;

    /**
     * Made-up inputs, for what the tensors of a case may not show: the first tensor that it makes
     * of them is in every capture, and has an expected value.
     */
    public List<List<Tensor>> probes() {
        return Collections.emptyList();
    }
}
