package org.onpar.core.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.onpar.core.InputException;
import org.onpar.core.SidecarReader;

/** A sidecar whose step cannot be right is refused, and the error names the key at fault. */
final class StepRefusalsTest {
    private static final String SHA = String.join("", Collections.nCopies(64, "a"));

    private static final String PIXELS = "1, 1, 4, 5";

    private static final String SCORES = "1, 3";

    private static final String RESIZE =
            "{'step':'resize-image','takes':['decoded'],'makes':['resized'],'height':6,'width':5,"
                    + "'fit':'stretch','pad':[0,0,0],'shorter':0,'filter':'bilinear',"
                    + "'antialias':true}";

    private static final String NORMALIZE =
            "{'step':'normalize','takes':['resized'],'makes':['image'],'mean':[0,0,0],"
                    + "'std':[1,1,1],'channels':'rgb','layout':'NCHW','dtype':'float32'}";

    private static final String FLOAT32 = "'layout':'NCHW','dtype':'float32'";

    private static final String UINT8 = "'layout':'NCHW','dtype':'uint8'";

    private static final String QUANTIZE =
            "{'step':'quantize','takes':['out'],'makes':['out.q'],'scale':0.5,'zero_point':-128,"
                    + "'dtype':'int8'}";

    private static final String DEQUANTIZE =
            ",{'step':'dequantize','takes':['out.q'],'makes':['made'],'scale':0.5,"
                    + "'zero_point':127}";

    private static final String TO_IMAGE =
            "{'step':'to-image','takes':['out'],'makes':['made'],'scale':255,'offset':0.5,"
                    + "'layout':'NCHW'}";

    private static final String SOFTMAX =
            "{'step':'softmax','takes':['out'],'makes':['made'],'axis':1}";

    private static final String SIGMOID = "{'step':'sigmoid','takes':['out'],'makes':['made']}";

    private static final String THRESHOLD =
            "{'step':'threshold','takes':['out'],'makes':['made'],'above':0.5,"
                    + "'classes':['a','b'],'palette':[[0,0,0],[1,2,3]]}";

    private static final String TOP_K =
            "{'step':'top-k','takes':['out'],'makes':['made','values'],'k':3,"
                    + "'labels':['a','b','c']}";

    @Test
    void soundStepsAreRead() throws InputException {
        assertEquals("[float32 [1, 3]]", made(SCORES, SOFTMAX));
        assertEquals("[float32 [1, 3]]", made(SCORES, SIGMOID));
        assertEquals("[uint8 [4, 5]]", made(PIXELS, THRESHOLD));
        assertEquals("[uint8 [4, 5]]", made("1, 4, 5, 1", THRESHOLD));
        assertEquals("[int32 [3], float32 [3]]", made(SCORES, TOP_K));
        assertEquals("[int8 [1, 3]]", made(SCORES, QUANTIZE));
        assertEquals("[float32 [1, 3]]", made(SCORES, QUANTIZE + DEQUANTIZE));
        assertEquals("[uint8 [4, 5, 3]]", made(PIXELS, TO_IMAGE));
        assertEquals("[uint8 [4, 5, 3]]", made("1, 4, 5, 3", TO_IMAGE.replace("NCHW", "NHWC")));
    }

    @Test
    void anAxisThatTheTensorHasNotIsRefused() {
        refused("axis", SCORES, SOFTMAX, "'axis':1", "'axis':2");
        refused("axis", SCORES, SOFTMAX, "'axis':1", "'axis':-1");
    }

    @Test
    void aTensorWithoutAxesIsRefused() {
        refused("takes", "", SOFTMAX, "", "");
        refused("takes", "", SIGMOID, "", "");
    }

    @Test
    void aThresholdNeedsOneChannelTwoClassesAndANumberOfFloat32() {
        refused("takes", "1, 2, 4, 5", THRESHOLD, "", "");
        refused("takes", "4, 5", THRESHOLD, "", "");
        refused("above", PIXELS, THRESHOLD, "0.5", "3.5e38");
        refused("classes", PIXELS, THRESHOLD, "'a',", "");
        refused("palette", PIXELS, THRESHOLD, "[0,0,0],", "");
        refused("palette", PIXELS, THRESHOLD, "[1,2,3]", "[1,2,256]");
    }

    @Test
    void topKNeedsTwoNamesALabelAClassAndAKOfThem() {
        refused("takes", PIXELS, TOP_K, "", "");
        refused("makes", SCORES, TOP_K, ",'values'", "");
        refused("makes", SCORES, TOP_K, "'values'", "'made'");
        refused("labels", SCORES, TOP_K, ",'c'", "");
        refused("k", SCORES, TOP_K, "'k':3", "'k':4");
        refused("k", SCORES, TOP_K, "'k':3", "'k':0");
    }

    @Test
    void aQuantizationNeedsAScaleOfFloat32AndAZeroPointOfItsType() {
        refused("takes", "", QUANTIZE, "", "");
        String both = QUANTIZE + DEQUANTIZE;
        refused("takes", SCORES, both, "'takes':['out.q']", "'takes':['out']");
        for (String scale : new String[] {"0", "-1", "1e-38", "3.5e38", "'1'"}) {
            refused("scale", SCORES, QUANTIZE, "0.5", scale);
            refused("scale", SCORES, both, "0.5,'zero_point':127", scale + ",'zero_point':127");
        }
        refused("zero_point", SCORES, QUANTIZE, "-128", "-129");
        refused("zero_point", SCORES, QUANTIZE, "-128", "128");
        refused("zero_point", SCORES, QUANTIZE, "-128", "0.5");
        refused("zero_point", SCORES, QUANTIZE, "int8", "uint8");
        refused("zero_point", SCORES, both, "127", "128");
        refused("dtype", SCORES, QUANTIZE, "int8", "int32");
        refused("dtype", SCORES, QUANTIZE, ",'dtype':'int8'", "");
    }

    @Test
    void aPictureNeedsOneChannelOrThreeAndNumbersOfFloat32() {
        refused("takes", "1, 2, 4, 5", TO_IMAGE, "", "");
        refused("takes", "2, 3, 4, 5", TO_IMAGE, "", "");
        refused("takes", "3, 4, 5", TO_IMAGE, "", "");
        refused("takes", "1, 3, 4, 5", TO_IMAGE, "NCHW", "NHWC");
        refused("takes", "1, 1, 8000, 5001", TO_IMAGE, "", "");
        refused("scale", PIXELS, TO_IMAGE, "255", "0");
        refused("scale", PIXELS, TO_IMAGE, "255", "-3.5e38");
        refused("offset", PIXELS, TO_IMAGE, "0.5", "3.5e38");
        refused("layout", PIXELS, TO_IMAGE, "NCHW", "CHW");
    }

    @Test
    void aResizeNeedsAFilterAndWhetherItAntialiases() {
        refusedOfPhoto("filter", "bilinear", "nearest");
        refusedOfPhoto("filter", "'bilinear'", "true");
        refusedOfPhoto("filter", "'filter':'bilinear',", "");
        refusedOfPhoto("antialias", "true", "'true'");
        refusedOfPhoto("antialias", "true", "1");
        refusedOfPhoto("antialias", ",'antialias':true", "");
    }

    @Test
    void normalizeNeedsAsManyNumbersAsChannelsAndNoneForLevels() {
        refusedOfPhoto("channels", "'rgb'", "'yuv'");
        refusedOfPhoto("layout", "NCHW", "CHW");
        refusedOfPhoto("dtype", FLOAT32, UINT8.replace("uint8", "int32"));
        refusedOfPhoto("mean", "'rgb'", "'gray'");
        refusedOfPhoto("mean", FLOAT32, UINT8);
        refusedOfPhoto("std", "'mean':[0,0,0]", "'mean':[]", FLOAT32, UINT8);
    }

    @Test
    void theShorterSideIsNotBelowTheSizeAndZeroWithAnotherFit() {
        refusedOfPhoto("shorter", "'shorter':0", "'shorter':6");
        refusedOfPhoto("shorter", "stretch", "shorter");
        refusedOfPhoto("shorter", "stretch", "shorter", "'shorter':0", "'shorter':5");
        refusedOfPhoto("shorter", "stretch", "shorter", "'shorter':0", "'shorter':65536");
        refusedOfPhoto("shorter", ",'shorter':0", "");
    }

    private static String made(String outputs, String last) throws InputException {
        Chain chain = read(sidecar(outputs, last));
        return chain.steps.get(chain.steps.size() - 1).makes.toString();
    }

    private static Chain read(String text) throws InputException {
        byte[] bytes = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return SidecarReader.read(bytes, "sample.onnx.json").chain;
    }

    /** @param outputs the sides of what the network gives */
    private static void refused(
            String key, String outputs, String last, String old, String other) {
        assertRefused(key, sidecar(outputs, last.replace(old, other)));
    }

    /** @param changes pieces of the photo's steps, and what stands there instead */
    private static void refusedOfPhoto(String key, String... changes) {
        String text = sidecar(SCORES, SOFTMAX);
        for (int i = 0; i < changes.length; i += 2) {
            assertTrue(text.contains(changes[i]), changes[i]);
            text = text.replaceFirst(Pattern.quote(changes[i]), changes[i + 1]);
        }
        assertRefused(key, text);
    }

    @Test
    void aWrongValueIsCutBetweenCharacters() {
        String wrong = "'io':'" + String.join("", Collections.nCopies(80, "\ud83d\ude00")) + "'";
        String sidecar = sidecar(SCORES, SOFTMAX).replace("'io':'tensor'", wrong);
        InputException error = assertThrows(InputException.class, () -> read(sidecar));
        assertTrue(error.getMessage().contains("\ud83d\ude00…"), error.getMessage());
    }

    private static void assertRefused(String key, String sidecar) {
        InputException error = assertThrows(InputException.class, () -> read(sidecar), key);
        assertTrue(
                error.getMessage().matches(".*[`.]" + key + "(\\[[0-9]\\])*`.*"),
                error.getMessage());
    }

    private static String sidecar(String outputs, String last) {
        String tensors =
                "'inputs':[{'name':'image','shape':[1,3,6,5],'dtype':'float32'}],"
                        + "'outputs':[{'name':'out','shape':[" + outputs
                        + "],'dtype':'float32'}]";
        return "{'version':'onpar-artifact/2','io':'tensor','file':'sample.onnx','format':'onnx',"
                + "'engine':'','sha256':'" + SHA + "','weights_sha256':'" + SHA
                + "','recipe_sha256':'" + SHA + "','cases':[]," + tensors
                + ",'model':{'recipe':'sample'," + tensors + "},'runs':[3,3],'steps':["
                + "{'step':'decode-image','takes':['photo'],'makes':['decoded']}," + RESIZE + ","
                + NORMALIZE + ",{'step':'run','takes':['image'],'makes':['out']}," + last + "]}";
    }
}
