package org.onpar.core.photo;

import org.onpar.core.InputException;
import org.onpar.core.RgbImage;

/** What a platform brings to the decoding of photos: ImageIO on a JVM, ImageDecoder on Android. */
public interface Platform {
    /**
     * The stored pixels of {@link PhotoFile#plain}: nothing turned, and no colour converted.
     *
     * @param name of the file, for errors
     * @throws InputException where they cannot be decoded, or are not all there
     */
    RgbImage pixels(PhotoFile file, String name) throws InputException;

    /**
     * Pixels of a profile as sRGB, by the platform's own colour management.
     *
     * @param icc the profile
     * @param grey whether it is for grey; the pixels' R, G and B are equal then
     * @throws RuntimeException where the platform cannot use the profile
     */
    RgbImage toSrgb(RgbImage image, byte[] icc, boolean grey);
}
