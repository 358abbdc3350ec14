package org.onpar.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.onpar.core.steps.ArgmaxStep;
import org.onpar.core.steps.Chain;
import org.onpar.core.steps.DecodeImageStep;
import org.onpar.core.steps.GivenStep;
import org.onpar.core.steps.NormalizeStep;
import org.onpar.core.steps.ResizeImageStep;
import org.onpar.core.steps.RunStep;
import org.onpar.core.steps.Step;

/** Which runs are measured and kept; a slow or varying runner shows it. */
final class SessionTest {
    private static final byte[] MODEL = {1, 2, 3};

    private static final RgbImage PHOTO =
            new RgbImage(1, 2, new byte[] {0, 51, 102, -103, -52, -1});

    @Test
    void aQuickModelIsWarmedUpOnceAndRunThrice() throws InputException {
        FakeRunner runner = new FakeRunner(0, 1, 1, 1, 1, 1, 1, 1);
        Session session = session(runner, 0);
        Capture first = capture(session);
        assertEquals("1", first.metadata.get("warmup"));
        assertEquals(3, first.metadata.get("infer_ms").split(",").length);
        assertEquals(4, runner.runs);
        capture(session);
        assertEquals(7, runner.runs);
    }

    @Test
    void aSlowModelIsRunTwiceForTheFirstCaseAndOnceForLaterOnes() throws InputException {
        FakeRunner runner = new FakeRunner(310, 1, 1, 1);
        Session session = session(runner, 0);
        Capture first = capture(session);
        assertEquals("0", first.metadata.get("warmup"));
        assertEquals(2, first.metadata.get("infer_ms").split(",").length);
        assertEquals(1, capture(session).metadata.get("infer_ms").split(",").length);
    }

    @Test
    void ofRunsThatDifferEachIsShownTheFurthestFromTheLastFirst() throws InputException {
        Capture capture = capture(session(new FakeRunner(0, 9, 4, 1, 2), 3));
        assertArrayEquals(new float[] {2, -2}, values(capture.tensors.get("out")));
        assertArrayEquals(new float[] {4, -4}, values(capture.tensors.get("rerun.1/out")));
        assertArrayEquals(new float[] {1, -1}, values(capture.tensors.get("rerun.2/out")));
        assertFalse(capture.tensors.containsKey("rerun.3/out"));
    }

    @Test
    void anOutputThatSeveralRunsGaveIsShownOnce() throws InputException {
        Capture capture = capture(session(new FakeRunner(0, 9, 4, 4, 2), 3));
        assertArrayEquals(new float[] {4, -4}, values(capture.tensors.get("rerun.1/out")));
        assertFalse(capture.tensors.containsKey("rerun.2/out"));
    }

    @Test
    void aCaptureSaysWhatComputed() throws InputException {
        Capture capture = capture(session(new FakeRunner(0, 1, 1, 1, 1), 0));
        assertEquals("CPU", capture.metadata.get("compute_unit"));
    }

    @Test
    void aRunThatGaveNanIsTheFurthest() throws InputException {
        Capture capture = capture(session(new FakeRunner(0, 9, Float.NaN, 100, 2), 3));
        assertEquals(Float.NaN, values(capture.tensors.get("rerun.1/out"))[0]);
    }

    @Test
    void runsThatAgreeLeaveNoRerun() throws InputException {
        Capture capture = capture(session(new FakeRunner(0, 9, 2, 2, 2), 3));
        assertFalse(capture.tensors.containsKey("rerun.1/out"));
    }

    @Test
    void theInputIsTheOneOfTheRuntimesCall() throws InputException {
        Capture capture = capture(session(new FakeRunner(0, 1, 1, 1, 1), 0));
        assertArrayEquals(
                new float[] {0, 1.2f, .4f, 1.6f, .8f, 2},
                values(capture.tensors.get("image")), 1e-6f);
    }

    @Test
    void levelsAreGivenAndCapturedAsInt32WhereTheFileTakesThat() throws InputException {
        FakeRunner runner = new FakeRunner(0, 1, 1, 1, 1);
        Capture capture =
                capture(new Session(MODEL, ofLevels(), runner.loader(), place(), 0, 0));
        Tensor image = capture.tensors.get("image");
        assertEquals("int32 [1, 3, 1, 2]", image.toString());
        int[] levels = new int[6];
        image.bytes().asIntBuffer().get(levels);
        assertArrayEquals(new int[] {0, 153, 51, 204, 102, 255}, levels);
        assertEquals(Dtype.INT32, runner.given.get("image").dtype);
    }

    @Test
    void anIntegerThatInt32DoesNotHoldIsRefused() {
        Tensor large = Tensor.allocate(Dtype.INT64, 1);
        large.bytes().putLong(1L << 31);
        InputException error =
                assertThrows(InputException.class, () -> Integers.asInt32(large));
        assertEquals("an input has the value 2147483648,", error.getMessage().substring(0, 34));
    }

    @Test
    void aModelOfOtherBytesThanTheSidecarsIsRefused() {
        InputException error = assertThrows(
                InputException.class,
                () -> new Session(
                        new byte[] {9}, sidecar(), new FakeRunner(0).loader(), place(), 0, 0));
        assertEquals("m.onnx: its SHA-256 is 2b4c342f5433…", error.getMessage().substring(0, 36));
    }

    @Test
    void outputsOfOtherNamesThanTheSidecarsAreRefused() throws InputException {
        FakeRunner runner = new FakeRunner(0, 1, 1, 1, 1);
        runner.output = "aux";
        Session session = session(runner, 0);
        InputException error = assertThrows(InputException.class, () -> capture(session));
        assertEquals(
                "m.onnx: returns aux: float32 [1, 2], its sidecar says out: float32 [1, 2]; copy "
                        + "the model and its .json from the same export",
                error.getMessage());
    }

    @Test
    void aCaptureHasTheChainsTensorsAndItsSources() throws InputException {
        Capture capture = capture(session(new FakeRunner(0, 1, 1, 1, 1), 0));
        assertEquals("[decoded, image, out, resized]", capture.tensors.keySet().toString());
        assertEquals("{\"photo\":\"aa\"}", capture.metadata.get("sources"));
        assertEquals("onpar-capture/2", capture.metadata.get("format"));
    }

    @Test
    void stepsAfterTheFileArePerformedAndProbedByTheChainsNames() throws InputException {
        TensorSpec own = new TensorSpec("result", Dtype.FLOAT32, 1, 2);
        TensorSpec scores = new TensorSpec("scores", Dtype.FLOAT32, 1, 2, 1, 1);
        Step resize = new ResizeImageStep(
                "decoded", "left.resized", 1, 2, ResizeImageStep.FitMode.CROP, new int[3], 0,
                Filter.BILINEAR, true);
        Step run = new RunStep(
                Collections.singletonList("left.resized"), Collections.singletonList(scores));
        Step argmax = new ArgmaxStep(scores, "map", Arrays.asList("a", "b"), new int[2]);
        Chain chain = new Chain(
                Arrays.asList(new DecodeImageStep("left", "decoded"), resize, run, argmax), 2, 2);
        FakeRunner runner = new FakeRunner(0, -1, -1, -1, -1);
        runner.output = own.name;
        runner.shape = scores.shape();
        TensorSpec file = new TensorSpec(own.name, Dtype.FLOAT32, scores.shape());
        Capture capture = capture(
                new Session(
                        MODEL, sidecar(chain, resize.makes, Collections.singletonList(file)),
                        runner.loader(), place(), 0, 0));
        assertEquals(
                "[decoded, left.resized, map, probe.1/map, scores]",
                capture.tensors.keySet().toString());
        assertEquals(1, capture.tensors.get("map").bytes().get(0));
        assertEquals("uint8 [2, 4]", capture.tensors.get("probe.1/map").toString());
        assertEquals("{\"left\":\"aa\"}", capture.metadata.get("sources"));
    }

    @Test
    void tensorsThatWereMadeElsewhereAreNotMadeAgain() throws InputException {
        Tensor dark = Tensor.of(new byte[6], 1, 2, 3);
        Capture capture = session(new FakeRunner(0, 1, 1, 1, 1), 0).capture(
                "dog", PHOTO, Collections.singletonMap("resized", dark), "aa", "now");
        assertArrayEquals(new float[6], values(capture.tensors.get("image")));
    }

    @Test
    void aChainThatTakesMoreThanAPhotoIsRefused() {
        TensorSpec ids = new TensorSpec("ids", Dtype.INT64, 1, 2);
        TensorSpec out = new TensorSpec("out", Dtype.FLOAT32, 1, 2);
        Chain chain = new Chain(
                Arrays.asList(
                        new GivenStep("ids", ids),
                        new RunStep(
                                Collections.singletonList("ids"),
                                Collections.singletonList(out))),
                1, 1);
        Sidecar sidecar = sidecar(
                chain, Collections.singletonList(ids), Collections.singletonList(out));
        InputException error = assertThrows(
                InputException.class,
                () -> new Session(MODEL, sidecar, new FakeRunner(0).loader(), place(), 0, 0));
        assertEquals(
                "m.onnx: takes `ids`, this app gives a model one photo and nothing else; capture "
                        + "it with `onpar capture`",
                error.getMessage());
    }

    private static Session session(FakeRunner runner, int measured) throws InputException {
        return new Session(MODEL, sidecar(), runner.loader(), place(), 0, measured);
    }

    private static Capture capture(Session session) throws InputException {
        return session.capture("dog", PHOTO, "aa", "2026-01-02T03:04:05+00:00");
    }

    private static Place place() {
        return new Place("android-host", "a device", "an os", "an arch", () -> 1.5);
    }

    /** Its file takes int32, as those of Core ML do; its chain makes levels. */
    private static Sidecar ofLevels() {
        TensorSpec out = new TensorSpec("out", Dtype.FLOAT32, 1, 2);
        Step normalize = new NormalizeStep(
                new TensorSpec("decoded", Dtype.UINT8, 1, 2, 3), "image", Channels.RGB,
                NormalizeStep.Layout.NCHW, Dtype.UINT8, new double[0], new double[0]);
        Step run = new RunStep(
                Collections.singletonList("image"), Collections.singletonList(out));
        return sidecar(
                new Chain(
                        Arrays.asList(new DecodeImageStep("photo", "decoded"), normalize, run), 2,
                        2),
                Collections.singletonList(new TensorSpec("image", Dtype.INT32, 1, 3, 1, 2)),
                Collections.singletonList(out));
    }

    private static Sidecar sidecar() {
        double[] none = {0, 0, 0};
        double[] half = {.5, .5, .5};
        TensorSpec out = new TensorSpec("out", Dtype.FLOAT32, 1, 2);
        Step resize = new ResizeImageStep(
                "decoded", "resized", 1, 2, ResizeImageStep.FitMode.STRETCH, new int[3], 0,
                Filter.BILINEAR, true);
        Step normalize = new NormalizeStep(
                resize.makes.get(0), "image", Channels.RGB, NormalizeStep.Layout.NCHW,
                Dtype.FLOAT32, none, half);
        Step run = new RunStep(
                Collections.singletonList("image"), Collections.singletonList(out));
        return sidecar(
                new Chain(
                        Arrays.asList(
                                new DecodeImageStep("photo", "decoded"), resize, normalize, run),
                        3, 3),
                normalize.makes, Collections.singletonList(out));
    }

    private static Sidecar sidecar(
            Chain chain, List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return new Sidecar(
                "m.onnx", Digest.sha256(MODEL), "onnx", "", "bb", "sample", "cc", inputs, outputs,
                chain, Collections.emptyList());
    }

    private static float[] values(Tensor tensor) {
        FloatBuffer buffer = tensor.floats();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    /** Gives ±value, another value each run, after a first run that takes some milliseconds. */
    private static final class FakeRunner implements Runner {
        private final long firstMs;
        private final float[] values;
        private String output = "out";
        private int[] shape = {1, 2};
        private Map<String, Tensor> given;
        private int runs;

        FakeRunner(long firstMs, float... values) {
            this.firstMs = firstMs;
            this.values = values;
        }

        Runner.Loader loader() {
            return new Runner.Loader() {
                @Override
                public String name() {
                    return "Fake";
                }

                @Override
                public boolean takes(String format) {
                    return true;
                }

                @Override
                public Runner load(byte[] model, Sidecar sidecar, int threads) {
                    return FakeRunner.this;
                }
            };
        }

        @Override
        public String runtime() {
            return "fake";
        }

        @Override
        public String runtimeVersion() {
            return "1";
        }

        @Override
        public String engine() {
            return "";
        }

        @Override
        public String computeUnit() {
            return "CPU";
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs) throws InputException {
            given = inputs;
            if (runs == 0 && firstMs > 0) {
                try {
                    Thread.sleep(firstMs);
                } catch (InterruptedException error) {
                    throw new InputException("interrupted", error);
                }
            }
            Tensor out = Tensor.allocate(Dtype.FLOAT32, shape);
            out.floats().put(new float[] {values[runs], -values[runs]});
            runs++;
            return Collections.singletonMap(output, out);
        }

        @Override
        public void close() {}
    }
}
