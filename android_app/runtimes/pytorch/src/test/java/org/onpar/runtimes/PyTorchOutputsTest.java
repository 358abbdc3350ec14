package org.onpar.runtimes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.Tensor;
import org.onpar.core.TensorSpec;
import org.pytorch.IValue;
import org.pytorch.MemoryFormat;

/** On PyTorch's own values, which are plain Java; only what makes them is native. */
final class PyTorchOutputsTest {
    private static final TensorSpec OUT = new TensorSpec("out", Dtype.FLOAT32, 1, 2);
    private static final TensorSpec AUX = new TensorSpec("aux", Dtype.FLOAT32, 1, 2);
    private static final List<TensorSpec> BOTH = Arrays.asList(OUT, AUX);

    @Test
    void aDictionaryGoesByName() throws InputException {
        Map<String, IValue> dictionary = new HashMap<>();
        dictionary.put("aux", floats(3, 4));
        dictionary.put("out", floats(1, 2));
        Map<String, Tensor> outputs = byName(IValue.dictStringKeyFrom(dictionary), BOTH);
        assertArrayEquals(new float[] {1, 2}, values(outputs.get("out")));
        assertArrayEquals(new float[] {3, 4}, values(outputs.get("aux")));
    }

    @Test
    void aTupleAndAListGoByTheSidecarsOrder() throws InputException {
        for (IValue result : Arrays.asList(
                IValue.tupleFrom(floats(1, 2), floats(3, 4)),
                IValue.listFrom(floats(1, 2), floats(3, 4)),
                IValue.listFrom(floats(1, 2).toTensor(), floats(3, 4).toTensor()))) {
            Map<String, Tensor> outputs = byName(result, BOTH);
            assertArrayEquals(new float[] {1, 2}, values(outputs.get("out")));
            assertArrayEquals(new float[] {3, 4}, values(outputs.get("aux")));
        }
    }

    @Test
    void aLoneTensorIsTheOnlyOutput() throws InputException {
        Map<String, Tensor> outputs = byName(floats(1, 2), Collections.singletonList(OUT));
        assertEquals(Collections.singleton("out"), outputs.keySet());
        assertArrayEquals(new float[] {1, 2}, values(outputs.get("out")));
    }

    @Test
    void anotherNumberOfOutputsIsRefused() {
        refused(floats(1, 2), BOTH, "1 output, its sidecar says 2 (out, aux)");
        refused(
                IValue.tupleFrom(floats(1, 2), floats(3, 4)), Collections.singletonList(OUT),
                "2 outputs, its sidecar says 1 (out)");
        refused(
                IValue.dictStringKeyFrom(Collections.singletonMap("out", floats(1, 2))), BOTH,
                "the outputs out, its sidecar says out, aux");
        Map<String, IValue> dictionary = new HashMap<>();
        dictionary.put("aux", floats(3, 4));
        dictionary.put("out", floats(1, 2));
        refused(
                IValue.dictStringKeyFrom(dictionary), Collections.singletonList(OUT),
                "the outputs aux, out, its sidecar says out");
    }

    @Test
    void anotherTypeOrShapeIsRefused() {
        refused(
                IValue.from(org.pytorch.Tensor.fromBlob(new double[] {1, 2}, new long[] {1, 2})),
                Collections.singletonList(OUT),
                "output out as float64 [1, 2], its sidecar says float32 [1, 2]");
        refused(
                IValue.from(org.pytorch.Tensor.fromBlob(new long[] {1, 2}, new long[] {1, 2})),
                Collections.singletonList(OUT),
                "output out as int64 [1, 2], its sidecar says float32 [1, 2]");
        refused(
                IValue.from(org.pytorch.Tensor.fromBlob(new float[] {1, 2}, new long[] {2, 1})),
                Collections.singletonList(OUT),
                "output out as float32 [2, 1], its sidecar says float32 [1, 2]");
    }

    @Test
    void whatIsNoTensorIsRefused() {
        refused(
                IValue.from("words"), Collections.singletonList(OUT),
                "neither a tensor nor a tuple, list or dictionary of tensors");
        refused(
                IValue.tupleFrom(floats(1, 2), IValue.from(7)), BOTH,
                "no tensor as output aux, its sidecar says float32 [1, 2]");
    }

    @Test
    void anArrangementWithTheChannelsLastIsTurnedIntoTheSidecars() throws InputException {
        float[] asItLies = {0, 10, 20, 1, 11, 21, 2, 12, 22, 3, 13, 23};
        IValue result = IValue.from(
                org.pytorch.Tensor.fromBlob(
                        asItLies, new long[] {1, 3, 2, 2}, MemoryFormat.CHANNELS_LAST));
        TensorSpec spec = new TensorSpec("out", Dtype.FLOAT32, 1, 3, 2, 2);
        assertArrayEquals(
                new float[] {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23},
                values(byName(result, Collections.singletonList(spec)).get("out")));
    }

    private static Map<String, Tensor> byName(IValue result, List<TensorSpec> specs)
            throws InputException {
        return PyTorchOutputs.byName(result, specs, "m.pt");
    }

    private static void refused(IValue result, List<TensorSpec> specs, String words) {
        InputException error =
                assertThrows(InputException.class, () -> byName(result, specs));
        assertEquals("m.pt: returns " + words, error.getMessage().substring(
                0, Math.min(error.getMessage().length(), "m.pt: returns ".length()
                        + words.length())));
    }

    private static IValue floats(float... values) {
        return IValue.from(org.pytorch.Tensor.fromBlob(values, new long[] {1, values.length}));
    }

    private static float[] values(Tensor tensor) {
        FloatBuffer buffer = tensor.floats();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }
}
