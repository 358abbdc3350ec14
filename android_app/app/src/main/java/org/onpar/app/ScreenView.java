package org.onpar.app;

import android.app.Activity;
import android.graphics.Insets;
import android.os.Build;
import android.view.View;
import android.view.WindowInsets;
import android.widget.ImageView;
import android.widget.TextView;

/** The views: draws a {@link Screen}, and knows nothing else. */
final class ScreenView {
    private final Activity activity;
    private final ResultText text;
    private final ImageView picture;
    private final TextView status;
    private final TextView legend;
    private final int statusColour;

    ScreenView(Activity activity) {
        this.activity = activity;
        text = new ResultText(activity);
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
        show(legend, screen.result == null ? "" : text.legend(screen.result));
        if (screen.photo == null) {
            picture.setImageDrawable(null);
            picture.setContentDescription(activity.getString(R.string.no_photo_described));
        } else {
            boolean drawn = screen.result != null && screen.result.picture != null;
            picture.setImageBitmap(drawn ? screen.result.picture : screen.photo.preview);
            picture.setContentDescription(text.described(screen.photo, screen.result));
        }
    }

    private void enable(int id, boolean enabled) {
        activity.findViewById(id).setEnabled(enabled);
    }

    /** Only where it changes: TalkBack reads every change out. */
    private static void show(TextView view, CharSequence content) {
        if (!view.getText().toString().contentEquals(content)) {
            view.setText(content);
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
            return text.status(screen.result);
        }
        if (hindrance != null) {
            return hindrance;
        }
        return screen.photo == null ? "" : activity.getString(R.string.ready);
    }
}
