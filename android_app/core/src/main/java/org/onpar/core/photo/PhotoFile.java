package org.onpar.core.photo;

import org.onpar.core.InputException;

/** What an image file consists of, as far as its pixels depend on it. */
public final class PhotoFile {
    /** `jpeg` or `png`. */
    public final String format;

    public final int width;
    public final int height;

    /** Whether the pixels are stored as grey. */
    final boolean grey;

    /** The file with its pixels alone: no profile, orientation, transparency, or other metadata. */
    public final byte[] plain;

    /** The ICC profile, empty where it is damaged, null where there is none. */
    final byte[] icc;

    /** The EXIF block from its TIFF header on, null where there is none. */
    final byte[] exif;

    PhotoFile(
            String format, int width, int height, boolean grey, byte[] plain, byte[] icc,
            byte[] exif) {
        this.format = format;
        this.width = width;
        this.height = height;
        this.grey = grey;
        this.plain = plain;
        this.icc = icc;
        this.exif = exif;
    }

    /** The refusal of a file that is not as it was written. */
    public static InputException broken(String name, String found) {
        return new InputException(
                name + ": is broken or not whole (" + found + "); copy or download it again");
    }
}
