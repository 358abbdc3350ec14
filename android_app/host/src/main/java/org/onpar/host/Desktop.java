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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.onpar.core.InputException;
import org.onpar.core.RgbImage;
import org.onpar.core.photo.PhotoFile;
import org.onpar.core.photo.Platform;

/** Java's own desktop classes: ImageIO decodes, LittleCMS converts colours. */
final class Desktop implements Platform {
    /**
     * LittleCMS's own sRGB as a file. Java's is of version 2, for which LittleCMS leaves out the
     * black point compensation that it makes for its own.
     */
    private static final ColorSpace SRGB = srgb();

    @Override
    public RgbImage pixels(PhotoFile file, String name) throws InputException {
        return StoredPixels.read(file, name);
    }

    /** LittleCMS gets sRGB rounded. */
    @Override
    public RgbImage toSrgb(RgbImage image, byte[] icc, boolean grey) {
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
        try (InputStream file = Desktop.class.getResourceAsStream("srgb.icc")) {
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
}
