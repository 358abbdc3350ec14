package org.onpar.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A model on a runtime in a place, ready to capture cases, one after another.
 *
 * <p>The way from the decoded photo to the class map, and which runs are measured, are those of
 * pipeline/capture/capture_job.py.
 */
public final class Session implements AutoCloseable {
    /** Up to this many milliseconds the first run is a warm-up, and every case is run thrice. */
    private static final double QUICK = 300;

    private final Sidecar sidecar;
    private final String modelSha256;
    private final Runner runner;
    private final Place place;
    private final int threads;
    private final int measured;
    private final double loadMs;
    private int warmup;
    private int runsOfLaterCases;

    /**
     * Load the model.
     *
     * @param model the bytes; their digest is what captures name the model by
     * @param threads for the runtime, 0: its own choice
     * @param measured runs a case, after one warm-up; 0: as many as the first run's time allows
     * @throws InputException where the sidecar describes another model, the runtime does not take
     *     it, or its inputs need more than a photo
     */
    public Session(
            byte[] model, Sidecar sidecar, Runner.Loader loader, Place place, int threads,
            int measured) throws InputException {
        this.sidecar = sidecar;
        this.place = place;
        this.threads = threads;
        this.measured = measured;
        modelSha256 = Digest.sha256(model);
        sidecar.checkModel(modelSha256, sidecar.file);
        if (sidecar.prep == null || sidecar.inputs.size() != 1) {
            throw new InputException(
                    sidecar.file + ": takes "
                            + sidecar.inputs.stream().map(spec -> "`" + spec.name + "`")
                                    .collect(Collectors.joining(", "))
                            + ", this app gives a model one photo and nothing else; capture it "
                            + "with `onpar capture`");
        }
        long started = System.nanoTime();
        runner = loader.load(model, sidecar, threads);
        loadMs = (System.nanoTime() - started) / 1e6;
    }

    /**
     * Fit, normalise, run, and take the class map.
     *
     * @param name of the case
     * @param sourceSha256 digest of the photo's file
     * @param capturedAt the time, ISO 8601 in UTC
     */
    public Capture capture(String name, RgbImage decoded, String sourceSha256, String capturedAt)
            throws InputException {
        return capture(name, decoded, Fit.fit(decoded, sidecar.prep), sourceSha256, capturedAt);
    }

    /**
     * The same from a photo that was fitted elsewhere: what another resize does to a model.
     *
     * @param resized u8 [prep.height, prep.width, 3]
     */
    public Capture capture(
            String name, RgbImage decoded, RgbImage resized, String sourceSha256,
            String capturedAt) throws InputException {
        Map<String, Tensor> tensors = new HashMap<>();
        tensors.put("decoded", decoded.tensor());
        tensors.put("resized", resized.tensor());
        Tensor input = sidecar.takesTensor()
                ? Normalise.normalise(resized, sidecar.prep) : resized.tensor().copy();
        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put(sidecar.prep.input, input);
        Tensor handed = input.copy();
        List<MeasuredRun> runs = run(inputs);
        Map<String, Tensor> outputs = runs.get(runs.size() - 1).outputs;
        if (sidecar.takesTensor()) {
            tensors.put("input/" + sidecar.prep.input, handed);
            if (sidecar.classmap != null) {
                Tensor scores = outputs.get(sidecar.classmap.output);
                tensors.put("classmap", ArgMax.classMap(scores));
                tensors.put(
                        "probe/classmap",
                        ArgMax.classMap(ArgMax.probeScores(scores.shape()[1])));
            }
        }
        String prefix = sidecar.takesTensor() ? "output/" : "";
        outputs.forEach((output, tensor) -> tensors.put(prefix + output, tensor));
        tensors.putAll(MeasuredRun.reruns(runs));
        return new Capture(metadata(name, sourceSha256, capturedAt, runs), tensors);
    }

    /** The first case decides for all: a slow model's first run is measured, and not repeated. */
    private List<MeasuredRun> run(Map<String, Tensor> inputs) throws InputException {
        List<MeasuredRun> runs = new ArrayList<>();
        int count = runsOfLaterCases;
        if (count == 0) {
            MeasuredRun first = measuredRun(inputs);
            boolean quick = measured > 0 || first.milliseconds <= QUICK;
            warmup = quick ? 1 : 0;
            runsOfLaterCases = !quick ? 1 : measured > 0 ? measured : 3;
            if (!quick) {
                runs.add(first);
            }
            count = runsOfLaterCases;
        }
        for (int i = 0; i < count; i++) {
            runs.add(measuredRun(inputs));
        }
        return runs;
    }

    /** An output that is not what the sidecar says would be taken for another one. */
    private MeasuredRun measuredRun(Map<String, Tensor> inputs) throws InputException {
        MeasuredRun run = MeasuredRun.of(runner, inputs);
        Map<String, String> got = new TreeMap<>();
        run.outputs.forEach((name, tensor) -> got.put(name, name + ": " + tensor));
        Map<String, String> expected = new TreeMap<>();
        sidecar.outputs.forEach(spec -> expected.put(spec.name, spec.name + ": " + spec));
        if (!got.equals(expected)) {
            throw new InputException(
                    sidecar.file + ": returns " + String.join(", ", got.values())
                            + ", its sidecar says " + String.join(", ", expected.values())
                            + "; copy the model and its .json from the same export");
        }
        return run;
    }

    private Map<String, String> metadata(
            String name, String sourceSha256, String capturedAt, List<MeasuredRun> runs) {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("recipe", sidecar.recipe);
        metadata.put("recipe_sha256", sidecar.recipeSha256);
        metadata.put("weights_sha256", sidecar.weightsSha256);
        metadata.put("case", name);
        metadata.put("source_sha256", sourceSha256);
        metadata.put("artifact", sidecar.file);
        metadata.put("artifact_sha256", modelSha256);
        metadata.put("target", place.target);
        metadata.put("runtime", runner.runtime());
        metadata.put("runtime_version", runner.runtimeVersion());
        metadata.put("engine", runner.engine());
        metadata.put("compute_unit", runner.computeUnit());
        metadata.put("device", place.device);
        metadata.put("os", place.os);
        metadata.put("arch", place.arch);
        metadata.put("threads", Integer.toString(threads));
        metadata.put("warmup", Integer.toString(warmup));
        metadata.put("load_ms", CanonicalJson.number(loadMs));
        metadata.put("infer_ms", CanonicalJson.list(runs.stream()
                .map(run -> CanonicalJson.number(run.milliseconds)).collect(Collectors.toList())));
        metadata.put("output_sha256", CanonicalJson.list(runs.stream()
                .map(run -> CanonicalJson.string(run.sha256)).collect(Collectors.toList())));
        metadata.put("peak_rss_mb", CanonicalJson.number(place.peakRssMb.getAsDouble()));
        metadata.put("captured_at", capturedAt);
        return metadata;
    }

    @Override
    public void close() {
        runner.close();
    }
}
