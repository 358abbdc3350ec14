package org.onpar.core.steps;

import java.util.List;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** `decode-image`: an image file's pixels u8 [H, W, 3]. {@link org.onpar.core.photo} decodes. */
public final class DecodeImageStep extends Step {
    /** @param source the image's name in the case */
    public DecodeImageStep(String source, String makes) {
        super(source, new TensorSpec(makes, Dtype.UINT8, TensorSpec.ANY, TensorSpec.ANY, 3));
    }

    static DecodeImageStep read(StepJson step) throws InputException {
        String source = step.source();
        return new DecodeImageStep(source, step.made());
    }

    @Override
    public boolean takesSource() {
        return true;
    }

    @Override
    public boolean takesImage() {
        return true;
    }

    /** @param given the pixels: what decodes is the platform's */
    @Override
    public List<Tensor> compute(List<Tensor> given) {
        return given;
    }
}
