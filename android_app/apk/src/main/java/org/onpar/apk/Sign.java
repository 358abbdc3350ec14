package org.onpar.apk;

import com.android.apksig.ApkSigner;
import com.android.apksig.KeyConfig;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Signs an APK by the schemes 1, 2 and 3, and leaves every entry where it is aligned to.
 *
 * <p>The command {@code apksigner} moves stored libraries to a multiple of 4 KB, which phones with
 * larger pages cannot map.
 */
public final class Sign {
    private static final String ALIAS = "onpar";

    private Sign() {}

    /** Sign IN OUT KEYSTORE PASSWORD MIN_SDK. */
    public static void main(String[] words) throws Exception {
        char[] password = words[3].toCharArray();
        ApkSigner.SignerConfig signer = signer(new File(words[2]), password);
        new ApkSigner.Builder(List.of(signer))
                .setInputApk(new File(words[0]))
                .setOutputApk(new File(words[1]))
                .setMinSdkVersion(Integer.parseInt(words[4]))
                .setV1SigningEnabled(true)
                .setV2SigningEnabled(true)
                .setV3SigningEnabled(true)
                .setV4SigningEnabled(false)
                .setAlignmentPreserved(true)
                .setCreatedBy("onpar")
                .build()
                .sign();
    }

    private static ApkSigner.SignerConfig signer(File file, char[] password)
            throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(file, password);
        return new ApkSigner.SignerConfig.Builder(
                        ALIAS, new KeyConfig.Jca((PrivateKey) keys.getKey(ALIAS, password)),
                        List.of((X509Certificate) keys.getCertificate(ALIAS)))
                .build();
    }
}
