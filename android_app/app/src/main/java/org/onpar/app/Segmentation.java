package org.onpar.app;

import android.graphics.Bitmap;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.util.Arrays;
import org.onpar.core.Capture;
import org.onpar.core.ClassMapSpec;
import org.onpar.core.ImagePrep;
import org.onpar.core.Overlay;
import org.onpar.core.RgbImage;
import org.onpar.core.Sidecar;
import org.onpar.core.Tensor;

/** What a model made of a photo, and how it looks. */
final class Segmentation {
    /** Share of the class's colour; the photo shines through. */
    private static final double SHARE = 0.6;

    final Capture capture;

    /** The photo with the class map's colours; null where the model gives no class map. */
    final Bitmap picture;

    /** Pixels of each class; null where the model gives no class map. */
    final int[] counts;

    /** Null where the model gives no class map. */
    final ClassMapSpec spec;

    /** Median time of the model's runs, in milliseconds. */
    final double modelMs;

    /** Measured runs. */
    final int runs;

    /** Time of everything, in milliseconds: loading, where the model was not, and all runs. */
    final double wholeMs;

    Segmentation(Capture capture, Sidecar sidecar, Photo photo, double wholeMs) {
        this.capture = capture;
        this.wholeMs = wholeMs;
        double[] times = numbers(capture.metadata.get("infer_ms"));
        runs = times.length;
        modelMs = (times[(runs - 1) / 2] + times[runs / 2]) / 2;
        Tensor classes = capture.tensors.get("classmap");
        boolean shown = sidecar.classmap != null && classes != null;
        spec = shown ? sidecar.classmap : null;
        counts = shown ? Overlay.counts(classes) : null;
        picture = shown ? picture(classes, sidecar, photo) : null;
    }

    /** Where the model saw the photo squeezed, a person sees it as it was taken. */
    private Bitmap picture(Tensor classes, Sidecar sidecar, Photo photo) {
        boolean squeezed = sidecar.prep.fit == ImagePrep.FitMode.STRETCH;
        RgbImage below = squeezed ? photo.small : image(capture.tensors.get("resized"));
        int[] colours = Overlay.colours(classes, sidecar.classmap);
        int[] scaled = scaled(colours, classes.shape(), below.height, below.width);
        return Bitmap.createBitmap(
                Overlay.over(below, scaled, SHARE), below.width, below.height,
                Bitmap.Config.ARGB_8888);
    }

    private static RgbImage image(Tensor tensor) {
        byte[] pixels = new byte[tensor.bytes().remaining()];
        tensor.bytes().get(pixels);
        return new RgbImage(tensor.shape()[0], tensor.shape()[1], pixels);
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
