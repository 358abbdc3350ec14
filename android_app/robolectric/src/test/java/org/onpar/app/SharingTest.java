package org.onpar.app;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import android.app.AlertDialog;
import android.content.ComponentName;
import android.content.ContentResolver;
import android.content.Intent;
import android.content.IntentFilter;
import android.database.Cursor;
import android.net.Uri;
import android.provider.OpenableColumns;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.nio.file.Files;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.Shadows;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;
import org.robolectric.shadows.ShadowAlertDialog;
import org.robolectric.shadows.ShadowPackageManager;

/** Sharing a capture with another app of the phone. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34, qualifiers = "w411dp-h891dp-port-notnight-xhdpi")
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class SharingTest {
    private static void installAnAppThatTakesFiles() throws Exception {
        ComponentName app = new ComponentName("com.example.files", "com.example.files.Save");
        ShadowPackageManager manager =
                Shadows.shadowOf(RuntimeEnvironment.getApplication().getPackageManager());
        manager.addActivityIfNotPresent(app);
        IntentFilter takes = new IntentFilter(Intent.ACTION_SEND);
        takes.addDataType("application/octet-stream");
        takes.addCategory(Intent.CATEGORY_DEFAULT);
        manager.addIntentFilterForActivity(app, takes);
    }

    private static Hand segmented() throws Exception {
        Hand hand = Hand.started();
        hand.touch(R.id.segment);
        return hand;
    }

    private static Intent shared(Hand hand) throws Exception {
        hand.touch(R.id.share);
        hand.touchDialog(AlertDialog.BUTTON_POSITIVE);
        Intent chooser =
                Shadows.shadowOf(RuntimeEnvironment.getApplication()).getNextStartedActivity();
        return chooser == null ? null : chooser.getParcelableExtra(Intent.EXTRA_INTENT, Intent.class);
    }

    @Test
    public void thePersonIsToldThatTheFileContainsThePhoto() throws Exception {
        installAnAppThatTakesFiles();
        Hand hand = segmented();
        hand.touch(R.id.share);
        assertTrue(
                Shadows.shadowOf(ShadowAlertDialog.getLatestAlertDialog()).getMessage().toString()
                        .contains("holds this photo, all of its pixels"));
        hand.touchDialog(AlertDialog.BUTTON_NEGATIVE);
        assertNull(Shadows.shadowOf(RuntimeEnvironment.getApplication()).getNextStartedActivity());
    }

    @Test
    public void theOtherAppReadsTheCaptureAndCannotWriteIt() throws Exception {
        installAnAppThatTakesFiles();
        Hand hand = segmented();
        String status = hand.status();
        Intent send = shared(hand);
        assertEquals(Intent.ACTION_SEND, send.getAction());
        assertTrue((send.getFlags() & Intent.FLAG_GRANT_READ_URI_PERMISSION) != 0);
        Uri uri = send.getParcelableExtra(Intent.EXTRA_STREAM, Uri.class);
        ContentResolver resolver = hand.controller.get().getContentResolver();
        byte[] content;
        try (InputStream stream = resolver.openInputStream(uri)) {
            content = stream.readAllBytes();
        }
        // For tests/android, which judges it.
        Files.write(new File("shared.safetensors").toPath(), content);
        try (Cursor cursor = resolver.query(uri, null, null, null, null)) {
            assertTrue(cursor.moveToFirst());
            int name = cursor.getColumnIndex(OpenableColumns.DISPLAY_NAME);
            assertEquals("coffee.safetensors", cursor.getString(name));
            int size = cursor.getColumnIndex(OpenableColumns.SIZE);
            assertEquals(content.length, cursor.getLong(size));
        }
        assertEquals("application/octet-stream", resolver.getType(uri));
        assertThrows(FileNotFoundException.class, () -> resolver.openOutputStream(uri));
        assertThrows(FileNotFoundException.class, () -> resolver.openFileDescriptor(uri, "rw"));
        assertThrows(
                UnsupportedOperationException.class, () -> resolver.delete(uri, null, null));
        assertEquals(status, hand.status());
    }

    @Test
    public void noOtherFileOfTheAppCanBeRead() throws Exception {
        installAnAppThatTakesFiles();
        Hand hand = segmented();
        Uri uri = shared(hand).getParcelableExtra(Intent.EXTRA_STREAM, Uri.class);
        File secret = new File(hand.controller.get().getCacheDir(), "secret");
        Files.write(secret.toPath(), new byte[] {1});
        ContentResolver resolver = hand.controller.get().getContentResolver();
        for (String path : new String[] {"..%2Fsecret", "../secret", "secret", "", "a/b"}) {
            Uri other = Uri.parse("content://" + uri.getAuthority() + "/" + path);
            assertThrows(FileNotFoundException.class, () -> resolver.openInputStream(other));
        }
    }

    @Test
    public void withNoAppToShareWithTheScreenSaysSoAndKeepsTheResult() throws Exception {
        Hand hand = segmented();
        String legend = hand.legend();
        assertNull(shared(hand));
        assertTrue(hand.status(), hand.status().startsWith("No app on this phone takes a file"));
        assertEquals(legend, hand.legend());
        assertTrue(hand.view(R.id.share).isEnabled());
    }

    @Test
    public void withNoRoomForTheFileTheScreenSaysSo() throws Exception {
        installAnAppThatTakesFiles();
        Hand hand = segmented();
        // A file stands where its folder should: as with a full disk, writing fails.
        File folder = new File(hand.controller.get().getCacheDir(), "shared");
        Files.write(folder.toPath(), new byte[0]);
        assertNull(shared(hand));
        assertTrue(hand.status(), hand.status().startsWith("The capture cannot be written ("));
    }
}
