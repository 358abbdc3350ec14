package org.onpar.core;

/** One photo that the model's author wants to see run. */
public final class Case {
    public final String name;

    /** The image file's name; empty where the model takes no photo. */
    public final String image;

    /** SHA-256 of the image file, in hexadecimal. */
    public final String sha256;

    /** Digest of its inputs besides the photo; empty where there are none. */
    public final String inputsSha256;

    public Case(String name, String image, String sha256, String inputsSha256) {
        this.name = name;
        this.image = image;
        this.sha256 = sha256;
        this.inputsSha256 = inputsSha256;
    }
}
