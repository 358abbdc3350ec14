package org.onpar.core;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Which names are allowed: the rules of parity/limits/limits.json. */
public final class NameRule {
    /** What is expected, to complete a sentence. */
    public final String expected;

    private final Pattern pattern;
    private final int minBytes;
    private final int maxBytes;

    /**
     * @param pattern a class of characters for the first one, and another for the rest
     * @param minBytes of UTF-8, as file systems count them
     * @param maxBytes the same
     */
    NameRule(String pattern, int minBytes, int maxBytes, String expected) {
        this.pattern = Pattern.compile(pattern);
        this.minBytes = minBytes;
        this.maxBytes = maxBytes;
        this.expected = expected;
    }

    /** Whether a name follows the rule. */
    public boolean fits(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        return bytes >= minBytes && bytes <= maxBytes && pattern.matcher(name).matches();
    }
}
