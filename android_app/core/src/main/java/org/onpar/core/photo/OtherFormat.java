package org.onpar.core.photo;

import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import org.onpar.core.Limits;

/** What people hand over instead of a JPEG or PNG; only ever used to name it in an error. */
public final class OtherFormat {
    private final int at;
    private final byte[] magic;
    private final String name;

    /**
     * @param at where its bytes stand
     * @param magic ASCII characters
     * @param name to complete a sentence: `a GIF`
     */
    public OtherFormat(int at, String magic, String name) {
        this.at = at;
        this.magic = magic.getBytes(StandardCharsets.US_ASCII);
        this.name = name;
    }

    /** Its name, or how it begins. */
    public static String nameOf(byte[] file) {
        for (OtherFormat one : Limits.OTHER_FORMATS) {
            if (Photo.stand(one.magic, file, one.at)) {
                return one.name;
            }
        }
        StringJoiner shown = new StringJoiner(" ");
        for (int i = 0; i < Math.min(file.length, 8); i++) {
            shown.add(String.format("%02x", file[i]));
        }
        return "not an image that onpar supports (it begins with " + shown + ")";
    }
}
