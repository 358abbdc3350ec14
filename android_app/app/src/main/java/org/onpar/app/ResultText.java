package org.onpar.app;

import android.content.Context;
import android.text.SpannableStringBuilder;
import android.text.Spanned;
import android.text.style.BackgroundColorSpan;
import java.util.ArrayList;
import java.util.List;

/** What the screen says about a {@link Result}: of a class map its classes, or the labels. */
final class ResultText {
    private static final int OPAQUE = 0xff000000;

    private final Context context;

    ResultText(Context context) {
        this.context = context;
    }

    /** How long it took, or that nothing can be shown. */
    String status(Result result) {
        if (result.picture == null && result.ranking.isEmpty()) {
            return context.getString(R.string.no_picture, result.outputs);
        }
        return context.getResources().getQuantityString(
                R.plurals.took, result.runs, result.modelMs, result.wholeMs,
                result.capture.metadata.get("runtime") + " "
                        + result.capture.metadata.get("runtime_version"),
                result.runs);
    }

    /** For TalkBack, in place of the picture. @param result null where there is none */
    String described(Photo photo, Result result) {
        if (result != null && result.drawn != null) {
            return context.getString(
                    R.string.segmented_described, photo.name,
                    String.join(", ", classes(result)));
        }
        if (result != null && !result.ranking.isEmpty()) {
            return context.getString(
                    R.string.classified_described, photo.name,
                    String.join(", ", labels(result)));
        }
        boolean made = result != null && result.picture != null;
        return context.getString(
                made ? R.string.picture_described : R.string.photo_described, photo.name);
    }

    /** The classes found and their colours, or the labels that came first, one a line, if any. */
    CharSequence legend(Result result) {
        if (result.drawn == null) {
            return String.join("\n", labels(result));
        }
        SpannableStringBuilder text = new SpannableStringBuilder();
        int[] palette = result.drawn.palette();
        for (int one : order(result)) {
            int start = text.length();
            text.append("\u00a0\u00a0\u00a0\u00a0");
            text.setSpan(
                    new BackgroundColorSpan(OPAQUE | palette[one]), start, text.length(),
                    Spanned.SPAN_EXCLUSIVE_EXCLUSIVE);
            // One item stays on one line.
            text.append('\u00a0').append(item(result, one).replace(' ', '\u00a0'))
                    .append("   ");
        }
        return text;
    }

    /** Label and score of the classes that came first, best first. */
    private List<String> labels(Result result) {
        List<String> labels = new ArrayList<>();
        for (Ranked one : result.ranking) {
            labels.add(context.getString(R.string.legend_item, one.label, 100.0 * one.score));
        }
        return labels;
    }

    /** Name and share of each class found, most first. */
    private List<String> classes(Result result) {
        List<String> found = new ArrayList<>();
        for (int one : order(result)) {
            found.add(item(result, one));
        }
        return found;
    }

    private String item(Result result, int one) {
        long all = 0;
        for (int count : result.counts) {
            all += count;
        }
        return context.getString(
                R.string.legend_item, result.drawn.classes.get(one),
                100.0 * result.counts[one] / all);
    }

    private static List<Integer> order(Result result) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < result.drawn.classes.size(); i++) {
            if (result.counts[i] > 0) {
                found.add(i);
            }
        }
        found.sort((a, b) -> Integer.compare(result.counts[b], result.counts[a]));
        return found;
    }
}
