package org.onpar.app;

import android.app.Activity;
import android.graphics.Insets;
import android.os.Build;
import android.text.SpannableStringBuilder;
import android.text.Spanned;
import android.text.style.BackgroundColorSpan;
import android.view.View;
import android.view.WindowInsets;
import android.widget.ImageView;
import android.widget.TextView;
import java.util.ArrayList;
import java.util.List;

/** The views: draws a {@link Screen}, and knows nothing else. */
final class ScreenView {
    private static final int OPAQUE = 0xff000000;

    private final Activity activity;
    private final ImageView picture;
    private final TextView status;
    private final TextView legend;
    private final int statusColour;

    ScreenView(Activity activity) {
        this.activity = activity;
        activity.setContentView(R.layout.main);
        picture = activity.findViewById(R.id.picture);
        status = activity.findViewById(R.id.status);
        legend = activity.findViewById(R.id.legend);
        statusColour = status.getCurrentTextColor();
        drawEdgeToEdge(activity.findViewById(R.id.root));
    }

    void onClick(int id, Runnable action) {
        activity.findViewById(id).setOnClickListener(clicked -> action.run());
    }

    /** Below the system's bars, as Android 15 has it for all; nothing to touch or read is there. */
    @SuppressWarnings("deprecation")
    private void drawEdgeToEdge(View root) {
        boolean typed = Build.VERSION.SDK_INT >= Build.VERSION_CODES.R;
        if (typed) {
            activity.getWindow().setDecorFitsSystemWindows(false);
        } else {
            root.setSystemUiVisibility(
                    View.SYSTEM_UI_FLAG_LAYOUT_STABLE | View.SYSTEM_UI_FLAG_LAYOUT_FULLSCREEN
                            | View.SYSTEM_UI_FLAG_LAYOUT_HIDE_NAVIGATION);
        }
        root.setOnApplyWindowInsetsListener(
                (view, insets) -> {
                    if (typed) {
                        Insets bars = insets.getInsets(
                                WindowInsets.Type.systemBars()
                                        | WindowInsets.Type.displayCutout());
                        view.setPadding(bars.left, bars.top, bars.right, bars.bottom);
                    } else {
                        view.setPadding(
                                insets.getSystemWindowInsetLeft(),
                                insets.getSystemWindowInsetTop(),
                                insets.getSystemWindowInsetRight(),
                                insets.getSystemWindowInsetBottom());
                    }
                    return insets;
                });
    }

    /** @param hindrance why no model can run at all; null where one can */
    void render(Screen screen, String hindrance) {
        boolean idle = screen.busy == null;
        enable(R.id.segment, idle && hindrance == null && screen.photo != null);
        enable(R.id.restart, idle && screen.result != null);
        enable(R.id.share, idle && screen.result != null);
        enable(R.id.photo, idle);
        enable(R.id.model, idle);
        enable(R.id.runtime, idle);
        activity.findViewById(R.id.progress)
                .setVisibility(idle ? View.INVISIBLE : View.VISIBLE);
        show(status, words(screen, hindrance));
        status.setTextColor(
                screen.error == null ? statusColour : activity.getColor(R.color.error));
        show(legend, legend(screen));
        if (screen.photo == null) {
            picture.setImageDrawable(null);
            picture.setContentDescription(activity.getString(R.string.no_photo_described));
        } else if (screen.result == null || screen.result.picture == null) {
            picture.setImageBitmap(screen.photo.preview);
            picture.setContentDescription(
                    activity.getString(R.string.photo_described, screen.photo.name));
        } else {
            picture.setImageBitmap(screen.result.picture);
            picture.setContentDescription(
                    activity.getString(
                            R.string.segmented_described, screen.photo.name,
                            String.join(", ", classes(screen.result))));
        }
    }

    private void enable(int id, boolean enabled) {
        activity.findViewById(id).setEnabled(enabled);
    }

    /** Only where it changes: TalkBack reads every change out. */
    private static void show(TextView view, CharSequence text) {
        if (!view.getText().toString().contentEquals(text)) {
            view.setText(text);
        }
    }

    private CharSequence words(Screen screen, String hindrance) {
        if (screen.error != null) {
            return screen.error;
        }
        if (screen.busy != null) {
            return screen.busy;
        }
        if (screen.note != null) {
            return screen.note;
        }
        if (screen.result != null) {
            return result(screen.result);
        }
        if (hindrance != null) {
            return hindrance;
        }
        return screen.photo == null ? "" : activity.getString(R.string.ready);
    }

    private String result(Segmentation result) {
        if (result.picture == null) {
            return activity.getString(R.string.no_picture, result.outputs);
        }
        return activity.getResources().getQuantityString(
                R.plurals.took, result.runs, result.modelMs, result.wholeMs,
                result.capture.metadata.get("runtime") + " "
                        + result.capture.metadata.get("runtime_version"),
                result.runs);
    }

    /** Name and share of each class found, most first. */
    private List<String> classes(Segmentation result) {
        List<String> found = new ArrayList<>();
        for (int one : order(result)) {
            found.add(item(result, one));
        }
        return found;
    }

    private CharSequence legend(Screen screen) {
        SpannableStringBuilder text = new SpannableStringBuilder();
        if (screen.result == null || screen.result.picture == null) {
            return text;
        }
        int[] palette = screen.result.argmax.palette();
        for (int one : order(screen.result)) {
            int start = text.length();
            text.append("\u00a0\u00a0\u00a0\u00a0");
            text.setSpan(
                    new BackgroundColorSpan(OPAQUE | palette[one]), start, text.length(),
                    Spanned.SPAN_EXCLUSIVE_EXCLUSIVE);
            // One item stays on one line.
            text.append('\u00a0').append(item(screen.result, one).replace(' ', '\u00a0'))
                    .append("   ");
        }
        return text;
    }

    private String item(Segmentation result, int one) {
        long all = 0;
        for (int count : result.counts) {
            all += count;
        }
        return activity.getString(
                R.string.legend_item, result.argmax.classes.get(one),
                100.0 * result.counts[one] / all);
    }

    private static List<Integer> order(Segmentation result) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < result.argmax.classes.size(); i++) {
            if (result.counts[i] > 0) {
                found.add(i);
            }
        }
        found.sort((a, b) -> Integer.compare(result.counts[b], result.counts[a]));
        return found;
    }
}
