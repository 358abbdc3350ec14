package org.onpar.core;

/** A photo of any shape becomes the model's size: the rounding rules of parity/image/fit.py. */
public final class Fit {
    private Fit() {}

    /** u8 [H, W, 3] to u8 [prep.height, prep.width, 3]; a photo of that size stays as it is. */
    public static RgbImage fit(RgbImage image, ImagePrep prep) {
        switch (prep.fit) {
            case STRETCH:
                return Resize.resize(image, prep.height, prep.width);
            case CROP:
                int[] whole = scaledSize(image, prep);
                return Resize.window(
                        image, whole[0], whole[1], halfToEven(whole[0] - prep.height),
                        halfToEven(whole[1] - prep.width), prep.height, prep.width);
            case LETTERBOX:
                return letterbox(image, prep);
            default:
                throw new AssertionError(prep.fit);
        }
    }

    private static RgbImage letterbox(RgbImage image, ImagePrep prep) {
        int[] scaled = scaledSize(image, prep);
        RgbImage inner = Resize.resize(image, scaled[0], scaled[1]);
        byte[] padded = new byte[prep.height * prep.width * 3];
        for (int i = 0; i < padded.length; i++) {
            padded[i] = prep.pad(i % 3);
        }
        int top = (prep.height - inner.height) / 2;
        int left = (prep.width - inner.width) / 2;
        for (int y = 0; y < inner.height; y++) {
            System.arraycopy(
                    inner.pixels, y * inner.width * 3,
                    padded, ((top + y) * prep.width + left) * 3, inner.width * 3);
        }
        return new RgbImage(prep.height, prep.width, padded);
    }

    /** Height and width of the whole image once scaled, before it is padded or cropped. */
    static int[] scaledSize(RgbImage image, ImagePrep prep) {
        long height = prep.height;
        long width = prep.width;
        long rows = image.height;
        long columns = image.width;
        // Taller than the target, or as tall: to cover it the width decides, to fit the height.
        boolean tall = width * rows >= height * columns;
        long scaledHeight = height;
        long scaledWidth = width;
        if (prep.fit == ImagePrep.FitMode.CROP) {
            if (tall) {
                scaledHeight = width * rows / columns;
            } else {
                scaledWidth = height * columns / rows;
            }
        } else if (tall) {
            scaledWidth = Math.max(1, (2 * height * columns + rows) / (2 * rows));
        } else {
            scaledHeight = Math.max(1, (2 * width * rows + columns) / (2 * columns));
        }
        return new int[] {Math.toIntExact(scaledHeight), Math.toIntExact(scaledWidth)};
    }

    /** excess / 2 to the nearest integer, halves to even, as Python's round. */
    static int halfToEven(int excess) {
        int half = excess / 2;
        return half + (excess & half & 1);
    }
}
