package org.onpar.core;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads and validates a sidecar; nothing is allocated by its word before bounds are checked. */
public final class SidecarReader {
    private static final int MAX_TENSORS = 1000;
    private static final int MAX_RANK = 32;
    private static final int MAX_CASES = 100_000;

    /** A class map's items are u8. */
    private static final int MAX_CLASSES = 256;

    private SidecarReader() {}

    /**
     * Read `artifact.json`.
     *
     * @param name what errors call the file
     * @throws InputException where it is no sidecar, one of another version, or contradicts itself
     */
    public static Sidecar read(byte[] content, String name) throws InputException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException error) {
            throw new InputException(
                    name + ": not a readable sidecar (it is not UTF-8); copy the .json again",
                    error);
        }
        JsonValue root = JsonValue.parse(name, text);
        String version = root.at("version").text();
        if (!version.equals(Sidecar.FORMAT)) {
            throw new InputException(
                    name + ": is '" + version + "', this app reads '" + Sidecar.FORMAT
                            + "'; update the app, or export again with its onpar");
        }
        return sidecar(root);
    }

    private static Sidecar sidecar(JsonValue root) throws InputException {
        JsonValue io = root.at("io");
        if (!io.text().equals("tensor") && !io.text().equals("image")) {
            throw io.wrong("\"tensor\" or \"image\"");
        }
        JsonValue model = root.at("model");
        List<TensorSpec> inputs = tensors(root.at("inputs"));
        List<TensorSpec> outputs = tensors(root.at("outputs"));
        boolean tensor = io.text().equals("tensor");
        return new Sidecar(
                root.at("file").text(),
                digest(root.at("sha256")),
                root.at("format").text(),
                io.text(),
                root.at("engine").text(),
                digest(root.at("weights_sha256")),
                model.at("recipe").text(),
                digest(root.at("recipe_sha256")),
                inputs,
                outputs,
                ImagePrepReader.read(model.at("prep"), inputs, tensor),
                classmap(model.at("classmap"), outputs, tensor),
                cases(root.at("cases")));
    }

    private static String digest(JsonValue value) throws InputException {
        if (!value.text().matches("[0-9a-f]{64}")) {
            throw value.wrong("a SHA-256 in hexadecimal");
        }
        return value.text();
    }

    private static List<TensorSpec> tensors(JsonValue list) throws InputException {
        List<TensorSpec> specs = new ArrayList<>();
        for (JsonValue one : list.list(1, MAX_TENSORS)) {
            Dtype dtype = Dtype.named(one.at("dtype").text());
            if (dtype == null) {
                throw one.at("dtype").wrong("float32, int32, int64 or uint8");
            }
            List<JsonValue> sides = one.at("shape").list(0, MAX_RANK);
            int[] shape = new int[sides.size()];
            long bytes = dtype.bytes;
            for (int i = 0; i < shape.length; i++) {
                shape[i] = sides.get(i).count(1, Integer.MAX_VALUE);
                // Both factors are below 2³¹, so their product fits a long.
                bytes *= shape[i];
                if (bytes > Integer.MAX_VALUE) {
                    throw one.at("shape").wrong("a tensor of at most 2 GiB");
                }
            }
            specs.add(new TensorSpec(one.at("name").text(), dtype, shape));
        }
        return specs;
    }

    private static ClassMapSpec classmap(JsonValue map, List<TensorSpec> outputs, boolean tensor)
            throws InputException {
        if (map.isNull()) {
            return null;
        }
        List<String> classes = new ArrayList<>();
        for (JsonValue name : map.at("classes").list(1, MAX_CLASSES)) {
            classes.add(name.text());
        }
        int[] palette = new int[classes.size()];
        List<JsonValue> colours = map.at("palette").list(palette.length, palette.length);
        for (int i = 0; i < palette.length; i++) {
            int[] rgb = ImagePrepReader.levels(colours.get(i));
            palette[i] = rgb[0] << 16 | rgb[1] << 8 | rgb[2];
        }
        JsonValue output = map.at("output");
        boolean given = false;
        for (TensorSpec spec : outputs) {
            int[] shape = spec.shape();
            given |= tensor
                    ? spec.name.equals(output.text()) && spec.dtype == Dtype.FLOAT32
                            && shape.length == 4 && shape[0] == 1 && shape[1] == palette.length
                    : spec.name.equals("classmap") && shape.length == 2;
        }
        if (!given) {
            throw output.wrong("the name of an output with a score for each of the "
                    + palette.length + " classes and each pixel");
        }
        return new ClassMapSpec(output.text(), classes, palette);
    }

    private static List<Case> cases(JsonValue list) throws InputException {
        List<Case> cases = new ArrayList<>();
        for (JsonValue one : list.list(0, MAX_CASES)) {
            cases.add(new Case(
                    one.at("name").text(), one.at("image").text(), one.at("sha256").text(),
                    one.at("inputs_sha256").text()));
        }
        return cases;
    }
}
