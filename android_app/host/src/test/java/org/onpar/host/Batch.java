package org.onpar.host;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.onpar.core.ArgMax;
import org.onpar.core.Capture;
import org.onpar.core.CaptureWriter;
import org.onpar.core.Digest;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.RgbImage;
import org.onpar.core.Sidecar;
import org.onpar.core.SidecarReader;
import org.onpar.core.Tensor;
import org.onpar.core.photo.Photo;
import org.onpar.core.steps.Chain;

/**
 * Many steps of the host in one JVM, for tests/android: the argument is a JSON list of jobs.
 *
 * <p>Each job has `do` (a method below) and `out`, a capture file of what it gives; where it is
 * refused, `out` has the sentence instead.
 */
public final class Batch {
    private static final Map<String, String> NOTHING = new TreeMap<>();

    private Batch() {}

    public static void main(String[] words) throws IOException {
        System.setProperty("java.awt.headless", "true");
        String text = Files.readString(Path.of(words[0]));
        for (JsonElement job : JsonParser.parseString(text).getAsJsonArray()) {
            run(job.getAsJsonObject());
        }
    }

    private static void run(JsonObject job) throws IOException {
        Path out = Path.of(job.get("out").getAsString());
        try {
            switch (job.get("do").getAsString()) {
                case "decode":
                    decode(job, out);
                    break;
                case "fit":
                    fit(job, out);
                    break;
                case "after":
                    after(job, out);
                    break;
                case "classmap":
                    Tensor scores = tensor(job.getAsJsonObject("scores"));
                    write(out, NOTHING, Map.of("classmap", ArgMax.classMap(scores)));
                    break;
                case "capture":
                    capture(job, out);
                    break;
                case "sidecar":
                    sidecar(job);
                    write(out, NOTHING, Map.of());
                    break;
                default:
                    throw new IllegalArgumentException(job.toString());
            }
        } catch (InputException error) {
            Files.writeString(out, error.getMessage());
        }
    }

    private static void decode(JsonObject job, Path out) throws InputException, IOException {
        Path file = Path.of(job.get("file").getAsString());
        RgbImage image =
                Photo.decode(
                        Files.readAllBytes(file), file.getFileName().toString(), new Desktop());
        write(out, NOTHING, Map.of("decoded", image.tensor()));
    }

    /** What the steps before the file make of an image: `resized`, and the file's first input. */
    private static void fit(JsonObject job, Path out) throws InputException, IOException {
        Tensor image = tensor(job.getAsJsonObject("image"));
        Chain chain = sidecar(job).chain;
        Map<String, Tensor> tensors = new TreeMap<>();
        Chain.perform(chain.before(), Map.of(chain.onlyImage(), image), tensors);
        Tensor input = tensors.get(chain.taken().get(0).name);
        write(out, NOTHING, Map.of("resized", tensors.get("resized"), "input", input));
    }

    /** What the steps after the file make of its outputs, and of their probes. */
    private static void after(JsonObject job, Path out) throws InputException, IOException {
        Chain chain = sidecar(job).chain;
        Map<String, Tensor> tensors = tensors(job);
        Chain.perform(chain.after(), Map.of(), tensors);
        tensors.putAll(Chain.probed(chain.after()));
        write(out, NOTHING, tensors);
    }

    private static void capture(JsonObject job, Path out) throws IOException {
        Map<String, String> metadata = new TreeMap<>();
        job.getAsJsonObject("metadata").entrySet()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().getAsString()));
        Map<String, Tensor> tensors = tensors(job);
        metadata.put("digest", Digest.of(tensors));
        write(out, metadata, tensors);
    }

    private static Sidecar sidecar(JsonObject job) throws InputException {
        byte[] text = job.get("sidecar").getAsString().getBytes(StandardCharsets.UTF_8);
        return SidecarReader.read(text, "sample.onnx.json");
    }

    private static Map<String, Tensor> tensors(JsonObject job) throws IOException {
        Map<String, Tensor> tensors = new TreeMap<>();
        for (String name : job.getAsJsonObject("tensors").keySet()) {
            tensors.put(name, tensor(job.getAsJsonObject("tensors").getAsJsonObject(name)));
        }
        return tensors;
    }

    private static Tensor tensor(JsonObject spec) throws IOException {
        int[] shape = new int[spec.getAsJsonArray("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = spec.getAsJsonArray("shape").get(i).getAsInt();
        }
        byte[] content = Files.readAllBytes(Path.of(spec.get("file").getAsString()));
        Dtype dtype = Dtype.named(spec.get("dtype").getAsString());
        return new Tensor(dtype, ByteBuffer.wrap(content), shape);
    }

    private static void write(Path out, Map<String, String> metadata, Map<String, Tensor> tensors)
            throws IOException {
        CaptureWriter.write(out, new Capture(metadata, tensors));
    }
}
