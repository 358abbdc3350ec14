package org.onpar.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.onpar.core.steps.Chain;

/**
 * What a host must know of one exported model file: every constant of the model.
 *
 * <p>The part of {@code onpar-artifact/2} (Artifact in parity/contract/spec.py) that a host uses.
 */
public final class Sidecar {
    /** The version that this code reads. */
    public static final String FORMAT = "onpar-artifact/2";

    public final String file;
    public final String sha256;
    public final String format;
    public final String engine;
    public final String weightsSha256;
    public final String recipe;
    public final String recipeSha256;

    /** What the file itself takes, by its own names: in order the chain's {@link Chain#taken}. */
    public final List<TensorSpec> inputs;

    /** What the file itself gives, by its own names: in order the chain's {@link Chain#given}. */
    public final List<TensorSpec> outputs;

    public final Chain chain;

    public final List<Case> cases;

    Sidecar(
            String file, String sha256, String format, String engine, String weightsSha256,
            String recipe, String recipeSha256, List<TensorSpec> inputs, List<TensorSpec> outputs,
            Chain chain, List<Case> cases) {
        this.file = file;
        this.sha256 = sha256;
        this.format = format;
        this.engine = engine;
        this.weightsSha256 = weightsSha256;
        this.recipe = recipe;
        this.recipeSha256 = recipeSha256;
        this.inputs = Collections.unmodifiableList(new ArrayList<>(inputs));
        this.outputs = Collections.unmodifiableList(new ArrayList<>(outputs));
        this.chain = chain;
        this.cases = Collections.unmodifiableList(new ArrayList<>(cases));
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
