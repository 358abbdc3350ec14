package org.onpar.app;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import android.graphics.Bitmap;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/** What a model whose last step is `to-image` shows; tests/pipeline/constant_models.py. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34, qualifiers = "w411dp-h891dp-port-notnight-xhdpi")
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class PictureTest {
    private static final String PICTURE = "b-picture.onnx";

    @Test
    public void thePictureThatAModelMadeIsShownAsItIs() throws Exception {
        Hand hand = Hand.started();
        hand.choose(R.id.model, PICTURE);
        hand.touch(R.id.segment);
        Bitmap picture = hand.picture();
        assertEquals("8x6", picture.getWidth() + "x" + picture.getHeight());
        assertEquals(0xffff8000, picture.getPixel(1, 5));
        assertEquals(0xff00ff00, picture.getPixel(2, 5));
        assertTrue(hand.status(), hand.status().startsWith("Model "));
        assertEquals("", hand.legend());
        assertEquals("The picture that the model made of the photo coffee", hand.described());
        hand.photograph("picture");
    }

    @Test
    public void restartShowsThePhotoAgain() throws Exception {
        Hand hand = Hand.started();
        Bitmap photo = hand.picture();
        hand.choose(R.id.model, PICTURE);
        hand.touch(R.id.segment);
        hand.touch(R.id.restart);
        assertTrue(photo.sameAs(hand.picture()));
        assertEquals("The photo coffee", hand.described());
    }
}
