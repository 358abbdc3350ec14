package org.onpar.core;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What one run gave, its digest, and how long it took in milliseconds. */
final class MeasuredRun {
    final Map<String, Tensor> outputs;
    final String sha256;
    final double milliseconds;

    private MeasuredRun(Map<String, Tensor> outputs, double milliseconds) {
        this.outputs = outputs;
        this.sha256 = Digest.of(outputs);
        this.milliseconds = milliseconds;
    }

    static MeasuredRun of(Runner runner, Map<String, Tensor> inputs) throws InputException {
        long started = System.nanoTime();
        Map<String, Tensor> outputs = runner.run(inputs);
        return new MeasuredRun(outputs, (System.nanoTime() - started) / 1e6);
    }

    /**
     * Of the outputs that differ from the last run's, those with the largest absolute difference
     * from them; none where all are equal.
     */
    static Map<String, Tensor> furthest(List<MeasuredRun> runs) {
        MeasuredRun last = runs.get(runs.size() - 1);
        Map<String, Tensor> furthest = Collections.emptyMap();
        double most = -1;
        for (MeasuredRun run : runs) {
            double off = run.sha256.equals(last.sha256) ? -1 : largest(run.outputs, last.outputs);
            if (off > most) {
                most = off;
                furthest = run.outputs;
            }
        }
        return furthest;
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
            most = Math.max(most, Math.abs(item(a, some.dtype) - item(b, some.dtype)));
        }
        return most;
    }

    private static double item(ByteBuffer bytes, Dtype dtype) {
        switch (dtype) {
            case UINT8:
                return bytes.get() & 0xff;
            case INT32:
                return bytes.getInt();
            case INT64:
                return bytes.getLong();
            default:
                throw new AssertionError(dtype);
        }
    }
}
