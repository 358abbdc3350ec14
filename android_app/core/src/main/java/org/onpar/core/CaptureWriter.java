package org.onpar.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a capture file canonically: equal content is equal bytes, in every language. */
public final class CaptureWriter {
    private CaptureWriter() {}

    /**
     * Write the file whole or not at all.
     *
     * @throws IOException where it cannot be written; what was there before is still there
     */
    public static void write(Path path, Capture capture) throws IOException {
        List<Map.Entry<String, Tensor>> layout = new ArrayList<>(capture.tensors.entrySet());
        layout.sort(
                Comparator.comparing(
                                (Map.Entry<String, Tensor> entry) -> -entry.getValue().dtype.bytes)
                        .thenComparing(Map.Entry.comparingByKey(CanonicalJson.BY_CODE_POINT)));
        List<ByteBuffer> pieces = new ArrayList<>();
        byte[] header = header(capture.metadata, layout);
        ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        length.putLong(0, header.length);
        pieces.add(length);
        pieces.add(ByteBuffer.wrap(header));
        for (Map.Entry<String, Tensor> entry : layout) {
            pieces.add(entry.getValue().bytes());
        }
        WholeFile.write(path, pieces);
    }

    private static byte[] header(
            Map<String, String> metadata, List<Map.Entry<String, Tensor>> layout) {
        Map<String, String> texts = new HashMap<>();
        metadata.forEach((key, value) -> texts.put(key, CanonicalJson.string(value)));
        Map<String, String> header = new HashMap<>();
        header.put("__metadata__", CanonicalJson.object(texts));
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : layout) {
            Tensor tensor = entry.getValue();
            long end = offset + Tensor.sizeOf(tensor.dtype, tensor.shape());
            Map<String, String> fields = new HashMap<>();
            fields.put("dtype", CanonicalJson.string(tensor.dtype.safetensors));
            fields.put("shape", Arrays.toString(tensor.shape()).replace(" ", ""));
            fields.put("data_offsets", "[" + offset + "," + end + "]");
            header.put(entry.getKey(), CanonicalJson.object(fields));
            offset = end;
        }
        byte[] text = CanonicalJson.object(header).getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        return padded;
    }
}
