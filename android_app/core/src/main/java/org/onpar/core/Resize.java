package org.onpar.core;

/** An image at another size, by the filters of the image contract: parity/image/resize.py. */
public final class Resize {
    private Resize() {}

    /** The whole image at another size, each side at least 1; bilinear with antialiasing. */
    public static RgbImage resize(RgbImage image, int height, int width) {
        return window(image, Window.whole(height, width), Filter.BILINEAR, true);
    }

    /**
     * The window of the image resized to the window's scaled size.
     *
     * <p>Only the window is computed: a crop out of a very long image costs no more than the crop.
     *
     * @param antialias as Pillow; otherwise as OpenCV
     */
    static RgbImage window(RgbImage image, Window window, Filter filter, boolean antialias) {
        return antialias
                ? AntialiasedResize.window(image, window, filter)
                : PlainResize.window(image, window, filter);
    }
}
