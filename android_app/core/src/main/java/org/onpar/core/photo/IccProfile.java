package org.onpar.core.photo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.onpar.core.Limits;

/** An ICC profile's header and tags (ICC.1:2022, 7.2 and 7.3), every bound checked. */
final class IccProfile {
    private static final int HEADER = 128;

    /** The colours that it is for: `RGB `, `GRAY`, ... */
    final String space;

    private final String connection;
    private final Map<String, ByteBuffer> tags = new HashMap<>();

    /** @throws IllegalArgumentException if it is not a profile */
    IccProfile(byte[] profile) {
        if (profile.length < HEADER + 4 || !text(profile, 36).equals("acsp")) {
            throw new IllegalArgumentException("it is not an ICC profile");
        }
        space = text(profile, 16);
        connection = text(profile, 20);
        ByteBuffer bytes = ByteBuffer.wrap(profile);
        int count = bytes.getInt(HEADER);
        if (count < 0 || count > Limits.MAX_PROFILE_TAGS
                || HEADER + 4 + 12L * count > profile.length) {
            throw new IllegalArgumentException("its tags are not whole");
        }
        for (int at = HEADER + 4; at < HEADER + 4 + 12 * count; at += 12) {
            int offset = bytes.getInt(at + 4);
            int size = bytes.getInt(at + 8);
            if (offset >= 0 && size >= 0 && (long) offset + size <= profile.length) {
                tags.put(text(profile, at), ByteBuffer.wrap(profile, offset, size).slice());
            }
        }
    }

    /** Whether three curves and a matrix say it all, as in the profiles that photos have. */
    boolean isMatrix() {
        for (String tag : new String[] {"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"}) {
            if (!tags.containsKey(tag)) {
                return false;
            }
        }
        boolean table = tags.keySet().stream().anyMatch(tag -> tag.matches("A2B\\d|D2B\\d"));
        return space.equals("RGB ") && connection.equals("XYZ ") && !table;
    }

    /** X, Y and Z of a colorant tag, in columns r, g, b: a row each of X, Y, Z. */
    double[][] colorants() {
        double[][] matrix = new double[3][3];
        String[] names = {"rXYZ", "gXYZ", "bXYZ"};
        for (int column = 0; column < 3; column++) {
            ByteBuffer tag = tags.get(names[column]);
            if (tag.remaining() < 20) {
                throw new IllegalArgumentException("its colorants are not whole");
            }
            for (int row = 0; row < 3; row++) {
                matrix[row][column] = fixed(tag, 8 + 4 * row);
            }
        }
        return matrix;
    }

    /** The curve of `rTRC`, `gTRC` or `bTRC`. */
    ToneCurve curve(String name) {
        return ToneCurve.parse(tags.get(name));
    }

    /** s15Fixed16Number (ICC.1:2022, 4.6). */
    static double fixed(ByteBuffer bytes, int at) {
        return bytes.getInt(at) / 65536.0;
    }

    private static String text(byte[] bytes, int at) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
    }
}
