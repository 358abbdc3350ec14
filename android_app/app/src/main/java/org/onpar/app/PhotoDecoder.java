package org.onpar.app;

import android.graphics.Bitmap;
import android.graphics.ColorSpace;
import android.graphics.ImageDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.onpar.core.InputException;
import org.onpar.core.RgbImage;

/**
 * An image file becomes pixels by the image contract (parity/image.py), by Android's ImageDecoder:
 * orientation applied, in sRGB, alpha dropped and never multiplied in.
 */
final class PhotoDecoder {
    private PhotoDecoder() {}

    /** @param name of the file, for errors */
    static RgbImage decode(byte[] file, String name) throws InputException {
        if (file.length == 0) {
            throw new InputException(
                    name + ": is empty (0 bytes), expected a photo; choose another one");
        }
        Bitmap bitmap;
        try {
            bitmap = ImageDecoder.decodeBitmap(
                    ImageDecoder.createSource(ByteBuffer.wrap(file)),
                    (decoder, info, source) -> {
                        try {
                            RgbImage.checkSize(
                                    name, info.getSize().getWidth(), info.getSize().getHeight());
                        } catch (InputException error) {
                            throw new Refused(error);
                        }
                        decoder.setAllocator(ImageDecoder.ALLOCATOR_SOFTWARE);
                        decoder.setUnpremultipliedRequired(true);
                        decoder.setTargetColorSpace(ColorSpace.get(ColorSpace.Named.SRGB));
                    });
        } catch (Refused error) {
            throw error.reason;
        } catch (IOException error) {
            throw new InputException(
                    name + ": is no photo, or broken or not whole (" + error.getMessage()
                            + "); choose another one",
                    error);
        }
        if (bitmap.getConfig() == Bitmap.Config.RGBA_F16) {
            throw new InputException(
                    name + ": has 16 bits a channel, expected 8; save it with 8");
        }
        try {
            return pixels(bitmap);
        } finally {
            bitmap.recycle();
        }
    }

    /** A row at a time: of 40 megapixels all at once would be 160 MB more of Java's memory. */
    private static RgbImage pixels(Bitmap bitmap) {
        int width = bitmap.getWidth();
        int height = bitmap.getHeight();
        byte[] rgb = new byte[width * height * 3];
        int[] row = new int[width];
        for (int y = 0, at = 0; y < height; y++) {
            bitmap.getPixels(row, 0, width, 0, y, width, 1);
            for (int argb : row) {
                rgb[at++] = (byte) (argb >> 16);
                rgb[at++] = (byte) (argb >> 8);
                rgb[at++] = (byte) argb;
            }
        }
        return new RgbImage(height, width, rgb);
    }

    /** Carries a refusal through ImageDecoder, whose listener may throw nothing checked. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final transient InputException reason;

        Refused(InputException reason) {
            super(reason);
            this.reason = reason;
        }
    }
}
