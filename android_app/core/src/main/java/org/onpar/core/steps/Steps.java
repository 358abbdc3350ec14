package org.onpar.core.steps;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.onpar.core.InputException;
import org.onpar.core.JsonValue;

/**
 * The kinds of steps that this app knows: a file and a line for each.
 *
 * <p>The list is closed: Python (parity/contract/steps) and C++ have the same.
 */
final class Steps {
    /** The network, which a file performs: a chain has exactly one such step. */
    static final String RUN = "run";

    private static final Map<String, Kind> STEPS = steps();

    private Steps() {}

    private interface Kind {
        Step read(StepJson step) throws InputException;
    }

    private static Map<String, Kind> steps() {
        Map<String, Kind> steps = new LinkedHashMap<>();
        steps.put("given", GivenStep::read);
        steps.put("decode-image", DecodeImageStep::read);
        steps.put("resize-image", ResizeImageStep::read);
        steps.put("normalize", NormalizeStep::read);
        steps.put("quantize", QuantizeStep::read);
        steps.put(RUN, RunStep::read);
        steps.put("dequantize", DequantizeStep::read);
        steps.put("softmax", SoftmaxStep::read);
        steps.put("sigmoid", SigmoidStep::read);
        steps.put("argmax", ArgmaxStep::read);
        steps.put("threshold", ThresholdStep::read);
        steps.put("top-k", TopKStep::read);
        steps.put("to-image", ToImageStep::read);
        return Collections.unmodifiableMap(steps);
    }

    /**
     * The name of a step's kind.
     *
     * @throws InputException where this app does not know it
     */
    static String kind(JsonValue step) throws InputException {
        JsonValue kind = step.at("step");
        if (!STEPS.containsKey(kind.text())) {
            throw kind.wrong(
                    "a kind of step that this app knows (" + String.join(", ", STEPS.keySet())
                            + ")",
                    "update the app, or export again with its onpar");
        }
        return kind.text();
    }

    /** @throws InputException where the step's names, or its constants, cannot be right */
    static Step read(StepJson step) throws InputException {
        return STEPS.get(kind(step.json)).read(step);
    }
}
