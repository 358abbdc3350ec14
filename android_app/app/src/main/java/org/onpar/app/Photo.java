package org.onpar.app;

import android.graphics.Bitmap;
import org.onpar.core.Digest;
import org.onpar.core.InputException;
import org.onpar.core.Resize;
import org.onpar.core.RgbImage;

/** An opened photo: its pixels, and a small picture of them for the screen. */
final class Photo {
    /** In pixels; a phone's screen has not more to show it with. */
    private static final int LONGEST_SIDE = 1024;

    /** What captures call it: a case's name, or one made of its digest. */
    final String name;

    /** Of the file's bytes, in hexadecimal. */
    final String sha256;

    final RgbImage pixels;

    /** The same, as large as a screen can show. */
    final RgbImage small;

    final Bitmap preview;

    private Photo(String name, String sha256, RgbImage pixels) {
        this.name = name;
        this.sha256 = sha256;
        this.pixels = pixels;
        small = small(pixels);
        preview = PhotoBitmap.of(small);
    }

    /** The image as large as a screen can show, or smaller. */
    static RgbImage small(RgbImage image) {
        double scale = Math.min(1, LONGEST_SIDE / (double) Math.max(image.width, image.height));
        int width = (int) Math.max(1, Math.round(image.width * scale));
        int height = (int) Math.max(1, Math.round(image.height * scale));
        return Resize.resize(image, height, width);
    }

    /**
     * Decode a photo.
     *
     * @param file its bytes
     * @param fileName for errors
     * @param caseName what captures call it; empty: a name made of its digest
     * @throws InputException where it cannot be decoded
     */
    static Photo open(byte[] file, String fileName, String caseName) throws InputException {
        String sha256 = Digest.sha256(file);
        String name = caseName.isEmpty() ? "photo-" + sha256.substring(0, 8) : caseName;
        return new Photo(name, sha256, PhotoDecoder.decode(file, fileName));
    }
}
