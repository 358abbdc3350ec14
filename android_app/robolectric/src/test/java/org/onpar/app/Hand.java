package org.onpar.app;

import android.content.Intent;
import android.graphics.Bitmap;
import android.graphics.Canvas;
import android.graphics.drawable.BitmapDrawable;
import android.graphics.drawable.Drawable;
import android.os.Bundle;
import android.os.Looper;
import android.util.DisplayMetrics;
import android.view.View;
import android.widget.AdapterView;
import android.widget.ImageView;
import android.widget.Spinner;
import android.widget.TextView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.robolectric.Robolectric;
import org.robolectric.Shadows;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.shadows.ShadowAlertDialog;

/** A phone in somebody's hand: what they touch, and what they see. */
final class Hand {
    /** Where pictures of the screens go; below the folder that Java is started in. */
    private static final Path SCREENS = Path.of("screens");

    private static final int SECONDS = 60;

    ActivityController<MainActivity> controller;

    /** The app, started as the launcher does; the first photo is open. */
    static Hand started() throws Exception {
        return started(null);
    }

    /** The app, started again by the system with what it had saved. */
    static Hand started(Bundle saved) throws Exception {
        Hand hand = new Hand();
        hand.controller = Robolectric.buildActivity(MainActivity.class);
        hand.controller.create(saved).start();
        if (saved != null) {
            hand.controller.restoreInstanceState(saved);
        }
        hand.controller.postCreate(saved).resume().visible();
        hand.settle();
        return hand;
    }

    /** The app, started by an intent. */
    static Hand sent(Intent intent) throws Exception {
        Hand hand = new Hand();
        hand.controller = Robolectric.buildActivity(MainActivity.class, intent).setup();
        hand.settle();
        return hand;
    }

    /** Until nothing is being done any more. */
    void settle() throws Exception {
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        do {
            Shadows.shadowOf(Looper.getMainLooper()).idle();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("still busy: " + status());
            }
            Thread.sleep(5);
        } while (view(R.id.progress).getVisibility() == View.VISIBLE);
        Shadows.shadowOf(Looper.getMainLooper()).idle();
    }

    void touch(int id) throws Exception {
        if (!view(id).isEnabled()) {
            throw new IllegalStateException("it cannot be touched now; status: " + status());
        }
        view(id).performClick();
        settle();
    }

    void choose(int id, String name) throws Exception {
        Spinner spinner = (Spinner) view(id);
        spinner.setSelection(choices(id).indexOf(name));
        settle();
    }

    /** A bundled photo, by the dialog that Photo opens. */
    void choosePhoto(String name) throws Exception {
        touch(R.id.photo);
        touchItem(PhotoSource.bundled(controller.get()).indexOf(name));
    }

    /** The app's threads that work, or wait for work; those of other tests may be among them. */
    static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("onpar-worker"))
                .collect(Collectors.toSet());
    }

    /** Of the dialog that is open. */
    void touchItem(int at) throws Exception {
        Shadows.shadowOf(ShadowAlertDialog.getLatestAlertDialog()).clickOnItem(at);
        settle();
    }

    void touchDialog(int button) throws Exception {
        ShadowAlertDialog.getLatestAlertDialog().getButton(button).performClick();
        settle();
    }

    List<String> choices(int id) {
        AdapterView<?> spinner = (AdapterView<?>) view(id);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < spinner.getCount(); i++) {
            names.add((String) spinner.getItemAtPosition(i));
        }
        return names;
    }

    String status() {
        return ((TextView) view(R.id.status)).getText().toString();
    }

    String legend() {
        return ((TextView) view(R.id.legend)).getText().toString().replace('\u00a0', ' ').trim();
    }

    String described() {
        return String.valueOf(view(R.id.picture).getContentDescription());
    }

    /** The picture's own pixels, not those of the screen. */
    Bitmap picture() {
        Drawable drawable =
                ((ImageView) view(R.id.picture)).getDrawable();
        return drawable == null
                ? null : ((BitmapDrawable) drawable).getBitmap();
    }

    <T extends View> T view(int id) {
        return controller.get().findViewById(id);
    }

    /** Save what the screen shows. */
    void photograph(String name) throws IOException {
        View whole = controller.get().getWindow().getDecorView();
        DisplayMetrics screen = whole.getResources().getDisplayMetrics();
        // After a rotation Robolectric leaves this to the test.
        whole.measure(
                View.MeasureSpec.makeMeasureSpec(screen.widthPixels, View.MeasureSpec.EXACTLY),
                View.MeasureSpec.makeMeasureSpec(screen.heightPixels, View.MeasureSpec.EXACTLY));
        whole.layout(0, 0, screen.widthPixels, screen.heightPixels);
        Bitmap bitmap =
                Bitmap.createBitmap(whole.getWidth(), whole.getHeight(), Bitmap.Config.ARGB_8888);
        whole.draw(new Canvas(bitmap));
        Files.createDirectories(SCREENS);
        try (OutputStream out = Files.newOutputStream(SCREENS.resolve(name + ".png"))) {
            bitmap.compress(Bitmap.CompressFormat.PNG, 100, out);
        }
    }
}
