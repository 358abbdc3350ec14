package org.onpar.runtimes;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.onpar.core.InputException;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;
import org.pytorch.IValue;

/**
 * What a script returns, by the sidecar's names of outputs.
 *
 * <p>A dictionary goes by name, a tuple or a list by the sidecar's order, a lone tensor is the only
 * output: the rules of pipeline/module/run_module.py.
 */
final class PyTorchOutputs {
    private PyTorchOutputs() {}

    /**
     * Every output that the sidecar names, copied.
     *
     * @param file what errors call the model
     * @throws InputException where the script returns more, fewer or others than the sidecar says
     */
    static Map<String, Tensor> byName(IValue result, List<TensorSpec> specs, String file)
            throws InputException {
        Map<String, IValue> named = named(result, specs, file);
        Map<String, Tensor> outputs = new HashMap<>();
        for (TensorSpec spec : specs) {
            outputs.put(spec.name, tensor(named.get(spec.name), spec, file));
        }
        return outputs;
    }

    private static Map<String, IValue> named(IValue result, List<TensorSpec> specs, String file)
            throws InputException {
        if (result.isDictStringKey()) {
            Map<String, IValue> named = result.toDictStringKey();
            List<String> names = specs.stream().map(spec -> spec.name).collect(Collectors.toList());
            if (!named.keySet().equals(new TreeSet<>(names))) {
                throw wrong(
                        file, "the outputs " + String.join(", ", new TreeSet<>(named.keySet())),
                        String.join(", ", names));
            }
            return named;
        }
        List<IValue> values = inOrder(result, file);
        if (values.size() != specs.size()) {
            throw wrong(
                    file, values.size() + (values.size() == 1 ? " output" : " outputs"),
                    specs.size() + " (" + specs.stream().map(spec -> spec.name)
                            .collect(Collectors.joining(", ")) + ")");
        }
        Map<String, IValue> named = new LinkedHashMap<>();
        for (TensorSpec spec : specs) {
            named.put(spec.name, values.get(named.size()));
        }
        return named;
    }

    private static List<IValue> inOrder(IValue result, String file) throws InputException {
        if (result.isTensor()) {
            return Arrays.asList(result);
        }
        if (result.isTuple()) {
            return Arrays.asList(result.toTuple());
        }
        if (result.isTensorList()) {
            return Arrays.stream(result.toTensorList()).map(IValue::from)
                    .collect(Collectors.toList());
        }
        if (result.isList()) {
            return Arrays.asList(result.toList());
        }
        throw wrong(
                file, "neither a tensor nor a tuple, list or dictionary of tensors",
                "one of them");
    }

    private static Tensor tensor(IValue value, TensorSpec spec, String file)
            throws InputException {
        if (!value.isTensor()) {
            throw wrong(file, "no tensor as output " + spec.name, spec.toString());
        }
        String got = PyTorchTensors.described(value.toTensor());
        if (!got.equals(spec.toString())) {
            throw wrong(file, "output " + spec.name + " as " + got, spec.toString());
        }
        return PyTorchTensors.tensor(value.toTensor());
    }

    private static InputException wrong(String file, String got, String expected) {
        return new InputException(
                file + ": returns " + got + ", its sidecar says " + expected
                        + "; copy the model and its .json from the same export");
    }
}
