package org.onpar.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the model's author wants to see run: a photo, or whatever else the model takes. */
public final class Case {
    public final String name;

    /** One for each source of the chain, in the order in which the chain first takes them. */
    public final List<CaseSource> sources;

    public Case(String name, List<CaseSource> sources) {
        this.name = name;
        this.sources = Collections.unmodifiableList(new ArrayList<>(sources));
    }
}
