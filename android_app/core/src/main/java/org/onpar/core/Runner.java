package org.onpar.core;

import java.util.Map;

/**
 * A model, loaded by a runtime and ready to run: all that the rest of the app knows of a runtime.
 *
 * <p>To add a runtime, write one class with a {@link Loader}. One thread at a time uses a runner.
 */
public interface Runner extends AutoCloseable {
    /** Makes runners of one runtime. */
    interface Loader {
        /** What people call the runtime: `ONNX Runtime`. */
        String name();

        /** Whether it loads files of this format (`onnx`, `ort`, `torchscript`, ...). */
        boolean takes(String format);

        /**
         * Load a model from its bytes, and from nothing else.
         *
         * @param threads to compute with; 0 leaves it to the runtime
         * @throws InputException if this runtime cannot load the bytes as a model, or if its inputs
         *     or outputs are not those of the sidecar
         */
        Runner load(byte[] model, Sidecar sidecar, int threads) throws InputException;
    }

    /** The runtime's name, as captures carry it: `onnxruntime`. */
    String runtime();

    /** The version that the runtime itself states. */
    String runtimeVersion();

    /** What computes inside of the runtime, where there are several. */
    String engine();

    /** What computes: `CPU`, `GPU`, `NPU`, or a delegate's name. */
    String computeUnit();

    /**
     * Run the model once.
     *
     * @param inputs by name, as the sidecar specifies them
     * @return the outputs by name, in memory that no later run writes to
     * @throws InputException where the runtime fails; the message is its own
     */
    Map<String, Tensor> run(Map<String, Tensor> inputs) throws InputException;

    @Override
    void close();
}
