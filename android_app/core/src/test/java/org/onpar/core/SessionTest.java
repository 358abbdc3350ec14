package org.onpar.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
        assertArrayEquals(new float[] {2, -2}, values(capture.tensors.get("output/out")));
        assertArrayEquals(new float[] {4, -4}, values(capture.tensors.get("rerun/out")));
        assertArrayEquals(new float[] {1, -1}, values(capture.tensors.get("rerun.2/out")));
        assertFalse(capture.tensors.containsKey("rerun.3/out"));
    }

    @Test
    void anOutputThatSeveralRunsGaveIsShownOnce() throws InputException {
        Capture capture = capture(session(new FakeRunner(0, 9, 4, 4, 2), 3));
        assertArrayEquals(new float[] {4, -4}, values(capture.tensors.get("rerun/out")));
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
        assertEquals(Float.NaN, values(capture.tensors.get("rerun/out"))[0]);
    }

    @Test
    void runsThatAgreeLeaveNoRerun() throws InputException {
        Capture capture = capture(session(new FakeRunner(0, 9, 2, 2, 2), 3));
        assertFalse(capture.tensors.containsKey("rerun/out"));
    }

    @Test
    void theInputIsTheOneOfTheRuntimesCall() throws InputException {
        Capture capture = capture(session(new FakeRunner(0, 1, 1, 1, 1), 0));
        assertArrayEquals(
                new float[] {0, 1.2f, .4f, 1.6f, .8f, 2},
                values(capture.tensors.get("input/image")), 1e-6f);
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

    private static Session session(FakeRunner runner, int measured) throws InputException {
        return new Session(MODEL, sidecar(), runner.loader(), place(), 0, measured);
    }

    private static Capture capture(Session session) throws InputException {
        return session.capture("dog", PHOTO, "aa", "2026-01-02T03:04:05+00:00");
    }

    private static Place place() {
        return new Place("android-host", "a device", "an os", "an arch", () -> 1.5);
    }

    private static Sidecar sidecar() {
        double[] none = {0, 0, 0};
        double[] half = {.5, .5, .5};
        ImagePrep prep = new ImagePrep(
                "image", 1, 2, none, half, ImagePrep.FitMode.STRETCH, new int[3]);
        return new Sidecar(
                "m.onnx", Digest.sha256(MODEL), "onnx", "tensor", "", "bb", "sample", "cc",
                Collections.singletonList(new TensorSpec("image", Dtype.FLOAT32, 1, 3, 1, 2)),
                Collections.singletonList(new TensorSpec("out", Dtype.FLOAT32, 1, 2)),
                prep, null, Collections.emptyList());
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
            if (runs == 0 && firstMs > 0) {
                try {
                    Thread.sleep(firstMs);
                } catch (InterruptedException error) {
                    throw new InputException("interrupted", error);
                }
            }
            Tensor out = Tensor.allocate(Dtype.FLOAT32, 1, 2);
            out.floats().put(new float[] {values[runs], -values[runs]});
            runs++;
            return Collections.singletonMap(output, out);
        }

        @Override
        public void close() {}
    }
}
