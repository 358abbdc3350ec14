package org.onpar.core.photo;

import java.io.ByteArrayOutputStream;
import java.util.function.UnaryOperator;
import org.onpar.core.InputException;
import org.onpar.core.RgbImage;

/**
 * Embedded ICC profiles: pixels become sRGB, and pixels that are sRGB already stay as they are.
 *
 * <p>The rules are those of parity/image/colour.py. Profiles of curves and a matrix are exact if
 * their black is 0; those of tables, and grey ones, go by the platform's own colour management.
 */
final class ColourProfile {
    /** A profile that moves no probed colour by more levels than this is sRGB. */
    private static final int SRGB_LEVELS = 1;

    /** How far apart rounded and unrounded numbers may be, where sRGB's curve is steep. */
    private static final int ROUNDING = 3;

    private ColourProfile() {}

    /** @param grey whether the file stores its pixels as grey */
    static RgbImage toSrgb(
            RgbImage image, byte[] icc, boolean grey, String name, Platform platform)
            throws InputException {
        try {
            IccProfile profile = new IccProfile(icc);
            boolean ofGrey = profile.space.equals("GRAY");
            if (!profile.space.equals("RGB ") && !(ofGrey && grey)) {
                throw new IllegalArgumentException(
                        "it is for " + profile.space.trim() + " colours, the pixels are "
                                + (grey ? "grey" : "RGB"));
            }
            RgbImage probe = probe(ofGrey);
            RgbImage moved = platform.toSrgb(probe, icc, ofGrey);
            UnaryOperator<RgbImage> convert = pixels -> platform.toSrgb(pixels, icc, ofGrey);
            if (profile.isMatrix()) {
                MatrixShaper exact = new MatrixShaper(profile);
                // Further apart than roundings, there is something in it that curves and a
                // matrix do not say.
                if (largest(exact.apply(probe), moved) <= ROUNDING) {
                    moved = exact.apply(probe);
                    convert = exact::apply;
                }
            }
            return largest(moved, probe) > SRGB_LEVELS ? convert.apply(image) : image;
        } catch (RuntimeException error) {
            // Platforms have a handful of exceptions for profiles that they cannot use.
            throw new InputException(
                    name + ": has a colour profile that cannot be used (" + error.getMessage()
                            + "); save it as sRGB",
                    error);
        }
    }

    private static int largest(RgbImage some, RgbImage others) {
        int most = 0;
        for (int i = 0; i < some.pixels.length; i++) {
            most = Math.max(most, Math.abs((some.pixels[i] & 0xff) - (others.pixels[i] & 0xff)));
        }
        return most;
    }

    /** Colours that distinguish a profile from sRGB: greys, or also primary ramps and a lattice. */
    private static RgbImage probe(boolean grey) {
        ByteArrayOutputStream colours = new ByteArrayOutputStream();
        for (int mask : grey ? new int[] {7} : new int[] {7, 1, 2, 4}) {
            for (int level = 0; level < 256; level++) {
                colours.write((mask & 1) * level);
                colours.write((mask >> 1 & 1) * level);
                colours.write((mask >> 2 & 1) * level);
            }
        }
        for (int i = 0; !grey && i < 18 * 18 * 18; i++) {
            colours.write(i / 324 * 15);
            colours.write(i / 18 % 18 * 15);
            colours.write(i % 18 * 15);
        }
        return new RgbImage(1, colours.size() / 3, colours.toByteArray());
    }
}
