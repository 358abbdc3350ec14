package org.onpar.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.onpar.core.steps.Chain;

/**
 * A model on a runtime in a place, ready to capture cases, one after another.
 *
 * <p>It performs the steps before the file and after it; which runs are measured is as in
 * pipeline/capture/capture_job.py.
 */
public final class Session implements AutoCloseable {
    /** Up to this many milliseconds the first run is a warm-up, and every case is run thrice. */
    private static final double QUICK = 300;

    private final Sidecar sidecar;
    private final String modelSha256;
    private final String photo;
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
     *     it, or its chain needs more than a photo
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
        photo = sidecar.chain.onlyImage();
        if (photo == null) {
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
     * Perform the chain on a photo.
     *
     * @param name of the case
     * @param sourceSha256 digest of the photo's file
     * @param capturedAt the time, ISO 8601 in UTC
     */
    public Capture capture(String name, RgbImage decoded, String sourceSha256, String capturedAt)
            throws InputException {
        return capture(name, decoded, Collections.emptyMap(), sourceSha256, capturedAt);
    }

    /**
     * The same with tensors that were made elsewhere: what another resize does to a model.
     *
     * @param made by the chain's names
     */
    public Capture capture(
            String name, RgbImage decoded, Map<String, Tensor> made, String sourceSha256,
            String capturedAt) throws InputException {
        Map<String, Tensor> sources = Collections.singletonMap(photo, decoded.tensor());
        Map<String, Tensor> tensors = new HashMap<>(made);
        Chain.perform(sidecar.chain.before(), sources, tensors);
        toFileTypes(tensors);
        List<MeasuredRun> runs = run(handed(tensors));
        tensors.putAll(runs.get(runs.size() - 1).outputs);
        Chain.perform(sidecar.chain.after(), sources, tensors);
        tensors.putAll(MeasuredRun.reruns(runs));
        tensors.putAll(Chain.probed(sidecar.chain.after()));
        return new Capture(metadata(name, sourceSha256, capturedAt, runs), tensors);
    }

    /** A capture has what the file takes in the item type that the file takes. */
    private void toFileTypes(Map<String, Tensor> tensors) throws InputException {
        List<TensorSpec> taken = sidecar.chain.taken();
        for (int i = 0; i < taken.size(); i++) {
            TensorSpec file = sidecar.inputs.get(i);
            Tensor made = tensors.get(taken.get(i).name);
            if (file.dtype == Dtype.INT32 && made.dtype != file.dtype) {
                tensors.put(taken.get(i).name, Integers.asInt32(made));
            }
        }
    }

    /**
     * What the file takes, by its own names. The runtime gets copies: a capture has what they held
     * at its call, whatever it writes into them.
     */
    private Map<String, Tensor> handed(Map<String, Tensor> tensors) {
        Map<String, Tensor> inputs = new HashMap<>();
        List<TensorSpec> taken = sidecar.chain.taken();
        for (int i = 0; i < taken.size(); i++) {
            inputs.put(sidecar.inputs.get(i).name, tensors.get(taken.get(i).name).copy());
        }
        return inputs;
    }

    /** The first case decides for all: a slow model's first run is measured, and not repeated. */
    private List<MeasuredRun> run(Map<String, Tensor> inputs) throws InputException {
        List<MeasuredRun> runs = new ArrayList<>();
        int count = runsOfLaterCases;
        if (count == 0) {
            MeasuredRun first = MeasuredRun.of(runner, sidecar, inputs);
            boolean quick = measured > 0 || first.milliseconds <= QUICK;
            warmup = quick ? 1 : 0;
            runsOfLaterCases = !quick ? 1 : measured > 0 ? measured : 3;
            if (!quick) {
                runs.add(first);
            }
            count = runsOfLaterCases;
        }
        for (int i = 0; i < count; i++) {
            runs.add(MeasuredRun.of(runner, sidecar, inputs));
        }
        return runs;
    }

    private Map<String, String> metadata(
            String name, String sourceSha256, String capturedAt, List<MeasuredRun> runs) {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("recipe", sidecar.recipe);
        metadata.put("recipe_sha256", sidecar.recipeSha256);
        metadata.put("weights_sha256", sidecar.weightsSha256);
        metadata.put("case", name);
        metadata.put("sources", CanonicalJson.object(
                Collections.singletonMap(photo, CanonicalJson.string(sourceSha256))));
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
