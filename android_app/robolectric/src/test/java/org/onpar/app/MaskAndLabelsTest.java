package org.onpar.app;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.graphics.Bitmap;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/** What models whose last step is `threshold` or `top-k` show; tests/pipeline/constant_models.py. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34, qualifiers = "w411dp-h891dp-port-notnight-xhdpi")
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class MaskAndLabelsTest {
    private static final String MASK = "b-mask.onnx";

    private static final String LABELS = "b-labels.onnx";

    @Test
    public void aMaskIsDrawnAsAClassMapOfTwoClasses() throws Exception {
        Hand hand = Hand.started();
        Bitmap photo = hand.picture();
        hand.choose(R.id.model, MASK);
        hand.touch(R.id.segment);
        Bitmap picture = hand.picture();
        assertFalse(photo.sameAs(picture));
        // Of the colour of its class, black or green, each pixel has 60 %.
        assertTrue((picture.getPixel(picture.getWidth() - 1, 0) >> 8 & 0xff) >= 0x98);
        assertTrue((picture.getPixel(0, 0) >> 8 & 0xff) <= 0x67);
        assertTrue(hand.status(), hand.status().startsWith("Model "));
        assertTrue(hand.legend(), hand.legend().matches("person 75\\.0 %\\s+background 25\\.0 %"));
        assertEquals(
                "The photo coffee, segmented: person 75.0 %, background 25.0 %",
                hand.described());
        hand.photograph("mask");
    }

    @Test
    public void aClassifierShowsThePhotoAndItsLabelsBestFirst() throws Exception {
        Hand hand = Hand.started();
        Bitmap photo = hand.picture();
        hand.choose(R.id.model, LABELS);
        hand.touch(R.id.segment);
        assertTrue(photo.sameAs(hand.picture()));
        assertTrue(hand.status(), hand.status().startsWith("Model "));
        assertEquals("tabby cat 66.5 %\ndog 24.5 %", hand.legend());
        assertEquals(
                "The photo coffee, classified: tabby cat 66.5 %, dog 24.5 %", hand.described());
        assertTrue(hand.view(R.id.share).isEnabled());
        hand.photograph("labels");
    }

    @Test
    public void restartTakesTheLabelsAway() throws Exception {
        Hand hand = Hand.started();
        hand.choose(R.id.model, LABELS);
        hand.touch(R.id.segment);
        hand.touch(R.id.restart);
        assertEquals("", hand.legend());
        assertEquals("The photo coffee", hand.described());
    }
}
