package org.onpar.core.photo;

import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** What people hand over instead of a JPEG or PNG; only ever used to name it in an error. */
public enum OtherFormat {
    GIF(0, "GIF8", "a GIF"),
    WEBP(8, "WEBP", "a WebP"),
    AVIF(4, "ftypavif", "an AVIF"),
    HEIC(4, "ftyp", "a HEIC (or another ISO media file)"),
    BMP(0, "BM", "a BMP"),
    TIFF(0, "II*\0", "a TIFF"),
    TIFF_BIG_ENDIAN(0, "MM\0*", "a TIFF"),
    JPEG_XL(4, "JXL ", "a JPEG XL"),
    JPEG_2000(4, "jP  ", "a JPEG 2000"),
    PDF(0, "%PDF", "a PDF"),
    TEXT(0, "<", "text (HTML, XML or SVG)"),
    LFS(0, "version https://git-lfs", "a Git LFS pointer (`git lfs pull` fetches the image)");

    private final int at;
    private final byte[] magic;
    private final String name;

    OtherFormat(int at, String magic, String name) {
        this.at = at;
        this.magic = magic.getBytes(StandardCharsets.US_ASCII);
        this.name = name;
    }

    /** Its name in words, or how it begins. */
    public static String nameOf(byte[] file) {
        for (OtherFormat one : values()) {
            if (Photo.stand(one.magic, file, one.at)) {
                return one.name;
            }
        }
        StringJoiner shown = new StringJoiner(" ");
        for (int i = 0; i < Math.min(file.length, 8); i++) {
            shown.add(String.format("%02x", file[i]));
        }
        return "no image that onpar knows (it begins with " + shown + ")";
    }
}
