package org.onpar.core;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What one target computed for one case: tensors by name, and who computed them. */
public final class Capture {
    /** The format that {@link CaptureWriter} writes; parity/contract/capture.py specifies it. */
    public static final String FORMAT = "onpar-capture/2";

    public final Map<String, String> metadata;
    public final Map<String, Tensor> tensors;

    /** @param metadata all keys that the format has, but `format` itself */
    public Capture(Map<String, String> metadata, Map<String, Tensor> tensors) {
        Map<String, String> all = new TreeMap<>(metadata);
        all.put("format", FORMAT);
        this.metadata = Collections.unmodifiableMap(all);
        this.tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
    }
}
