package org.onpar.host;

import java.util.Arrays;
import org.onpar.core.InputException;
import org.onpar.core.RgbImage;

/**
 * A JPEG or PNG file becomes pixels by the image contract of parity/image.py.
 *
 * <p>Java's ImageIO decodes; it is given a file that has the pixels and nothing else, so that what
 * it does with metadata (or not: it ignores orientation, PNG's checksums, and where a JPEG ends)
 * does not matter. PNG is exact. JPEG is exact where Java is built with
 * libjpeg-turbo, as Debian's and Ubuntu's are; docs/android.md has the bound for others.
 */
final class Photo {
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
    static RgbImage decode(byte[] file, String name) throws InputException {
        if (file.length == 0) {
            throw new InputException(
                    name + ": is empty (0 bytes), expected a JPEG or PNG; copy it again");
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
        RgbImage pixels = Raster.read(parts, name);
        if (parts.icc != null) {
            pixels = ColourProfile.toSrgb(pixels, parts.icc, parts.grey, name);
        }
        return parts.exif == null ? pixels : Exif.upright(pixels, parts.exif, name);
    }

    static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length
                && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }
}
