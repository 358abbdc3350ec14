package org.onpar.core.steps;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.onpar.core.InputException;
import org.onpar.core.JsonValue;
import org.onpar.core.Limits;
import org.onpar.core.TensorSpec;

/** Reads and validates the sidecar's `steps` and `runs`. */
public final class ChainReader {
    private ChainReader() {}

    /**
     * @param root the whole sidecar: its `model` has the network's inputs and outputs
     * @throws InputException where a step is not known to this app, or they do not fit together
     */
    public static Chain read(JsonValue root) throws InputException {
        List<JsonValue> list = root.at("steps").list(1, Limits.MAX_STEPS);
        int network = network(root.at("steps"), list);
        JsonValue model = root.at("model");
        Map<String, TensorSpec> made = new HashMap<>();
        List<Step> steps = new ArrayList<>();
        for (JsonValue one : list) {
            Step step = Steps.read(new StepJson(one, model, made));
            step.makes.forEach(spec -> made.put(spec.name, spec));
            steps.add(step);
        }
        JsonValue runs = root.at("runs");
        List<JsonValue> ends = runs.list(2, 2);
        int first = ends.get(0).count(0, list.size() - 1);
        int last = ends.get(1).count(first, list.size() - 1);
        if (network < first || network > last) {
            throw runs.wrong(
                    "the first and the last step of the file, with step " + network + ", `"
                            + Steps.RUN + "`, among them");
        }
        for (int i = first; i < network; i++) {
            if (steps.get(i).takesSource()) {
                throw runs.wrong(
                        "steps that a file can perform; step " + i
                                + " takes what the case gives, which is the app's part");
            }
        }
        return new Chain(steps, first, last);
    }

    /** The index of the step `run`. A kind that this app does not know is refused first. */
    private static int network(JsonValue steps, List<JsonValue> list) throws InputException {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (Steps.kind(list.get(i)).equals(Steps.RUN)) {
                found.add(i);
            }
        }
        if (found.size() != 1) {
            throw steps.wrong("exactly one step `" + Steps.RUN + "`, not " + found.size());
        }
        return found.get(0);
    }
}
