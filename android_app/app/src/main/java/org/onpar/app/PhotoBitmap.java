package org.onpar.app;

import android.graphics.Bitmap;
import org.onpar.core.RgbImage;

/** Pixels as Android's bitmaps have them, and back. */
final class PhotoBitmap {
    private static final int OPAQUE = 0xff000000;

    private PhotoBitmap() {}

    static Bitmap of(RgbImage image) {
        int[] colours = new int[image.height * image.width];
        for (int i = 0, at = 0; i < colours.length; i++) {
            colours[i] = OPAQUE | (image.pixels[at++] & 0xff) << 16
                    | (image.pixels[at++] & 0xff) << 8 | image.pixels[at++] & 0xff;
        }
        return Bitmap.createBitmap(
                colours, image.width, image.height, Bitmap.Config.ARGB_8888);
    }

    /**
     * R, G and B of each pixel; alpha is dropped.
     *
     * <p>A row at a time: of 40 megapixels all at once would be 160 MB more of Java's memory.
     */
    static RgbImage pixels(Bitmap bitmap) {
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
}
