package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.onpar.core.Dtype;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** Values by parity/contract/steps/sigmoid.py. */
final class SigmoidStepTest {
    @Test
    void logitsBecomeProbabilitiesAlsoWhereFloat32Overflows() {
        float[] logits = {0, -0f, 1, -1, 3.5f, -20, 88, -88, -104, 1000, -1000};
        SigmoidStep step =
                new SigmoidStep(new TensorSpec("out", Dtype.FLOAT32, 1, 11), "made");
        Tensor made =
                step.compute(Collections.singletonList(Floats.tensor(logits, 1, 11))).get(0);
        assertEquals("float32 [1, 11]", made.toString());
        assertArrayEquals(
                new float[] {
                    .5f, .5f, .73105860f, .26894143f, .97068775f, 2.0611537e-9f, 1, 6.0546015e-39f,
                    0, 1, 0
                },
                Floats.of(made));
    }

    @Test
    void theProbesExponentialOverflows() {
        SigmoidStep step = new SigmoidStep(new TensorSpec("out", Dtype.FLOAT32, 1, 7), "made");
        List<Tensor> probe = step.probes().get(0);
        assertEquals("[float32 [1, 3]]", probe.toString());
        assertArrayEquals(new float[] {-1000, 0, 1000}, Floats.of(probe.get(0)));
        assertArrayEquals(new float[] {0, .5f, 1}, Floats.of(step.compute(probe).get(0)));
    }
}
