package org.onpar.app;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.content.Intent;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/** Capturing by an intent, without anybody touching the screen. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class CaptureFolderTest {
    /** As a cable would have left it. */
    private Path folder;

    private String model;

    @Before
    public void copyOverTheCable() throws IOException {
        Path files = RuntimeEnvironment.getApplication().getFilesDir().toPath();
        folder = files.resolve("capture/run");
        Files.createDirectories(folder);
        Path given = Path.of("folder").toAbsolutePath();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(given)) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                model = name.endsWith(".onnx") ? name : model;
                Files.copy(file, folder.resolve(name));
            }
        }
    }

    private static Intent intent(String name) {
        return new Intent("org.onpar.app.CAPTURE").putExtra("folder", name);
    }

    private JsonObject done() throws IOException {
        String text = Files.readString(folder.resolve("done.json"));
        return JsonParser.parseString(text).getAsJsonObject();
    }

    /** What the screen says, and `done.json` too. */
    private String refusal() throws Exception {
        Hand hand = Hand.sent(intent("run"));
        String error = done().get("error").getAsString();
        assertEquals(error, hand.status());
        return error;
    }

    @Test
    public void everyCaseIsCapturedAndTheScreenSaysHowMany() throws Exception {
        Hand hand = Hand.sent(intent("run"));
        assertEquals("Captured 4 cases.", hand.status());
        assertEquals(4, done().getAsJsonArray("captured").size());
        assertEquals("", done().get("error").getAsString());
        assertTrue(Files.size(folder.resolve("coffee.safetensors")) > 100_000);
        hand.photograph("captured");
    }

    @Test
    public void anAppThatRunsAlreadyTakesTheIntentToo() throws Exception {
        Hand hand = Hand.started();
        hand.touch(R.id.segment);
        hand.controller.newIntent(intent("run").putExtra("cases", "coffee"));
        hand.settle();
        assertEquals("Captured 1 case.", hand.status());
        assertEquals("", hand.legend());
        assertFalse(Files.exists(folder.resolve("rocket.safetensors")));
    }

    @Test
    public void anUnknownCaseIsRefused() throws Exception {
        Hand.sent(intent("run").putExtra("cases", "coffee,tea"));
        String error = done().get("error").getAsString();
        assertTrue(error, error.contains("does not have the cases [coffee, tea]"));
    }

    @Test
    public void noFolderOutsideOfTheAppsOwnIsRead() throws Exception {
        for (String name : new String[] {"../../cache", "..", "", "absent", "run/../run"}) {
            Hand hand = Hand.sent(intent(name));
            assertTrue(hand.status(), hand.status().contains("expected the name of a folder"));
        }
        assertFalse(Files.exists(folder.resolve("done.json")));
    }

    @Test
    public void noSidecarOrTwoAreRefused() throws Exception {
        Files.copy(folder.resolve(model + ".json"), folder.resolve("other.json"));
        assertTrue(refusal().contains("holds 2 sidecars, expected one"));
        Files.delete(folder.resolve("done.json"));
        Files.delete(folder.resolve("other.json"));
        Files.delete(folder.resolve(model + ".json"));
        assertTrue(refusal().contains("holds 0 sidecars, expected one"));
    }

    @Test
    public void noModelOrAnotherIsRefused() throws Exception {
        Files.write(folder.resolve(model), new byte[] {1, 2, 3});
        assertTrue(refusal().contains("copy the model and its .json from the same export"));
        Files.delete(folder.resolve("done.json"));
        Files.delete(folder.resolve(model));
        assertTrue(refusal().contains("cannot be read"));
    }

    @Test
    public void anEmptyPhotoEndsItAndWhatWasCapturedBeforeIsTold() throws Exception {
        Files.write(folder.resolve("coffee.png"), new byte[0]);
        assertTrue(refusal().startsWith("coffee.png: is empty (0 bytes)"));
        assertEquals("[\"astronaut\",\"chelsea\"]", done().get("captured").toString());
    }

    @Test
    public void aCaptureThatCannotBeWrittenIsToldInWords() throws Exception {
        Files.createDirectories(folder.resolve("astronaut.safetensors/in the way"));
        assertTrue(refusal().contains("cannot be written"));
    }
}
