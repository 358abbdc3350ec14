package org.onpar.core;

/** What a case gives for one source of the chain. */
public final class CaseSource {
    public final String name;

    /** The file's name; empty where it is an array that is not a file. */
    public final String file;

    /** SHA-256 of the file, or of the array, in hexadecimal. */
    public final String sha256;

    public CaseSource(String name, String file, String sha256) {
        this.name = name;
        this.file = file;
        this.sha256 = sha256;
    }
}
