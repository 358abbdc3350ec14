package org.onpar.core;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** JSON as the capture file has it: equal content is equal text (canonical_json in spec.py). */
final class CanonicalJson {
    /** Python's order of strings: by code point, where Java's is by UTF-16 unit. */
    static final Comparator<String> BY_CODE_POINT =
            (a, b) -> {
                int[] left = a.codePoints().toArray();
                int[] right = b.codePoints().toArray();
                for (int i = 0; i < Math.min(left.length, right.length); i++) {
                    if (left[i] != right[i]) {
                        return Integer.compare(left[i], right[i]);
                    }
                }
                return Integer.compare(left.length, right.length);
            };

    private CanonicalJson() {}

    /** An object of values that are JSON already: keys sorted, no spaces. */
    static String object(Map<String, String> values) {
        Map<String, String> sorted = new TreeMap<>(BY_CODE_POINT);
        sorted.putAll(values);
        return sorted.entrySet().stream()
                .map(entry -> string(entry.getKey()) + ":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** A string in quotes, in as few characters as JSON allows. */
    static String string(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            int escape = "\"\\\b\f\n\r\t".indexOf(c);
            if (escape >= 0) {
                text.append('\\').append("\"\\bfnrt".charAt(escape));
            } else if (c < ' ') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }

    /** A list of values that are JSON already, as Python's json.dumps spaces it. */
    static String list(Collection<String> values) {
        return values.stream().collect(Collectors.joining(", ", "[", "]"));
    }

    /** A number that is not negative, with at most 3 decimals, as Python's str writes a float. */
    static String number(double value) {
        BigDecimal rounded =
                BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return rounded.setScale(Math.max(1, rounded.scale())).toPlainString();
    }
}
