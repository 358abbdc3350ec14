package org.onpar.host;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;
import org.onpar.core.InputException;
import org.onpar.core.RgbImage;

/**
 * Embedded ICC profiles: pixels become sRGB, and pixels that are sRGB already stay as they are.
 *
 * <p>The rules are those of parity/colour.py. Profiles of curves and a matrix are exact if their
 * black is 0; those of tables, and grey ones, go by Java's own LittleCMS, which gets sRGB rounded.
 */
final class ColourProfile {
    /** A profile that moves no probed colour by more levels than this is sRGB. */
    private static final int SRGB_LEVELS = 1;

    /** How far apart rounded and unrounded numbers may be, where sRGB's curve is steep. */
    private static final int ROUNDING = 3;

    /**
     * LittleCMS's own sRGB as a file. Java's is of version 2, for which LittleCMS leaves out the
     * black point compensation that it makes for its own.
     */
    private static final ColorSpace SRGB = srgb();

    private ColourProfile() {}

    /** @param grey whether the file stores its pixels as grey */
    static RgbImage toSrgb(RgbImage image, byte[] icc, boolean grey, String name)
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
            RgbImage moved = byJava(probe, icc, ofGrey);
            UnaryOperator<RgbImage> convert = pixels -> byJava(pixels, icc, ofGrey);
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
            // Java's LittleCMS has a handful of exceptions for profiles that it cannot use.
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

    private static RgbImage byJava(RgbImage image, byte[] icc, boolean grey) {
        byte[] in = image.pixels;
        if (grey) {
            in = new byte[image.pixels.length / 3];
            for (int i = 0; i < in.length; i++) {
                in[i] = image.pixels[3 * i];
            }
        }
        byte[] out = new byte[image.pixels.length];
        new ColorConvertOp(null)
                .filter(
                        view(in, image, new ICC_ColorSpace(ICC_Profile.getInstance(icc))),
                        view(out, image, SRGB));
        return new RgbImage(image.height, image.width, out);
    }

    private static ColorSpace srgb() {
        try (InputStream file = ColourProfile.class.getResourceAsStream("srgb.icc")) {
            return new ICC_ColorSpace(ICC_Profile.getInstance(file));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static BufferedImage view(byte[] pixels, RgbImage image, ColorSpace space) {
        int bands = space.getNumComponents();
        int[] offsets = bands == 1 ? new int[] {0} : new int[] {0, 1, 2};
        WritableRaster raster =
                Raster.createInterleavedRaster(
                        new DataBufferByte(pixels, pixels.length), image.width, image.height,
                        bands * image.width, bands, offsets, null);
        ComponentColorModel model =
                new ComponentColorModel(
                        space, false, false, ComponentColorModel.OPAQUE, DataBufferByte.TYPE_BYTE);
        return new BufferedImage(model, raster, false, null);
    }

    /** Colours that tell a profile from sRGB: greys, else the primaries' ramps and a lattice too. */
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
