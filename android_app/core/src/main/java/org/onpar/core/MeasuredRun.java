package org.onpar.core;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one run gave, by the chain's names, its digest, and how long it took in milliseconds.
 */
final class MeasuredRun {
    final Map<String, Tensor> outputs;
    final String sha256;
    final double milliseconds;

    private MeasuredRun(Map<String, Tensor> outputs, double milliseconds) {
        this.outputs = outputs;
        this.sha256 = Digest.of(outputs);
        this.milliseconds = milliseconds;
    }

    /** @throws InputException where the runtime fails, or gives others than the sidecar says */
    static MeasuredRun of(Runner runner, Sidecar sidecar, Map<String, Tensor> inputs)
            throws InputException {
        long started = System.nanoTime();
        Map<String, Tensor> returned = runner.run(inputs);
        double milliseconds = (System.nanoTime() - started) / 1e6;
        check(returned, sidecar);
        List<TensorSpec> given = sidecar.chain.given();
        Map<String, Tensor> outputs = new HashMap<>();
        for (int i = 0; i < given.size(); i++) {
            outputs.put(given.get(i).name, returned.get(sidecar.outputs.get(i).name));
        }
        return new MeasuredRun(outputs, milliseconds);
    }

    /** An output that is not what the sidecar says would be taken for another one. */
    private static void check(Map<String, Tensor> returned, Sidecar sidecar)
            throws InputException {
        Map<String, String> got = new TreeMap<>();
        returned.forEach((name, tensor) -> got.put(name, name + ": " + tensor));
        Map<String, String> expected = new TreeMap<>();
        sidecar.outputs.forEach(spec -> expected.put(spec.name, spec.name + ": " + spec));
        if (!got.equals(expected)) {
            throw new InputException(
                    sidecar.file + ": returns " + String.join(", ", got.values())
                            + ", its sidecar says " + String.join(", ", expected.values())
                            + "; copy the model and its .json from the same export");
        }
    }

    /**
     * What a capture shows of runs that differed from the last one, by tensor: each different
     * output once, that with the largest absolute difference from the last run's as `rerun.1`.
     */
    static Map<String, Tensor> reruns(List<MeasuredRun> runs) {
        MeasuredRun last = runs.get(runs.size() - 1);
        Map<String, MeasuredRun> others = new LinkedHashMap<>();
        for (MeasuredRun run : runs) {
            if (!run.sha256.equals(last.sha256)) {
                others.putIfAbsent(run.sha256, run);
            }
        }
        List<MeasuredRun> furthestFirst = new ArrayList<>(others.values());
        furthestFirst.sort(
                Comparator.comparingDouble(run -> -largest(run.outputs, last.outputs)));
        Map<String, Tensor> tensors = new HashMap<>();
        for (int i = 0; i < furthestFirst.size(); i++) {
            String rerun = "rerun." + (i + 1) + "/";
            furthestFirst.get(i).outputs
                    .forEach((output, tensor) -> tensors.put(rerun + output, tensor));
        }
        return tensors;
    }

    private static double largest(Map<String, Tensor> some, Map<String, Tensor> others) {
        double most = 0;
        for (Map.Entry<String, Tensor> entry : some.entrySet()) {
            most = Math.max(most, largest(entry.getValue(), others.get(entry.getKey())));
        }
        return most;
    }

    private static double largest(Tensor some, Tensor others) {
        double most = 0;
        if (some.dtype == Dtype.FLOAT32) {
            FloatBuffer a = some.floats();
            FloatBuffer b = others.floats();
            while (a.hasRemaining()) {
                double off = Math.abs((double) a.get() - b.get());
                // A run that gave NaN is the furthest of all; a comparison would rank it nowhere.
                most = Math.max(most, Double.isNaN(off) ? Double.POSITIVE_INFINITY : off);
            }
            return most;
        }
        ByteBuffer a = some.bytes();
        ByteBuffer b = others.bytes();
        while (a.hasRemaining()) {
            most = Math.max(most, Math.abs((double) Integers.next(a, some.dtype) - Integers.next(b, some.dtype)));
        }
        return most;
    }
}
