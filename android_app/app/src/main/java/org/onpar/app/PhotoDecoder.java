package org.onpar.app;

import android.graphics.Bitmap;
import android.graphics.ColorSpace;
import android.graphics.ImageDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.onpar.core.InputException;
import org.onpar.core.RgbImage;
import org.onpar.core.photo.OtherFormat;
import org.onpar.core.photo.Photo;
import org.onpar.core.photo.PhotoFile;
import org.onpar.core.photo.Platform;

/**
 * An image file becomes pixels, upright, in sRGB, alpha dropped and never multiplied in, by
 * Android's ImageDecoder.
 *
 * <p>JPEG and PNG are exact by the image contract (parity/image/decode.py): ImageDecoder gives the
 * stored pixels, and the core does the rest. Alone, Android 14 ignores a PNG's orientation, heeds
 * its gamma, and gets up to 5 % of the pixels of a photo with a profile wrong by a level (measured
 * over golden/hard_images). Other formats, such as HEIC, are ImageDecoder's alone.
 */
final class PhotoDecoder implements Platform {
    /** @param name of the file, for errors */
    static RgbImage decode(byte[] file, String name) throws InputException {
        if (file.length == 0 || Photo.isJpegOrPng(file)) {
            return Photo.decode(file, name, new PhotoDecoder());
        }
        try {
            return pixels(file, name);
        } catch (IOException error) {
            throw new InputException(
                    name + ": is " + OtherFormat.nameOf(file)
                            + ", which this phone cannot decode (" + error.getMessage()
                            + "); choose a JPEG or PNG",
                    error);
        }
    }

    @Override
    public RgbImage pixels(PhotoFile file, String name) throws InputException {
        try {
            RgbImage image = pixels(file.plain, name);
            if (image.width != file.width || image.height != file.height) {
                throw new IOException("its size is not that of its header");
            }
            return image;
        } catch (IOException error) {
            throw new InputException(
                    PhotoFile.broken(name, String.valueOf(error.getMessage())).getMessage(), error);
        }
    }

    /** Skia converts what it decodes, so the pixels go through a PNG with the profile. */
    @Override
    public RgbImage toSrgb(RgbImage image, byte[] icc, boolean grey) {
        try {
            return pixels(ProfiledPng.of(image, icc, grey), "pixels with a profile");
        } catch (IOException | InputException error) {
            throw new IllegalArgumentException(error.getMessage(), error);
        }
    }

    /** @throws IOException where it cannot be decoded, or not all of it */
    private static RgbImage pixels(byte[] file, String name) throws IOException, InputException {
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
        }
        try {
            return PhotoBitmap.pixels(bitmap);
        } finally {
            bitmap.recycle();
        }
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
