package org.onpar.runtimes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** What ONNX Runtime's sums of int8 are on this processor. */
final class Int8Sums {
    private Int8Sums() {}

    /**
     * Whether they saturate, as on no phone: on x86-64 without VNNI, of a desktop or an emulator. As
     * pipeline/host.py has it.
     */
    static boolean saturate() {
        String architecture = System.getProperty("os.arch", "");
        if (!architecture.equals("amd64") && !architecture.equals("x86_64")) {
            return false;
        }
        try {
            byte[] said = Files.readAllBytes(Paths.get("/proc/cpuinfo"));
            String text = new String(said, StandardCharsets.UTF_8);
            Set<String> flags = new HashSet<>(Arrays.asList(text.split("\\s+")));
            return !flags.contains("avx512_vnni") && !flags.contains("avx_vnni");
        } catch (IOException error) {
            return false;  // Not Linux.
        }
    }
}
