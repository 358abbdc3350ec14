package org.onpar.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.onpar.core.steps.ArgmaxStep;
import org.onpar.core.steps.Chain;
import org.onpar.core.steps.DecodeImageStep;
import org.onpar.core.steps.GivenStep;
import org.onpar.core.steps.NormalizeStep;
import org.onpar.core.steps.ResizeImageStep;
import org.onpar.core.steps.RunStep;
import org.onpar.core.steps.Step;

/** Where a file's part of the chain begins and ends. */
final class ChainTest {
    private static final TensorSpec SCORES = new TensorSpec("out", Dtype.FLOAT32, 1, 2, 6, 5);

    private static final TensorSpec IDS = new TensorSpec("ids", Dtype.INT64, 1, 8);

    @Test
    void aFileOfTheNetworkAloneTakesAndGivesItsTensors() {
        Chain chain = chain(3, 3);
        assertEquals("[float32 [1, 3, 6, 5]]", chain.taken().toString());
        assertEquals("[float32 [1, 2, 6, 5]]", chain.given().toString());
        assertEquals("[decoded, resized, image]", made(chain.before()));
        assertEquals("[classmap]", made(chain.after()));
    }

    @Test
    void aFileOfMoreStepsTakesWhatItsFirstTakesAndGivesWhatItsLastMakes() {
        Chain chain = chain(2, 4);
        assertEquals("[uint8 [6, 5, 3]]", chain.taken().toString());
        assertEquals("[uint8 [6, 5]]", chain.given().toString());
        assertEquals("[decoded, resized]", made(chain.before()));
        assertEquals("[]", made(chain.after()));
    }

    @Test
    void onlyTheNetworksFileIsProbed() throws InputException {
        assertEquals("[probe.1/classmap]", probed(chain(3, 3)));
        assertEquals("[]", probed(chain(2, 4)));
    }

    @Test
    void aChainOfAPhotoAndAnArrayHasNotOnlyAnImage() {
        assertEquals("photo", chain(3, 3).onlyImage());
        List<Step> steps = new ArrayList<>(Arrays.asList(new GivenStep("ids", IDS)));
        assertNull(new Chain(steps, 0, 0).onlyImage());
        steps.addAll(chain(3, 3).steps);
        Chain both = new Chain(steps, 4, 4);
        assertNull(both.onlyImage());
        assertEquals(
                "[ids, photo]",
                both.sources().stream().map(source -> source.name).collect(Collectors.toList())
                        .toString());
    }

    private static Chain chain(int first, int last) {
        Step resize = new ResizeImageStep(
                "decoded", "resized", 6, 5, ResizeImageStep.FitMode.LETTERBOX, new int[3], 0,
                Filter.BILINEAR, true);
        return new Chain(
                Arrays.asList(
                        new DecodeImageStep("photo", "decoded"),
                        resize,
                        new NormalizeStep(
                                resize.makes.get(0), "image", Channels.RGB,
                                NormalizeStep.Layout.NCHW, Dtype.FLOAT32, new double[3],
                                new double[] {1, 1, 1}),
                        new RunStep(
                                Collections.singletonList("image"),
                                Collections.singletonList(SCORES)),
                        new ArgmaxStep(
                                SCORES, "classmap", Arrays.asList("none", "cat"), new int[2])),
                first, last);
    }

    private static String made(List<Step> steps) {
        return steps.stream().map(step -> step.makes.get(0).name).collect(Collectors.toList())
                .toString();
    }

    private static String probed(Chain chain) throws InputException {
        return Chain.probed(chain.after()).keySet().toString();
    }
}
