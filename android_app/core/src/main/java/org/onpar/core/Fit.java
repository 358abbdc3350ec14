package org.onpar.core;

import org.onpar.core.steps.ResizeImageStep;

/** A photo of any shape becomes the model's size: the rounding rules of parity/image/fit.py. */
public final class Fit {
    private Fit() {}

    /**
     * u8 [H, W, 3] to u8 [step.height, step.width, 3]; a photo of that size stays as it is.
     *
     * @throws InputException where a side is above {@link Limits#MAX_SCALED_SIDE} once scaled
     */
    public static RgbImage fit(RgbImage image, ResizeImageStep step) throws InputException {
        switch (step.fit) {
            case STRETCH:
                return resized(image, step, Window.whole(step.height, step.width));
            case CROP:
            case SHORTER:
                int[] whole = scaledSize(image, step);
                return resized(
                        image, step,
                        new Window(
                                whole[0], whole[1], halfToEven(whole[0] - step.height),
                                halfToEven(whole[1] - step.width), step.height, step.width));
            case LETTERBOX:
                return letterbox(image, step);
            default:
                throw new AssertionError(step.fit);
        }
    }

    private static RgbImage resized(RgbImage image, ResizeImageStep step, Window window) {
        return Resize.window(image, window, step.filter, step.antialias);
    }

    private static RgbImage letterbox(RgbImage image, ResizeImageStep step)
            throws InputException {
        int[] scaled = scaledSize(image, step);
        RgbImage inner = resized(image, step, Window.whole(scaled[0], scaled[1]));
        byte[] padded = new byte[step.height * step.width * 3];
        for (int i = 0; i < padded.length; i++) {
            padded[i] = step.pad(i % 3);
        }
        int top = (step.height - inner.height) / 2;
        int left = (step.width - inner.width) / 2;
        for (int y = 0; y < inner.height; y++) {
            System.arraycopy(
                    inner.pixels, y * inner.width * 3,
                    padded, ((top + y) * step.width + left) * 3, inner.width * 3);
        }
        return new RgbImage(step.height, step.width, padded);
    }

    /** Height and width of the whole image once scaled, before it is padded or cropped. */
    static int[] scaledSize(RgbImage image, ResizeImageStep step) throws InputException {
        long height = step.height;
        long width = step.width;
        long rows = image.height;
        long columns = image.width;
        if (step.fit == ResizeImageStep.FitMode.SHORTER) {
            long shorter = Math.min(rows, columns);
            return sides(image, step.shorter * rows / shorter, step.shorter * columns / shorter);
        }
        // Taller than the target, or as tall: to cover it the width decides, to fit the height.
        boolean tall = width * rows >= height * columns;
        long scaledHeight = height;
        long scaledWidth = width;
        if (step.fit == ResizeImageStep.FitMode.CROP) {
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
        return sides(image, scaledHeight, scaledWidth);
    }

    private static int[] sides(RgbImage image, long height, long width) throws InputException {
        if (Math.max(height, width) > Limits.MAX_SCALED_SIDE) {
            throw new InputException(
                    image.width + "x" + image.height + " is scaled to " + width + "x" + height
                            + " before it is cropped, a side above " + Limits.MAX_SCALED_SIDE
                            + " pixels; crop the photo");
        }
        return new int[] {(int) height, (int) width};
    }

    /** excess / 2 to the nearest integer, halves to even, as Python's round. */
    static int halfToEven(int excess) {
        int half = excess / 2;
        return half + (excess & half & 1);
    }
}
