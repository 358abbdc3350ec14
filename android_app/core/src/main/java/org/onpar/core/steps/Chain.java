package org.onpar.core.steps;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.onpar.core.InputException;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/** A model's chain of steps, and which part of it the exported file performs. */
public final class Chain {
    public final List<Step> steps;
    private final int first;
    private final int last;

    /**
     * @param first index of the first step that the file performs
     * @param last index of the last one
     */
    public Chain(List<Step> steps, int first, int last) {
        this.steps = Collections.unmodifiableList(new ArrayList<>(steps));
        this.first = first;
        this.last = last;
    }

    /** The steps before the file. */
    public List<Step> before() {
        return steps.subList(0, first);
    }

    /** The steps after the file. */
    public List<Step> after() {
        return steps.subList(last + 1, steps.size());
    }

    /** Whether the file performs no step before the network. */
    public boolean beginsWithNetwork() {
        return steps.get(first) instanceof RunStep;
    }

    /** The tensors that the file takes, in the order of their first use. */
    public List<TensorSpec> taken() {
        Map<String, TensorSpec> earlier = new LinkedHashMap<>();
        before().forEach(step -> step.makes.forEach(spec -> earlier.put(spec.name, spec)));
        Set<String> taken = new HashSet<>();
        List<TensorSpec> specs = new ArrayList<>();
        for (Step step : steps.subList(first, last + 1)) {
            for (String name : step.takesSource() ? Collections.<String>emptyList() : step.takes) {
                if (earlier.containsKey(name) && taken.add(name)) {
                    specs.add(earlier.get(name));
                }
            }
        }
        return specs;
    }

    /** The tensors that the file gives. */
    public List<TensorSpec> given() {
        return steps.get(last).makes;
    }

    /** What a case must give, in the order in which the chain first takes it. */
    public List<Source> sources() {
        Map<String, Boolean> images = new LinkedHashMap<>();
        for (Step step : steps) {
            if (step.takesSource()) {
                step.takes.forEach(
                        name -> images.merge(name, step.takesImage(), Boolean::logicalOr));
            }
        }
        return images.entrySet().stream()
                .map(entry -> new Source(entry.getKey(), entry.getValue()))
                .collect(Collectors.toList());
    }

    /** The name of a case's source where there is one alone and it is an image; else null. */
    public String onlyImage() {
        List<Source> sources = sources();
        boolean images =
                steps.stream().filter(Step::takesSource).allMatch(Step::takesImage);
        return sources.size() == 1 && images ? sources.get(0).name : null;
    }

    /**
     * Add what the steps make to the tensors; a step whose tensors are there is left out.
     *
     * @param sources of the case, by name; of an image its decoded pixels
     * @param tensors those made so far, by name
     */
    public static void perform(
            List<Step> steps, Map<String, Tensor> sources, Map<String, Tensor> tensors)
            throws InputException {
        for (Step step : steps) {
            List<String> names =
                    step.makes.stream().map(spec -> spec.name).collect(Collectors.toList());
            if (tensors.keySet().containsAll(names)) {
                continue;
            }
            Map<String, Tensor> from = step.takesSource() ? sources : tensors;
            List<Tensor> made =
                    step.compute(step.takes.stream().map(from::get).collect(Collectors.toList()));
            for (int i = 0; i < names.size(); i++) {
                tensors.put(names.get(i), made.get(i));
            }
        }
    }

    /** What the steps make of their made-up inputs, by the names that captures give it. */
    public static Map<String, Tensor> probed(List<Step> steps) throws InputException {
        Map<String, Tensor> tensors = new HashMap<>();
        for (Step step : steps) {
            int number = 1;
            for (List<Tensor> given : step.probes()) {
                tensors.put(
                        "probe." + number + "/" + step.makes.get(0).name,
                        step.compute(given).get(0));
                number++;
            }
        }
        return tensors;
    }
}
