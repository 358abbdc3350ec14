package org.onpar.app;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import android.app.Activity;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.Shadows;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/** Photos that another app of the phone hands over, good and bad. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34, qualifiers = "w411dp-h891dp-port-notnight-xhdpi")
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class PickingTest {
    private static final Path HARD = Path.of(System.getProperty("hard_images"));

    private static Hand picked(InputStream photo) throws Exception {
        Hand hand = Hand.started();
        hand.touch(R.id.segment);
        hand.touch(R.id.photo);
        hand.touchItem(PhotoSource.bundled(hand.controller.get()).size());
        Intent asked =
                Shadows.shadowOf(RuntimeEnvironment.getApplication()).getNextStartedActivity();
        assertEquals("image/*", asked.getType());
        Uri uri = Uri.parse("content://com.example.gallery/photos/IMG_2041");
        Shadows.shadowOf(RuntimeEnvironment.getApplication().getContentResolver())
                .registerInputStream(uri, photo);
        Shadows.shadowOf(hand.controller.get())
                .receiveResult(asked, Activity.RESULT_OK, new Intent().setData(uri));
        hand.settle();
        return hand;
    }

    private static Hand picked(String file) throws Exception {
        return picked(new ByteArrayInputStream(Files.readAllBytes(HARD.resolve(file))));
    }

    /** Refused with this text, and without a result of another photo. */
    private static void refused(Hand hand, String words) {
        assertTrue(hand.status(), hand.status().contains(words));
        assertTrue(hand.status(), hand.status().contains("; "));
        assertEquals("", hand.legend());
    }

    @Test
    public void aPickedPhotoIsShownAndSegmented() throws Exception {
        Hand hand = picked("exif_6.jpg");
        assertTrue(hand.described(), hand.described().matches("The photo photo-[0-9a-f]{8}"));
        hand.touch(R.id.segment);
        assertTrue(hand.status(), hand.status().startsWith("Model "));
    }

    @Test
    public void aPickedPhotoComesBackAfterTheSystemEndedTheApp() throws Exception {
        Hand hand = picked("chroma_420.jpg");
        String described = hand.described();
        Bundle saved = new Bundle();
        hand.controller.pause().stop().saveInstanceState(saved).destroy();
        assertEquals(described, Hand.started(saved).described());
    }

    @Test
    public void onePixelIsAPhotoToo() throws Exception {
        Hand hand = picked("1x1.png");
        hand.touch(R.id.segment);
        assertTrue(hand.status(), hand.status().startsWith("Model "));
    }

    @Test
    public void above40MegapixelsItIsRefused() throws Exception {
        refused(picked("above_40_megapixels.jpg"), "megapixels, the limit is 40");
        refused(picked("above_40_megapixels.png"), "megapixels, the limit is 40");
    }

    @Test
    public void emptyCutAndForeignFilesAreRefused() throws Exception {
        refused(picked(new ByteArrayInputStream(new byte[0])), "is empty (0 bytes)");
        refused(picked("cut.jpg"), "is broken or not whole");
        refused(picked("cut.png"), "is broken or not whole");
        refused(picked("cmyk.jpg"), "its colours are CMYK");
        byte[] text = "<html>hello</html>".getBytes("UTF-8");
        refused(picked(new ByteArrayInputStream(text)), "is text (HTML, XML or SVG)");
    }

    @Test
    public void aPhotoThatTheOtherAppCannotGiveIsRefused() throws Exception {
        InputStream gone =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("no network");
                    }
                };
        refused(picked(gone), "cannot be read (no network)");
    }

    @Test
    public void withNoAppThatHasPhotosTheScreenSaysSo() throws Exception {
        Hand hand = Hand.started();
        Shadows.shadowOf(RuntimeEnvironment.getApplication()).checkActivities(true);
        hand.touch(R.id.photo);
        hand.touchItem(PhotoSource.bundled(hand.controller.get()).size());
        assertTrue(hand.status(), hand.status().startsWith("No app on this phone can choose"));
        assertTrue(hand.view(R.id.photo).isEnabled());
    }

    @Test
    public void pickingNothingChangesNothing() throws Exception {
        Hand hand = Hand.started();
        hand.touch(R.id.photo);
        hand.touchItem(PhotoSource.bundled(hand.controller.get()).size());
        Intent asked =
                Shadows.shadowOf(RuntimeEnvironment.getApplication()).getNextStartedActivity();
        Shadows.shadowOf(hand.controller.get())
                .receiveResult(asked, Activity.RESULT_CANCELED, null);
        hand.settle();
        assertEquals("The photo coffee", hand.described());
    }
}
