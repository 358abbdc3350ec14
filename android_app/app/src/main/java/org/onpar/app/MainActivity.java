package org.onpar.app;

import android.app.Activity;
import android.app.AlertDialog;
import android.content.ActivityNotFoundException;
import android.content.Intent;
import android.os.Build;
import android.os.Bundle;
import android.provider.MediaStore;
import android.view.View;
import android.widget.AdapterView;
import android.widget.ArrayAdapter;
import android.widget.Spinner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.onpar.core.InputException;
import org.onpar.core.Runner;
import org.onpar.core.Sidecar;

/** The one screen: a photo, the model's result for it, and the choice of both. */
public final class MainActivity extends Activity {
    private static final int PICK = 1;

    /** What {@link #photo} is for a photo of another app. */
    private static final String PICKED = "";

    private Worker worker;
    private ScreenView view;
    private List<String> models = Collections.emptyList();
    private List<Runner.Loader> runtimes = Collections.emptyList();

    /** A bundled photo's file name, {@link #PICKED}, or null before one was chosen. */
    private String photo;

    private String model;
    private String runtime;

    /** Why the chosen model cannot run; null if it can, or if only running it shows. */
    private String hindrance;

    /** Whether the person wants to see the result rather than the photo. */
    private boolean segmented;

    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        worker = (Worker) getLastNonConfigurationInstance();
        boolean fresh = worker == null;
        if (fresh) {
            worker = new Worker(this);
        }
        view = new ScreenView(this);
        view.onClick(R.id.segment, this::segment);
        view.onClick(R.id.restart, this::restart);
        view.onClick(R.id.photo, this::choosePhoto);
        view.onClick(R.id.share, this::share);
        restore(state == null ? new Bundle() : state);
        worker.watch(this::render);
        if (fresh && state == null && CaptureFolder.ACTION.equals(getIntent().getAction())) {
            capture(getIntent());
        } else if (fresh) {
            open(segmented);
        } else {
            render();
        }
    }

    private void restore(Bundle state) {
        try {
            models = Models.names(this);
            List<String> photos = PhotoSource.bundled(this);
            photo = state.getString("photo", photos.isEmpty() ? null : photos.get(0));
        } catch (IOException error) {
            throw new IllegalStateException("the app's own assets", error);
        }
        segmented = state.getBoolean("segmented");
        model = state.getString("model");
        if (!models.contains(model)) {
            model = models.isEmpty() ? null : models.get(0);
        }
        choices(R.id.model, models, models.indexOf(model), this::chooseModel);
        offerRuntimes(state.getString("runtime"));
    }

    @Override
    protected void onSaveInstanceState(Bundle state) {
        super.onSaveInstanceState(state);
        state.putString("photo", photo);
        state.putString("model", model);
        state.putString("runtime", runtime);
        state.putBoolean("segmented", segmented);
    }

    @Override
    public Object onRetainNonConfigurationInstance() {
        return worker;
    }

    @Override
    protected void onNewIntent(Intent intent) {
        super.onNewIntent(intent);
        if (CaptureFolder.ACTION.equals(intent.getAction())) {
            capture(intent);
        }
    }

    @Override
    protected void onDestroy() {
        super.onDestroy();
        worker.watch(null);
        if (!isChangingConfigurations()) {
            worker.close();
        }
    }

    private void render() {
        view.render(worker.screen(), hindrance);
    }

    /** Those that load the chosen model; what is wrong with its bytes, Segment says. */
    private void offerRuntimes(String preferred) {
        runtimes = Collections.emptyList();
        hindrance = model == null ? getString(R.string.no_model) : null;
        try {
            if (model != null) {
                Sidecar sidecar = Models.sidecar(this, model);
                runtimes = Runtimes.taking(sidecar.format);
                hindrance = runtimes.isEmpty() ? Runtimes.missing(this, sidecar) : null;
            }
        } catch (InputException | IOException error) {
            hindrance = error.getMessage();
        }
        List<String> names =
                runtimes.stream().map(Runner.Loader::name).collect(Collectors.toList());
        int at = Math.max(0, names.indexOf(preferred));
        runtime = names.isEmpty() ? null : names.get(at);
        choices(R.id.runtime, names, at, this::chooseRuntime);
    }

    private void chooseModel(String name) {
        if (!name.equals(model)) {
            model = name;
            offerRuntimes(runtime);
            restart();
        }
    }

    private void chooseRuntime(String name) {
        if (!name.equals(runtime)) {
            runtime = name;
            restart();
        }
    }

    private void segment() {
        segmented = true;
        for (Runner.Loader loader : runtimes) {
            if (loader.name().equals(runtime)) {
                worker.segment(model, loader);
            }
        }
    }

    private void restart() {
        segmented = false;
        worker.show(worker.screen().restarted());
    }

    /** Open the chosen photo. @param then whether to run the model on it */
    private void open(boolean then) {
        if (photo == null) {
            render();
            return;
        }
        String name = photo;
        worker.start(
                worker.screen().working(getString(R.string.opening)),
                () -> Screen.EMPTY.opened(
                        name.equals(PICKED)
                                ? PhotoSource.pickedLast(getApplicationContext())
                                : PhotoSource.open(getApplicationContext(), name)),
                then ? this::segment : null);
    }

    private void choosePhoto() {
        List<String> names = new ArrayList<>();
        try {
            names.addAll(PhotoSource.bundled(this));
        } catch (IOException error) {
            throw new IllegalStateException("the app's own assets", error);
        }
        List<String> shown = new ArrayList<>(names);
        shown.add(getString(R.string.from_phone));
        new AlertDialog.Builder(this)
                .setTitle(R.string.choose_photo)
                .setItems(
                        shown.toArray(new String[0]),
                        (dialog, at) -> {
                            if (at == names.size()) {
                                pick();
                            } else {
                                photo = names.get(at);
                                segmented = false;
                                open(false);
                            }
                        })
                .setNegativeButton(R.string.cancel, null)
                .show();
    }

    private void pick() {
        Intent intent = new Intent(Intent.ACTION_GET_CONTENT);
        intent.addCategory(Intent.CATEGORY_OPENABLE);
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            intent = new Intent(MediaStore.ACTION_PICK_IMAGES);
        }
        intent.setType("image/*");
        try {
            startActivityForResult(intent, PICK);
        } catch (ActivityNotFoundException error) {
            worker.show(worker.screen().warned(getString(R.string.no_picker)));
        }
    }

    @Override
    protected void onActivityResult(int request, int result, Intent data) {
        super.onActivityResult(request, result, data);
        if (request != PICK || result != RESULT_OK || data == null || data.getData() == null) {
            return;
        }
        photo = PICKED;
        segmented = false;
        worker.start(
                worker.screen().working(getString(R.string.opening)),
                () -> Screen.EMPTY.opened(
                        PhotoSource.pick(getApplicationContext(), data.getData())),
                null);
    }

    private void share() {
        new AlertDialog.Builder(this)
                .setTitle(R.string.share_title)
                .setMessage(R.string.share_text)
                .setPositiveButton(R.string.share_anyway, (dialog, which) -> worker.share())
                .setNegativeButton(R.string.cancel, null)
                .show();
    }

    private void capture(Intent intent) {
        segmented = false;
        worker.start(
                Screen.EMPTY.working(getString(R.string.loading)),
                () -> new CaptureFolder(getApplicationContext(), intent).capture(worker),
                null);
    }

    private interface Choice {
        void made(String name);
    }

    private void choices(int id, List<String> names, int selected, Choice choice) {
        Spinner spinner = findViewById(id);
        ArrayAdapter<String> adapter =
                new ArrayAdapter<>(this, android.R.layout.simple_spinner_item, names);
        adapter.setDropDownViewResource(android.R.layout.simple_spinner_dropdown_item);
        spinner.setAdapter(adapter);
        spinner.setSelection(Math.max(0, selected));
        spinner.setOnItemSelectedListener(
                new AdapterView.OnItemSelectedListener() {
                    @Override
                    public void onItemSelected(
                            AdapterView<?> parent, View item, int at, long row) {
                        // The event may be of a list that is replaced by now.
                        if (spinner.getAdapter() == adapter) {
                            choice.made(names.get(at));
                        }
                    }

                    @Override
                    public void onNothingSelected(AdapterView<?> parent) {}
                });
    }
}
