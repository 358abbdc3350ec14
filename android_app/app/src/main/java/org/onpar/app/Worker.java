package org.onpar.app;

import android.content.Context;
import android.content.Intent;
import android.net.Uri;
import android.os.Handler;
import android.os.Looper;
import android.util.Log;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.onpar.core.Capture;
import org.onpar.core.InputException;
import org.onpar.core.Place;
import org.onpar.core.Runner;
import org.onpar.core.Session;
import org.onpar.core.Sidecar;

/**
 * Does what takes time off the main thread, one thing after another. It outlives the Activity's
 * rotation, and keeps the model that it loaded last.
 */
final class Worker {
    /** Something that takes time, and the screen that it leads to. */
    interface Work {
        Screen done() throws InputException, IOException;
    }

    private static final String LOG = "onpar";

    private final Context context;
    private final Handler main = new Handler(Looper.getMainLooper());
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(work -> new Thread(work, "onpar-worker"));

    // The main thread's alone.
    private Screen screen = Screen.EMPTY;
    private Runnable watcher;

    // The worker thread's alone.
    private Session session;
    private String loaded = "";

    Worker(Context context) {
        this.context = context.getApplicationContext();
    }

    Screen screen() {
        return screen;
    }

    /** Called on the main thread when the screen has changed; null: nothing is called. */
    void watch(Runnable other) {
        watcher = other;
    }

    void show(Screen other) {
        screen = other;
        if (watcher != null) {
            watcher.run();
        }
    }

    /** Say on the screen what is being done; from any thread. */
    void say(String what) {
        main.post(() -> show(screen.working(what)));
    }

    /**
     * Show this screen, do the work on the worker's thread, then show what it led to.
     *
     * @param then what comes next on the main thread, where the work led to no error; or null
     */
    void start(Screen working, Work work, Runnable then) {
        show(working);
        thread.execute(
                () -> {
                    Screen after = finished(working, work);
                    main.post(
                            () -> {
                                show(after);
                                if (then != null && after.error == null) {
                                    then.run();
                                }
                            });
                });
    }

    private Screen finished(Screen working, Work work) {
        try {
            return work.done();
        } catch (InputException error) {
            Log.w(LOG, error);
            return working.failed(error.getMessage());
        } catch (OutOfMemoryError error) {
            forget();
            long limit = Runtime.getRuntime().maxMemory() / 1_000_000;
            return working.failed(context.getString(R.string.out_of_memory, limit));
        } catch (IOException | RuntimeException | LinkageError error) {
            Log.e(LOG, "unexpected", error);
            forget();
            return working.failed(context.getString(R.string.unexpected, error.toString()));
        }
    }

    /** Run a model of the assets on the photo that is shown. */
    void segment(String model, Runner.Loader runtime) {
        Photo photo = screen.photo;
        start(
                screen.working(context.getString(R.string.loading)),
                () -> {
                    long started = System.nanoTime();
                    Sidecar sidecar = Models.sidecar(context, model);
                    Session ready = session(model, sidecar, runtime);
                    say(context.getString(R.string.running));
                    Capture capture =
                            ready.capture(photo.name, photo.pixels, photo.sha256, Place.now());
                    double wholeMs = (System.nanoTime() - started) / 1e6;
                    return Screen.EMPTY.opened(photo)
                            .finished(new Result(capture, sidecar, photo, wholeMs));
                },
                null);
    }

    private Session session(String model, Sidecar sidecar, Runner.Loader runtime)
            throws InputException, IOException {
        String key = runtime.name() + " " + model;
        if (!key.equals(loaded)) {
            forget();
            session =
                    new Session(
                            Models.content(context, model), sidecar, runtime, Phone.place(), 0, 0);
            loaded = key;
        }
        return session;
    }

    private void forget() {
        loaded = "";
        if (session != null) {
            session.close();
            session = null;
        }
    }

    /** Write the result that is shown, and ask the person with what app to share it. */
    void share() {
        Screen shown = screen;
        start(
                shown.using(context.getString(R.string.writing)),
                () -> {
                    Intent send = new Intent(Intent.ACTION_SEND);
                    send.setType(CaptureProvider.TYPE);
                    if (context.getPackageManager().queryIntentActivities(send, 0).isEmpty()) {
                        return shown.warned(context.getString(R.string.no_sharing));
                    }
                    try {
                        Uri uri = CaptureProvider.offer(context, shown.result.capture);
                        send.putExtra(Intent.EXTRA_STREAM, uri);
                    } catch (IOException error) {
                        return shown.warned(
                                context.getString(R.string.not_writable, error.toString()));
                    }
                    send.addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION);
                    Intent chooser = Intent.createChooser(send, null);
                    chooser.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK);
                    context.startActivity(chooser);
                    return shown;
                },
                null);
    }

    /** What was started is finished; nothing is shown any more. */
    void close() {
        watcher = null;
        thread.execute(this::forget);
        thread.shutdown();
    }
}
