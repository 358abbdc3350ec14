package org.onpar.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.onpar.core.ArgMax;
import org.onpar.core.Channels;
import org.onpar.core.Dtype;
import org.onpar.core.Filter;
import org.onpar.core.Fit;
import org.onpar.core.InputException;
import org.onpar.core.Normalise;
import org.onpar.core.Overlay;
import org.onpar.core.RgbImage;
import org.onpar.core.Tensor;
import org.onpar.core.steps.NormalizeStep;
import org.onpar.core.steps.ResizeImageStep;

/**
 * Times the steps around the model, and the tutorials' code for each; bench/android_image.py
 * starts it. 512×512 to 400×400, 21 classes.
 */
public final class ImageSpeed {
    private static final int SOURCE = 512;
    private static final int SIDE = 400;
    private static final int CLASSES = 21;
    private static final int ROUNDS = 200;
    private static final int WARM = 100;

    private static final double[] MEAN = {0.485, 0.456, 0.406};
    private static final double[] STD = {0.229, 0.224, 0.225};

    private ImageSpeed() {}

    /** A line a step: name, and medians in milliseconds of onpar's way and of the tutorials'. */
    public static void main(String[] words) throws InputException {
        Random random = new Random(0);
        byte[] levels = new byte[SOURCE * SOURCE * 3];
        random.nextBytes(levels);
        RgbImage photo = new RgbImage(SOURCE, SOURCE, levels);
        ResizeImageStep resize =
                new ResizeImageStep(
                        "decoded", "resized", SIDE, SIDE, ResizeImageStep.FitMode.STRETCH,
                        new int[3], 0, Filter.BILINEAR, true);
        NormalizeStep normalize =
                new NormalizeStep(
                        resize.makes.get(0), "image", Channels.RGB, NormalizeStep.Layout.NCHW,
                        Dtype.FLOAT32, MEAN, STD);
        RgbImage resized = Fit.fit(photo, resize);
        Tensor scores = Tensor.allocate(Dtype.FLOAT32, 1, CLASSES, SIDE, SIDE);
        FloatBuffer values = scores.floats();
        while (values.hasRemaining()) {
            values.put(random.nextFloat());
        }
        int[] palette = random.ints(CLASSES, 0, 1 << 24).toArray();
        Tensor classes = ArgMax.classMap(scores);
        int[] pixels = pixels(resized);
        float[] flat = new float[CLASSES * SIDE * SIDE];
        scores.floats().get(flat);
        int[] winners = tutorialArgMax(flat);
        check(classes, winners);

        report("resize", () -> Fit.fit(photo, resize), null);
        report("normalise", () -> Normalise.normalise(resized, normalize),
                () -> tutorialNormalise(pixels));
        report("arg-max", () -> ArgMax.classMap(scores), () -> tutorialArgMax(copy(scores)));
        report("colours", () -> Overlay.colours(classes, palette),
                () -> tutorialColours(winners, palette));
        report("all", () -> {
            RgbImage small = Fit.fit(photo, resize);
            Normalise.normalise(small, normalize);
            return Overlay.colours(ArgMax.classMap(scores), palette);
        }, null);
    }

    private interface Step {
        Object run() throws InputException;
    }

    private static void report(String name, Step ours, Step theirs) throws InputException {
        System.out.printf(
                Locale.ROOT, "%s %.3f %.3f%n", name, median(ours),
                theirs == null ? Double.NaN : median(theirs));
    }

    private static double median(Step step) throws InputException {
        long[] times = new long[ROUNDS];
        int unused = 0;
        for (int i = -WARM; i < ROUNDS; i++) {
            long started = System.nanoTime();
            unused += System.identityHashCode(step.run());
            if (i >= 0) {
                times[i] = System.nanoTime() - started;
            }
        }
        if (unused == 1) {
            System.out.println();
        }
        Arrays.sort(times);
        return times[ROUNDS / 2] / 1e6;
    }

    private static void check(Tensor classes, int[] winners) {
        for (int i = 0; i < winners.length; i++) {
            if (classes.bytes().get(i) != winners[i]) {
                throw new AssertionError("pixel " + i);
            }
        }
    }

    private static int[] pixels(RgbImage image) {
        int[] pixels = new int[image.height * image.width];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (image.pixels[3 * i] & 0xff) << 16
                    | (image.pixels[3 * i + 1] & 0xff) << 8 | image.pixels[3 * i + 2] & 0xff;
        }
        return pixels;
    }

    /** As TensorImageUtils.bitmapToFloatBuffer of pytorch_android_torchvision. */
    private static FloatBuffer tutorialNormalise(int[] pixels) {
        FloatBuffer out =
                ByteBuffer.allocateDirect(pixels.length * 3 * 4).order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
        for (int i = 0; i < pixels.length; i++) {
            int c = pixels[i];
            float r = (c >> 16 & 0xff) / 255.0f;
            float g = (c >> 8 & 0xff) / 255.0f;
            float b = (c & 0xff) / 255.0f;
            out.put(i, (r - (float) MEAN[0]) / (float) STD[0]);
            out.put(pixels.length + i, (g - (float) MEAN[1]) / (float) STD[1]);
            out.put(2 * pixels.length + i, (b - (float) MEAN[2]) / (float) STD[2]);
        }
        return out;
    }

    /** Tensor.getDataAsFloatArray. */
    private static float[] copy(Tensor scores) {
        float[] copy = new float[CLASSES * SIDE * SIDE];
        scores.floats().get(copy);
        return copy;
    }

    /** As the ImageSegmentation demo's MainActivity: a triple loop, a pixel's classes innermost. */
    private static int[] tutorialArgMax(float[] scores) {
        int[] winners = new int[SIDE * SIDE];
        for (int j = 0; j < SIDE; j++) {
            for (int k = 0; k < SIDE; k++) {
                int winner = 0;
                double most = -Double.MAX_VALUE;
                for (int i = 0; i < CLASSES; i++) {
                    float score = scores[i * (SIDE * SIDE) + j * SIDE + k];
                    if (score > most) {
                        most = score;
                        winner = i;
                    }
                }
                winners[j * SIDE + k] = winner;
            }
        }
        return winners;
    }

    private static int[] tutorialColours(int[] winners, int[] palette) {
        int[] colours = new int[winners.length];
        for (int j = 0; j < SIDE; j++) {
            for (int k = 0; k < SIDE; k++) {
                colours[j * SIDE + k] = 0xff000000 | palette[winners[j * SIDE + k]];
            }
        }
        return colours;
    }
}
