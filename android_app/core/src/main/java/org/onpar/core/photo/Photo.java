package org.onpar.core.photo;

import java.nio.ByteBuffer;
import org.onpar.core.InputException;
import org.onpar.core.Limits;
import org.onpar.core.RgbImage;

/**
 * A JPEG or PNG file becomes pixels by the image contract of parity/image/decode.py.
 *
 * <p>The platform decodes; it is given a file that has the pixels and nothing else, so that what it
 * does with metadata does not matter (ImageIO ignores orientation, PNG's checksums, and where a
 * JPEG ends; ImageDecoder ignores a PNG's orientation, and heeds its gamma). PNG is exact. JPEG is
 * exact where the platform has libjpeg-turbo; docs/android.md has the bound for others.
 */
public final class Photo {
    private static final byte[] PNG = {
        (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'
    };
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

    private Photo() {}

    /**
     * The pixels: upright, in sRGB, alpha dropped.
     *
     * @param name of the file, for errors
     */
    public static RgbImage decode(byte[] file, String name, Platform platform)
            throws InputException {
        if (file.length == 0) {
            throw new InputException(
                    name + ": is empty (0 bytes), expected a JPEG or PNG; copy it again");
        }
        if (file.length > Limits.MAX_PHOTO_BYTES) {
            throw new InputException(
                    name + ": has " + file.length + " bytes, at most " + Limits.MAX_PHOTO_BYTES
                            + " are read; save it again, compressed");
        }
        PhotoFile parts;
        if (startsWith(file, PNG)) {
            parts = PngFile.parse(file, name);
        } else if (startsWith(file, JPEG)) {
            parts = JpegFile.parse(file, name);
        } else {
            throw new InputException(
                    name + ": is " + OtherFormat.nameOf(file)
                            + ", expected a JPEG or PNG; save it as one of these");
        }
        RgbImage pixels = platform.pixels(parts, name);
        if (parts.icc != null) {
            pixels = ColourProfile.toSrgb(pixels, parts.icc, parts.grey, name, platform);
        }
        return parts.exif == null ? pixels : Exif.upright(pixels, parts.exif, name);
    }

    /** Whether it is one of the formats that are decoded exactly. */
    public static boolean isJpegOrPng(byte[] file) {
        return startsWith(file, PNG) || startsWith(file, JPEG);
    }

    static boolean startsWith(byte[] bytes, byte[] start) {
        return stand(start, bytes, 0);
    }

    /** Whether these bytes stand at this place of the others. */
    static boolean stand(byte[] some, byte[] others, int at) {
        return others.length >= at + some.length
                && ByteBuffer.wrap(others, at, some.length).equals(ByteBuffer.wrap(some));
    }
}
