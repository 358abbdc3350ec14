package org.onpar.core;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;

/** SHA-256 in hexadecimal. */
public final class Digest {
    private Digest() {}

    /** Of the bytes. */
    public static String sha256(byte[] content) {
        return hex(sha256().digest(content));
    }

    /** Of the tensors' bytes, one tensor after another by name ({@code digest} of capture.py). */
    public static String of(Map<String, Tensor> tensors) {
        MessageDigest sha = sha256();
        tensors.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(CanonicalJson.BY_CODE_POINT))
                .forEach(entry -> sha.update(entry.getValue().bytes()));
        return hex(sha.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException error) {
            throw new AssertionError("every Java has SHA-256", error);
        }
    }

    private static String hex(byte[] digest) {
        StringBuilder text = new StringBuilder();
        for (byte one : digest) {
            text.append(Character.forDigit(one >> 4 & 15, 16));
            text.append(Character.forDigit(one & 15, 16));
        }
        return text.toString();
    }
}
