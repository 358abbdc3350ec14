package org.onpar.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a host must know of one exported model file: every constant of the model.
 *
 * <p>The part of {@code onpar-artifact/1} (Artifact in parity/contract/spec.py) that a host uses.
 */
public final class Sidecar {
    /** The version that this code reads. */
    public static final String FORMAT = "onpar-artifact/1";

    public final String file;
    public final String sha256;
    public final String format;
    public final String io;
    public final String engine;
    public final String weightsSha256;
    public final String recipe;
    public final String recipeSha256;

    /** What the file itself takes: with io {@code image} the resized photo u8 [h, w, 3]. */
    public final List<TensorSpec> inputs;

    /** What the file itself gives: with io {@code image} the class map [h, w]. */
    public final List<TensorSpec> outputs;

    /** Null where the model takes no photo. */
    public final ImagePrep prep;

    /** Null where no output is one class a pixel. */
    public final ClassMapSpec classmap;

    public final List<Case> cases;

    Sidecar(
            String file, String sha256, String format, String io, String engine,
            String weightsSha256, String recipe, String recipeSha256, List<TensorSpec> inputs,
            List<TensorSpec> outputs, ImagePrep prep, ClassMapSpec classmap, List<Case> cases) {
        this.file = file;
        this.sha256 = sha256;
        this.format = format;
        this.io = io;
        this.engine = engine;
        this.weightsSha256 = weightsSha256;
        this.recipe = recipe;
        this.recipeSha256 = recipeSha256;
        this.inputs = Collections.unmodifiableList(new ArrayList<>(inputs));
        this.outputs = Collections.unmodifiableList(new ArrayList<>(outputs));
        this.prep = prep;
        this.classmap = classmap;
        this.cases = Collections.unmodifiableList(new ArrayList<>(cases));
    }

    /** Whether normalisation and arg-max happen outside of the model. */
    public boolean takesTensor() {
        return io.equals("tensor");
    }

    /**
     * Refuse a model file whose bytes are not those that this sidecar describes.
     *
     * @param loadedSha256 the digest of the very bytes that are to be run
     */
    public void checkModel(String loadedSha256, String name) throws InputException {
        if (!loadedSha256.equals(sha256)) {
            throw new InputException(
                    name + ": its SHA-256 is " + loadedSha256.substring(0, 12) + "…, its sidecar "
                            + "describes " + sha256.substring(0, 12) + "…; copy the model and its "
                            + ".json from the same export");
        }
    }
}
