package org.onpar.core.steps;

/** What a case gives by a name: an image's file, or an array. */
public final class Source {
    public final String name;

    /** Whether it is an image's file. */
    public final boolean image;

    Source(String name, boolean image) {
        this.name = name;
        this.image = image;
    }
}
