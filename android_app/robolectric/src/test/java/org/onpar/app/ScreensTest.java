package org.onpar.app;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.content.res.Configuration;
import android.graphics.Bitmap;
import android.graphics.Insets;
import android.os.Bundle;
import android.view.View;
import android.view.ViewGroup;
import android.view.WindowInsets;
import android.widget.Spinner;
import android.widget.TextView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/** The Activity with the models and photos that tests/android/test_screens.py has put there. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34, qualifiers = "w411dp-h891dp-port-notnight-xhdpi")
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class ScreensTest {
    /** The first of the list, which is chosen at the start; small, so that it loads at once. */
    private static final String SMALL = "a-segformer.onnx";

    private static final String INT8 = "deeplabv3-int8.onnx";

    @Test
    public void thePhotoShowsAndSegmentIsOffered() throws Exception {
        Hand hand = Hand.started();
        assertEquals("The photo coffee", hand.described());
        assertEquals("Press Segment to run the model on this photo.", hand.status());
        assertTrue(hand.view(R.id.segment).isEnabled());
        assertFalse(hand.view(R.id.restart).isEnabled());
        assertFalse(hand.view(R.id.share).isEnabled());
        hand.photograph("photo");
    }

    @Test
    public void segmentShowsTheClassesOverThePhotoAndTheTimeTaken() throws Exception {
        Hand hand = Hand.started();
        hand.choosePhoto("square.png");
        hand.choose(R.id.model, INT8);
        Bitmap photo = hand.picture();
        hand.touch(R.id.segment);
        assertFalse(photo.sameAs(hand.picture()));
        assertTrue(hand.status(), hand.status().matches("Model [0-9,]+ ms.* onnxruntime .*"));
        assertTrue(hand.legend(), hand.legend().matches("background [0-9.]+ %.+%"));
        assertTrue(hand.described(), hand.described().startsWith("The photo square, segmented: "));
        hand.photograph("segmented");
    }

    @Test
    public void restartBringsThePhotoBack() throws Exception {
        Hand hand = Hand.started();
        Bitmap photo = hand.picture();
        hand.touch(R.id.segment);
        hand.touch(R.id.restart);
        assertTrue(photo.sameAs(hand.picture()));
        assertEquals("", hand.legend());
        assertFalse(hand.view(R.id.share).isEnabled());
    }

    @Test
    public void rotationKeepsTheResultWithoutRunningAgain() throws Exception {
        Hand hand = Hand.started();
        hand.choosePhoto("square.png");
        hand.choose(R.id.model, INT8);
        hand.touch(R.id.segment);
        String status = hand.status();
        Bitmap picture = hand.picture();
        MainActivity before = hand.controller.get();
        RuntimeEnvironment.setQualifiers("+w891dp-h411dp-land");
        Configuration turned =
                new Configuration(RuntimeEnvironment.getApplication().getResources()
                        .getConfiguration());
        hand.controller.configurationChange(turned);
        hand.settle();
        assertTrue(before != hand.controller.get());
        assertEquals(status, hand.status());
        assertTrue(picture == hand.picture());
        assertEquals(INT8, ((Spinner) hand.view(R.id.model)).getSelectedItem());
        hand.photograph("turned");
    }

    @Test
    public void whatTheSystemEndedComesBackAndIsComputedAnew() throws Exception {
        Hand hand = Hand.started();
        hand.choosePhoto("wide.png");
        hand.choose(R.id.model, INT8);
        hand.touch(R.id.segment);
        String legend = hand.legend();
        Bundle saved = new Bundle();
        hand.controller.pause().stop().saveInstanceState(saved).destroy();
        Hand again = Hand.started(saved);
        assertTrue(again.described(), again.described().startsWith("The photo wide, segmented"));
        assertEquals(legend, again.legend());
        assertEquals(INT8, ((Spinner) again.view(R.id.model)).getSelectedItem());
    }

    @Test
    public void anotherModelsSizeMeanClassesAndColoursNeedNoOtherApp() throws Exception {
        Hand hand = Hand.started();
        hand.choose(R.id.model, INT8);
        hand.touch(R.id.segment);
        hand.choose(R.id.model, SMALL);
        hand.touch(R.id.segment);
        assertTrue(
                hand.legend(),
                hand.legend().matches("((wall|sky|tree|road) [0-9.]+ %\\s*)+"));
    }

    @Test
    public void choosingAnotherModelTakesTheOldResultAway() throws Exception {
        Hand hand = Hand.started();
        Bitmap photo = hand.picture();
        hand.touch(R.id.segment);
        hand.choose(R.id.model, INT8);
        assertTrue(photo.sameAs(hand.picture()));
        assertEquals("", hand.legend());
        assertFalse(hand.view(R.id.share).isEnabled());
    }

    @Test
    public void aModelThatIsNotItsSidecarsIsRefusedInWords() throws Exception {
        Hand hand = Hand.started();
        Bitmap photo = hand.picture();
        hand.touch(R.id.segment);
        hand.choose(R.id.model, "wrong-bytes.onnx");
        hand.touch(R.id.segment);
        assertTrue(hand.status(), hand.status().contains("copy the model and its .json"));
        assertTrue(photo.sameAs(hand.picture()));
        assertEquals("", hand.legend());
        assertFalse(hand.view(R.id.share).isEnabled());
        hand.photograph("wrong_model");
    }

    @Test
    public void aModelThatTheRuntimeCannotLoadIsRefusedInWords() throws Exception {
        Hand hand = Hand.started();
        hand.choose(R.id.model, "wrong-broken.onnx");
        hand.touch(R.id.segment);
        assertTrue(hand.status(), hand.status().contains("cannot load it"));
        // The next one runs as if nothing had been.
        hand.choose(R.id.model, SMALL);
        hand.touch(R.id.segment);
        assertTrue(hand.status(), hand.status().startsWith("Model "));
    }

    @Test
    public void aModelWithoutSidecarOrOfANewerOneOrWithoutRuntimeSaysSo() throws Exception {
        Hand hand = Hand.started();
        hand.choose(R.id.model, "wrong-alone.onnx");
        assertTrue(hand.status(), hand.status().startsWith("wrong-alone.onnx has no sidecar"));
        assertFalse(hand.view(R.id.segment).isEnabled());
        hand.choose(R.id.model, "wrong-newer.onnx");
        assertTrue(hand.status(), hand.status().contains("this app reads 'onpar-artifact/2'"));
        hand.choose(R.id.model, "wrong-script.pt");
        assertTrue(hand.status(), hand.status().contains("no runtime for it (it has: ONNX"));
        assertFalse(hand.view(R.id.segment).isEnabled());
        hand.choose(R.id.model, SMALL);
        assertTrue(hand.view(R.id.segment).isEnabled());
    }

    @Test
    public void aBrokenPhotoIsRefusedInWordsAndTheOneBeforeStays() throws Exception {
        Hand hand = Hand.started();
        hand.touch(R.id.segment);
        hand.choosePhoto("cut.jpg");
        assertTrue(hand.status(), hand.status().startsWith("cut.jpg: is broken or not whole"));
        assertEquals("The photo coffee", hand.described());
        assertEquals("", hand.legend());
        hand.photograph("broken_photo");
    }

    @Test
    @Config(qualifiers = "+night")
    public void atNightItIsDark() throws Exception {
        Hand hand = Hand.started();
        hand.choosePhoto("wide.png");
        hand.choose(R.id.model, INT8);
        hand.touch(R.id.segment);
        int text = ((TextView) hand.view(R.id.status)).getCurrentTextColor();
        assertTrue(Integer.toHexString(text), (text & 0xff) > 0x80);
        hand.photograph("dark");
    }

    @Test
    public void talkBackHasWordsForEverythingThatCanBeTouched() throws Exception {
        Hand hand = Hand.started();
        hand.touch(R.id.segment);
        List<View> views =
                all(hand.view(R.id.root))
                        .filter(view -> view.isClickable() && view.isShown())
                        .collect(Collectors.toList());
        assertEquals(7, views.size());
        for (View view : views) {
            boolean spoken =
                    view instanceof TextView && ((TextView) view).getText().length() > 0
                            || view.getContentDescription() != null
                            || labelled(hand, view.getId());
            assertTrue(view.toString(), spoken);
            float dp = view.getHeight() / view.getResources().getDisplayMetrics().density;
            assertTrue(view + " is " + dp + " dp high", dp >= 48 || view instanceof TextView);
        }
        assertEquals(
                View.ACCESSIBILITY_LIVE_REGION_POLITE,
                hand.view(R.id.status).getAccessibilityLiveRegion());
    }

    private static boolean labelled(Hand hand, int id) {
        return all(hand.view(R.id.root)).anyMatch(view -> view.getLabelFor() == id);
    }

    private static Stream<View> all(View view) {
        if (!(view instanceof ViewGroup)) {
            return Stream.of(view);
        }
        ViewGroup group = (ViewGroup) view;
        Stream<View> all = Stream.of(view);
        for (int i = 0; i < group.getChildCount(); i++) {
            all = Stream.concat(all, all(group.getChildAt(i)));
        }
        return all;
    }

    @Test
    public void nothingIsBelowTheSystemsBars() throws Exception {
        Hand hand = Hand.started();
        View root = hand.view(R.id.root);
        root.dispatchApplyWindowInsets(
                new WindowInsets.Builder()
                        .setInsets(WindowInsets.Type.statusBars(), Insets.of(0, 48, 0, 0))
                        .setInsets(WindowInsets.Type.navigationBars(), Insets.of(0, 0, 0, 96))
                        .setInsets(WindowInsets.Type.displayCutout(), Insets.of(60, 0, 0, 0))
                        .build());
        assertEquals(
                Insets.of(60, 48, 0, 96),
                Insets.of(
                        root.getPaddingLeft(), root.getPaddingTop(), root.getPaddingRight(),
                        root.getPaddingBottom()));
    }

    @Test
    public void noCopyOfAModelIsLeftToBeServedLater() throws Exception {
        Hand hand = Hand.started();
        hand.choose(R.id.model, INT8);
        hand.touch(R.id.segment);
        Path data = hand.controller.get().getDataDir().toPath();
        try (Stream<Path> files = Files.walk(data)) {
            List<Path> left =
                    files.filter(file -> Files.isRegularFile(file)
                                    && file.toFile().length() > 1 << 20)
                            .collect(Collectors.toList());
            assertEquals(List.of(), left);
        }
    }

    @Test
    public void whenTheAppIsLeftTheModelIsClosed() throws Exception {
        Set<Thread> others = Hand.workers();
        Hand hand = Hand.started();
        hand.touch(R.id.segment);
        Set<Thread> own = Hand.workers();
        own.removeAll(others);
        assertEquals(1, own.size());
        hand.controller.pause().stop().destroy();
        Thread worker = own.iterator().next();
        worker.join(2000);
        assertFalse(worker.isAlive());
    }
}
