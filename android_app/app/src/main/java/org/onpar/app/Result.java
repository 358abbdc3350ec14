package org.onpar.app;

import android.graphics.Bitmap;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.onpar.core.Capture;
import org.onpar.core.Dtype;
import org.onpar.core.Overlay;
import org.onpar.core.RgbImage;
import org.onpar.core.Sidecar;
import org.onpar.core.Tensor;
import org.onpar.core.steps.ClassMapStep;
import org.onpar.core.steps.ResizeImageStep;
import org.onpar.core.steps.Step;
import org.onpar.core.steps.ToImageStep;
import org.onpar.core.steps.TopKStep;

/** What a model made of a photo, and how it looks. */
final class Result {
    /** Share of the class's colour; the photo shines through. */
    private static final double SHARE = 0.6;

    final Capture capture;

    /** The photo with the class map's colours, or the picture that the model made; or null. */
    final Bitmap picture;

    /** Pixels of each class; null where the model gives no class map. */
    final int[] counts;

    /** Names and colours of the classes; null where the model gives no class map. */
    final ClassMapStep drawn;

    /** The classes that came first, the best one first; empty where the model ranks none. */
    final List<Ranked> ranking;

    /** How many tensors the model's file gives. */
    final int outputs;

    /** Median time of the model's runs, in milliseconds. */
    final double modelMs;

    /** Measured runs. */
    final int runs;

    /** Time of everything, in milliseconds: loading, where the model was not, and all runs. */
    final double wholeMs;

    Result(Capture capture, Sidecar sidecar, Photo photo, double wholeMs) {
        this.capture = capture;
        this.wholeMs = wholeMs;
        double[] times = numbers(capture.metadata.get("infer_ms"));
        runs = times.length;
        modelMs = (times[(runs - 1) / 2] + times[runs / 2]) / 2;
        outputs = sidecar.outputs.size();
        List<Step> steps = sidecar.chain.steps;
        Step last = steps.get(steps.size() - 1);
        Tensor made = capture.tensors.get(last.makes.get(0).name);
        RgbImage below = below(steps, photo);
        // A file that performs the last step itself may give integers of another size.
        boolean levels = made.dtype == Dtype.UINT8;
        boolean shown = last instanceof ClassMapStep && levels && below != null;
        drawn = shown ? (ClassMapStep) last : null;
        counts = shown ? Overlay.counts(made) : null;
        boolean painted = last instanceof ToImageStep && levels;
        picture = shown ? over(below, made)
                : painted ? PhotoBitmap.of(Photo.small(RgbImage.of(made)))
                : null;
        ranking = last instanceof TopKStep
                ? Ranked.of((TopKStep) last, capture) : Collections.emptyList();
    }

    /**
     * What the class map is shown over. Where the model saw the photo squeezed, a person sees it as
     * it was taken; null where the model's file itself made what the model saw.
     */
    private RgbImage below(List<Step> steps, Photo photo) {
        boolean squeezed = true;
        Tensor seen = null;
        for (Step step : steps) {
            if (step instanceof ResizeImageStep) {
                squeezed &= ((ResizeImageStep) step).fit == ResizeImageStep.FitMode.STRETCH;
                seen = capture.tensors.get(step.makes.get(0).name);
            }
        }
        return squeezed ? photo.small : seen == null ? null : RgbImage.of(seen);
    }

    private Bitmap over(RgbImage below, Tensor classes) {
        int[] colours = Overlay.colours(classes, drawn.palette());
        int[] scaled = scaled(colours, classes.shape(), below.height, below.width);
        return Bitmap.createBitmap(
                Overlay.over(below, scaled, SHARE), below.width, below.height,
                Bitmap.Config.ARGB_8888);
    }

    /** A class map is of another size than what is shown: of each pixel its own class's colour. */
    private static int[] scaled(int[] colours, int[] shape, int height, int width) {
        int[] scaled = new int[height * width];
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                scaled[at++] =
                        colours[y * shape[0] / height * shape[1] + x * shape[1] / width];
            }
        }
        return scaled;
    }

    /** Of a JSON list, sorted. */
    private static double[] numbers(String list) {
        JsonArray times = JsonParser.parseString(list).getAsJsonArray();
        double[] sorted = new double[times.size()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = times.get(i).getAsDouble();
        }
        Arrays.sort(sorted);
        return sorted;
    }
}
