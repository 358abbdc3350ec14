package org.onpar.core;

/**
 * Something was given that cannot be used: a model, a sidecar, a photo.
 *
 * <p>The message is one sentence for the person who gave it: what, where, got against expected, and
 * what to do next.
 */
public final class InputException extends Exception {
    private static final long serialVersionUID = 1L;

    public InputException(String message) {
        super(message);
    }

    public InputException(String message, Throwable cause) {
        super(message, cause);
    }
}
