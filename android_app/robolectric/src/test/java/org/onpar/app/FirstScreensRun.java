package org.onpar.app;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/** What an app with the default recipe shows first; bench/pictures.py starts it. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34, qualifiers = "w411dp-h891dp-port-notnight-xhdpi")
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class FirstScreensRun {
    @Test
    public void thePersonOnTheFirstPhotoIsSegmented() throws Exception {
        Hand hand = Hand.started();
        assertEquals("The photo astronaut", hand.described());
        hand.photograph("android_photo");
        hand.touch(R.id.segment);
        assertTrue(
                hand.legend(),
                hand.legend().matches("person 5[0-9.]+ %\\s+background 4[0-9.]+ %"));
        hand.photograph("android_segmented");
    }
}
