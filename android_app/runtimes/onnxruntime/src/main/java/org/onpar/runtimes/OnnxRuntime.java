package org.onpar.runtimes;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.onpar.core.InputException;
import org.onpar.core.Runner;
import org.onpar.core.Sidecar;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;

/**
 * ONNX Runtime's CPU provider: `.onnx` and `.ort`, on a desktop and on Android by one Java API.
 *
 * <p>The options are those of pipeline/targets/onnxruntime.py: every graph optimisation, as apps
 * have it by default.
 */
public final class OnnxRuntime implements Runner {
    /** Loads `.onnx` and `.ort`. */
    public static final Runner.Loader LOADER =
            new Runner.Loader() {
                @Override
                public String name() {
                    return "ONNX Runtime";
                }

                @Override
                public boolean takes(String format) {
                    return format.equals("onnx") || format.equals("ort");
                }

                @Override
                public Runner load(byte[] model, Sidecar sidecar, int threads)
                        throws InputException {
                    return new OnnxRuntime(model, sidecar, threads);
                }
            };

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Sidecar sidecar;

    private OnnxRuntime(byte[] model, Sidecar sidecar, int threads) throws InputException {
        this.sidecar = sidecar;
        environment = environment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            if (Int8Sums.saturate()) {
                options.addConfigEntry("session.x64quantprecision", "1");
            }
            session = environment.createSession(model, options);
        } catch (OrtException error) {
            throw new InputException(
                    sidecar.file + ": ONNX Runtime " + environment.getVersion()
                            + " cannot load it (" + OnnxMessage.of(error) + "); export it again, with an "
                            + "opset and operators that this version has",
                    error);
        }
        try {
            check("inputs", session.getInputInfo(), sidecar.inputs);
            check("outputs", session.getOutputInfo(), sidecar.outputs);
        } catch (OrtException error) {
            throw new InputException(
                    sidecar.file + ": its inputs cannot be read (" + OnnxMessage.of(error)
                            + "); export it again",
                    error);
        }
    }

    @Override
    public String runtime() {
        return "onnxruntime";
    }

    @Override
    public String runtimeVersion() {
        return environment.getVersion();
    }

    @Override
    public String engine() {
        return "CPUExecutionProvider";
    }

    @Override
    public String computeUnit() {
        return "CPU";
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs) throws InputException {
        Map<String, OnnxTensor> given = new HashMap<>();
        try {
            for (TensorSpec spec : sidecar.inputs) {
                given.put(spec.name, OnnxTensors.given(environment, inputs.get(spec.name)));
            }
            try (OrtSession.Result result = session.run(given)) {
                Map<String, Tensor> outputs = new HashMap<>();
                for (Map.Entry<String, OnnxValue> entry : result) {
                    outputs.put(entry.getKey(), OnnxTensors.tensor((OnnxTensor) entry.getValue()));
                }
                return outputs;
            }
        } catch (OrtException error) {
            throw new InputException(
                    sidecar.file + ": ONNX Runtime failed (" + OnnxMessage.of(error)
                            + "); export it again, and try it with `onpar capture`",
                    error);
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException error) {
            throw new IllegalStateException(error);
        }
    }

    /** On a desktop its native library is unpacked first, into the folder for temporary files. */
    private static OrtEnvironment environment() throws InputException {
        try {
            return OrtEnvironment.getEnvironment();
        } catch (LinkageError | RuntimeException error) {
            throw new InputException(
                    "ONNX Runtime: its native library cannot be loaded here (" + root(error)
                            + "); free space in the folder for temporary files, or use a machine "
                            + "that it is made for",
                    error);
        }
    }

    private static String root(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return OnnxMessage.of(root);
    }

    private void check(String which, Map<String, NodeInfo> found, List<TensorSpec> specs)
            throws InputException {
        Set<String> expected = new TreeSet<>();
        Set<String> got = new TreeSet<>();
        specs.forEach(spec -> expected.add(spec.name + ": " + spec));
        for (NodeInfo node : found.values()) {
            got.add(node.getName() + ": " + OnnxTensors.described(node));
        }
        if (!got.equals(expected)) {
            throw new InputException(
                    sidecar.file + ": has the " + which + " " + String.join(", ", got)
                            + ", its sidecar says " + String.join(", ", expected)
                            + "; copy the model and its .json from the same export");
        }
    }
}
