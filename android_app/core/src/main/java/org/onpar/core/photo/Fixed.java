package org.onpar.core.photo;

/** LittleCMS's fixed-point numbers. */
final class Fixed {
    private Fixed() {}

    /** To 1.14 (DOUBLE_TO_1FIXED14 of cmsopt.c). */
    static int fourteen(double value) {
        return (int) Math.floor(value * 16384.0 + 0.5);
    }

    /** To the nearest of 0 to 65535 (_cmsQuickSaturateWord of lcms2_internal.h). */
    static int word(double value) {
        double up = value + 0.5;
        if (up <= 0) {
            return 0;
        }
        // Its floor is taken of 16 fraction bits.
        return up >= 65535.0 ? 65535 : (int) Math.floor(Math.rint(up * 65536) / 65536);
    }

    /** A word's nearest byte (FROM_16_TO_8). */
    static byte level(int word) {
        return (byte) (word * 65281L + 8388608L >> 24);
    }
}
