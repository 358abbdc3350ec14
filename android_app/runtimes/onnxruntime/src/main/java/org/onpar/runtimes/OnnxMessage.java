package org.onpar.runtimes;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What ONNX Runtime says, as a part of a sentence. */
final class OnnxMessage {
    /** Which opsets it knows ONNX Runtime says last. */
    private static final int LONGEST = 500;

    private static final Pattern PLACE = Pattern.compile("/\\S+\\.(cc|h):\\d+ ");

    private OnnxMessage() {}

    /**
     * In one line, without the place in its source where it stands (`FILE:LINE SIGNATURE `), which
     * would leave no room for the rest.
     */
    static String of(Throwable error) {
        String text =
                withoutPlace(String.valueOf(error.getMessage()).replaceAll("\\s+", " ").trim());
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    private static String withoutPlace(String text) {
        Matcher place = PLACE.matcher(text);
        int open = 0;
        for (int at = place.find() ? place.end() : text.length(); at < text.length(); at++) {
            open += text.charAt(at) == '(' ? 1 : text.charAt(at) == ')' ? -1 : 0;
            // The signature's last parenthesis.
            if (text.charAt(at) == ')' && open == 0) {
                return text.substring(0, place.start()) + text.substring(at + 1).trim();
            }
        }
        return text;
    }
}
