package org.onpar.core;

/** The channels of a photo in the order that a model takes them: parity/image/channels.py. */
public enum Channels {
    RGB(3),
    BGR(3),
    /** Pillow's {@code convert("L")}. */
    GRAY(1);

    /** ITU-R BT.601's 0.299, 0.587 and 0.114 in units of 1 / 65536, as Pillow has them. */
    private static final int RED = 19595;

    private static final int GREEN = 38470;
    private static final int BLUE = 7471;

    /** How many there are. */
    public final int count;

    Channels(int count) {
        this.count = count;
    }

    /** Levels u8 [h, w, count] of a photo; of RGB its own, which are not copied. */
    byte[] of(RgbImage image) {
        byte[] rgb = image.pixels;
        if (this == RGB) {
            return rgb;
        }
        byte[] levels = new byte[rgb.length / 3 * count];
        for (int at = 0, to = 0; at < rgb.length; at += 3, to += count) {
            if (this == BGR) {
                levels[to] = rgb[at + 2];
                levels[to + 1] = rgb[at + 1];
                levels[to + 2] = rgb[at];
            } else {
                levels[to] = gray(rgb[at] & 0xff, rgb[at + 1] & 0xff, rgb[at + 2] & 0xff);
            }
        }
        return levels;
    }

    private static byte gray(int red, int green, int blue) {
        return (byte) (RED * red + GREEN * green + BLUE * blue + 32768 >> 16);
    }
}
