package org.onpar.app;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/** An app without models and photos. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class EmptyAppTest {
    @Test
    public void withoutAModelTheScreenSaysHowToGetOne() throws Exception {
        Hand hand = Hand.started();
        assertTrue(hand.status(), hand.status().startsWith("This app contains no model; export"));
        assertFalse(hand.view(R.id.segment).isEnabled());
        assertEquals("No photo yet", hand.described());
        assertTrue(hand.view(R.id.photo).isEnabled());
    }
}
