package org.onpar.core;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.onpar.core.steps.Chain;
import org.onpar.core.steps.ChainReader;

/** Reads and validates a sidecar; nothing is allocated by its word before bounds are checked. */
public final class SidecarReader {
    private SidecarReader() {}

    /**
     * Read `artifact.json`.
     *
     * @param name what errors call the file
     * @throws InputException if it is not a sidecar, has another version, or contradicts itself
     */
    public static Sidecar read(byte[] content, String name) throws InputException {
        if (content.length > Limits.MAX_SIDECAR_BYTES) {
            throw new InputException(
                    name + ": not a readable sidecar (it has " + content.length
                            + " bytes, at most " + Limits.MAX_SIDECAR_BYTES
                            + " are read); run `onpar export` and copy the .json again");
        }
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
        root.at("io").choice(Limits.IO_KINDS);
        List<TensorSpec> inputs = TensorSpecReader.read(root.at("inputs"), 1, Limits.MAX_TENSORS);
        List<TensorSpec> outputs =
                TensorSpecReader.read(root.at("outputs"), 1, Limits.MAX_TENSORS);
        TensorSpecReader.checkNames(root);
        Chain chain = ChainReader.read(root);
        FileTensorCheck.check(root, inputs, outputs, chain);
        return new Sidecar(
                root.at("file").name(Limits.FILE_NAME),
                root.at("sha256").name(Limits.SHA256_TEXT),
                root.at("format").text(),
                root.at("engine").text(),
                root.at("weights_sha256").name(Limits.SHA256_TEXT),
                root.at("model").at("recipe").text(),
                root.at("recipe_sha256").name(Limits.SHA256_TEXT),
                inputs,
                outputs,
                chain,
                CaseReader.read(root.at("cases"), chain.sources()));
    }
}
