package org.onpar.app;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Properties;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.model.InitializationError;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/** An app without models and photos. */
@RunWith(EmptyAppTest.Bare.class)
@Config(sdk = 34)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class EmptyAppTest {
    /** An app with only resources, independent of the app of this JVM's other tests. */
    public static final class Bare extends RobolectricTestRunner {
        public Bare(Class<?> test) throws InitializationError {
            super(test);
        }

        @Override
        protected Properties getBuildSystemApiProperties() {
            Properties given = super.getBuildSystemApiProperties();
            given.setProperty("android_resource_apk", System.getProperty("resources"));
            return given;
        }
    }

    @Test
    public void withoutAModelTheScreenSaysHowToGetOne() throws Exception {
        Hand hand = Hand.started();
        assertTrue(hand.status(), hand.status().startsWith("This app contains no model; export"));
        assertFalse(hand.view(R.id.segment).isEnabled());
        assertEquals("No photo yet", hand.described());
        assertTrue(hand.view(R.id.photo).isEnabled());
    }
}
