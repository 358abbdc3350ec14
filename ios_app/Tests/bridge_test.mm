// Bridge's own: what Swift and the host see, on a real model in ONNX Runtime. In Xcode these are
// the classes of the app that the tests run in.

#import <Foundation/Foundation.h>
#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#import "../Bridge/ONPSession.h"
#import "../Bridge/pool.h"
#include "../Core/digest.h"
#include "photo_files.h"

namespace {

using onpar::Bytes;
using onpar::Pool;

/// An ONNX file: `out` float32 [1, 3, 1, 2] is Identity of `image`, opset 17.
const Bytes identity = onpar::bytes_of(std::string_view(
    "\x08\x08:[\n\x16\n\x05image\x12\x03out\"\x08Identity\x12\x01gZ\x1f\n\x05image\x12\x16\n\x14"
    "\x08\x01\x12\x10\n\x02\x08\x01\n\x02\x08\x03\n\x02\x08\x01\n\x02\x08\x02"
    "b\x1d\n\x03out"
    "\x12\x16\n\x14\x08\x01\x12\x10\n\x02\x08\x01\n\x02\x08\x03\n\x02\x08\x01\n\x02\x08\x02"
    "B\x04\n\x00\x10\x11",
    101));

/// An ONNX file: `out` float32 [1, 6] is Flatten of `image`, opset 17.
const Bytes flatten = onpar::bytes_of(std::string_view(
    "\x08\x08:R\n\x15\n\x05image\x12\x03out\"\x07"
    "Flatten\x12\x01gZ\x1f\n\x05image\x12\x16\n\x14\x08\x01\x12\x10\n\x02\x08\x01\n\x02\x08\x03"
    "\n\x02\x08\x01\n\x02\x08\x02"
    "b\x15\n\x03out\x12\x0e\n\x0c\x08\x01\x12\x08\n\x02\x08\x01\n\x02\x08\x06"
    "B\x04\n\x00\x10\x11",
    92));

/// An ONNX file: `out` float32 [1, 3, 1, 2] is Cast of `image` int8, opset 17.
const Bytes cast = onpar::bytes_of(std::string_view(
    "\x08\x08:b\n\x1d\n\x05image\x12\x03out\"\x04"
    "Cast*\x09\n\x02to\x18\x01\xa0\x01\x02\x12\x01gZ\x1f\n\x05image\x12\x16\n\x14"
    "\x08\x03\x12\x10\n\x02\x08\x01\n\x02\x08\x03\n\x02\x08\x01\n\x02\x08\x02"
    "b\x1d\n\x03out"
    "\x12\x16\n\x14\x08\x01\x12\x10\n\x02\x08\x01\n\x02\x08\x03\n\x02\x08\x01\n\x02\x08\x02"
    "B\x04\n\x00\x10\x11",
    108));

const std::string class_map =
    R"({"step": "argmax", "takes": ["scores"], "makes": ["classes"],
        "classes": ["none", "cat", "dog"],
        "palette": [[0, 0, 0], [128, 0, 0], [0, 255, 0]]})";

const std::string best_two =
    R"({"step": "top-k", "takes": ["scores"], "makes": ["classes", "values"], "k": 2,
        "labels": ["a", "b", "c", "d", "e", "f"]})";

const std::string levels =
    R"({"step": "quantize", "takes": ["normal"], "makes": ["levels"],
        "scale": 0.00392156862745098, "zero_point": -128, "dtype": "int8"},)";

const std::string made_picture =
    R"({"step": "to-image", "takes": ["scores"], "makes": ["picture"],
        "scale": 1, "offset": 128, "layout": "NCHW"})";

NSString *folder() {
    static NSString *const made = [[NSTemporaryDirectory()
        stringByAppendingPathComponent:[[NSProcessInfo processInfo] globallyUniqueString]] retain];
    [[NSFileManager defaultManager] createDirectoryAtPath:made
                              withIntermediateDirectories:NO
                                               attributes:nil
                                                    error:NULL];
    return made;
}

/// The path of a model of these bytes, with a sidecar of its digest that says this shape of `out`,
/// this step behind it and, where the model takes int8, `quantized` in front.
NSString *model_at(NSString *name, const Bytes &content, const std::string &out = "1, 3, 1, 2",
                   const std::string &last = class_map, const std::string &quantized = "") {
    const std::string digest = onpar::sha256(content);
    const bool floats = quantized.empty();
    const std::string taken = floats ? "normal" : "levels";
    const auto tensors = [&](const std::string &input, const std::string &output) {
        return R"("inputs": [{"name": ")" + input + R"(", "shape": [1, 3, 1, 2], "dtype": ")" +
               (floats ? "float32" : "int8") + R"("}], "outputs": [{"name": ")" + output +
               R"(", "dtype": "float32", "shape": [)" + out + "]}]";
    };
    const std::string sidecar =
        R"({"version": "onpar-artifact/2", "file": "identity.onnx", "format": "onnx", "io": "tensor",
            "engine": "", "sha256": ")" +
        digest + R"(", "weights_sha256": ")" + digest + R"(", "recipe_sha256": ")" + digest + R"(",
            "model": {"recipe": "identity", )" +
        tensors(taken, "scores") + R"(}, )" + tensors("image", "out") + R"(,
            "steps": [
              {"step": "decode-image", "takes": ["photo"], "makes": ["decoded"]},
              {"step": "resize-image", "takes": ["decoded"], "makes": ["small"],
                "height": 1, "width": 2, "fit": "stretch", "pad": [0, 0, 0], "shorter": 0,
                "filter": "bilinear", "antialias": true},
              {"step": "normalize", "takes": ["small"], "makes": ["normal"],
                "mean": [0, 0, 0], "std": [1, 1, 1],
                "channels": "rgb", "layout": "NCHW", "dtype": "float32"},
              )" +
        quantized + R"(
              {"step": "run", "takes": [")" +
        taken + R"("], "makes": ["scores"]},
              )" +
        last + R"(],
            "runs": )" +
        (floats ? "[3, 3]" : "[4, 4]") + R"(,
            "cases": [{"name": "dot", "sources": [{"name": "photo", "file": "dot.png", "sha256": ")" +
        digest + R"("}]}]})";
    NSString *path = [folder() stringByAppendingPathComponent:name];
    [[NSData dataWithBytes:content.data() length:content.size()] writeToFile:path atomically:NO];
    [[NSData dataWithBytes:sidecar.data()
                    length:sidecar.size()] writeToFile:[path stringByAppendingString:@".json"]
                                            atomically:NO];
    return path;
}

ONPSession *session_at(NSString *path, NSError **error) {
    return [[[ONPSession alloc] initWithModelAt:path
                                        runtime:@"onnxruntime"
                                         target:@"ios-host"
                                        threads:1
                                           runs:2
                                          error:error] autorelease];
}

ONPPhoto *photo_of(const Bytes &rgb, NSError **error) {
    Bytes row{0};
    row.insert(row.end(), rgb.begin(), rgb.end());
    const Bytes png = onpar::png_of(static_cast<int>(rgb.size() / 3), 1, 8, 2, row);
    return [ONPPhoto photoWithFile:[NSData dataWithBytes:png.data() length:png.size()]
                              name:@"dot.png"
                             error:error];
}

std::string text_of(NSError *error) {
    return [[error localizedDescription] UTF8String];
}

bool holds(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a photo goes through a model and becomes classes, colours and a capture") {
    const Pool pool;
    NSError *error = nil;
    ONPSession *session = session_at(model_at(@"identity.onnx", identity), &error);
    REQUIRE(session != nil);
    CHECK(session.cases.count == 1);
    CHECK([[session.cases objectAtIndex:0].image isEqualToString:@"dot.png"]);
    // Of the first pixel blue is most, of the second green.
    ONPPhoto *photo = photo_of({10, 20, 30, 40, 60, 50}, &error);
    REQUIRE(photo != nil);
    ONPResult *result = [session segment:photo caseName:@"dot" error:&error];
    REQUIRE(result != nil);
    CHECK(result.width == 2);
    CHECK(result.height == 1);
    CHECK(result.runs == 2);
    CHECK(result.squeezed);
    const uint8_t colours[] = {0, 255, 0, 255, 128, 0, 0, 255};
    CHECK([result overlayWithShare:1].length == sizeof colours);
    CHECK(std::memcmp([result overlayWithShare:1].bytes, colours, sizeof colours) == 0);
    CHECK([result classes].count == 2);
    CHECK([result labels].count == 0);
    CHECK([[[result classes] objectAtIndex:0].name isEqualToString:@"cat"]);
    NSString *path = [folder() stringByAppendingPathComponent:@"dot.safetensors"];
    CHECK([result writeCaptureTo:path error:&error]);
    NSData *capture = [NSData dataWithContentsOfFile:path];
    const std::string content(static_cast<const char *>(capture.bytes), capture.length);
    CHECK(holds(content, "\"artifact_sha256\":\"" + onpar::sha256(identity) + "\""));
    CHECK(holds(content, "\"runtime\":\"onnxruntime\""));
    CHECK(holds(content, "\"scores\":{\"data_offsets\":"));
    CHECK(holds(content, R"("sources":"{\"photo\":\")"));
}

TEST_CASE("a classifier gives the best labels with their values, and no class map") {
    const Pool pool;
    NSError *error = nil;
    ONPSession *session = session_at(model_at(@"flat.onnx", flatten, "1, 6", best_two), &error);
    REQUIRE(session != nil);
    ONPPhoto *photo = photo_of({0, 51, 102, 0, 255, 51}, &error);
    ONPResult *result = [session segment:photo caseName:@"dot" error:&error];
    REQUIRE(result != nil);
    CHECK(result.width == 0);
    CHECK([result classes].count == 0);
    CHECK([result labels].count == 2);
    CHECK([[[result labels] objectAtIndex:0].name isEqualToString:@"d"]);
    CHECK([[result labels] objectAtIndex:0].value == 1);
    CHECK([[[result labels] objectAtIndex:1].name isEqualToString:@"e"]);
    CHECK([[result labels] objectAtIndex:1].value == .4f);
}

TEST_CASE("a network takes int8, and a screen shows the picture that the last step makes") {
    const Pool pool;
    NSError *error = nil;
    NSString *path = model_at(@"cast.onnx", cast, "1, 3, 1, 2", made_picture, levels);
    ONPSession *session = session_at(path, &error);
    REQUIRE(session != nil);
    ONPPhoto *photo = photo_of({0, 20, 255, 40, 60, 127}, &error);
    ONPResult *result = [session segment:photo caseName:@"dot" error:&error];
    REQUIRE(result != nil);
    CHECK(result.width == 2);
    CHECK(result.height == 1);
    CHECK(result.squeezed);
    CHECK([[result overlayWithShare:.5] isEqualToData:[photo rgba]]);
    CHECK([result classes].count == 0);
    NSString *file = [folder() stringByAppendingPathComponent:@"cast.safetensors"];
    CHECK([result writeCaptureTo:file error:&error]);
    NSData *capture = [NSData dataWithContentsOfFile:file];
    const std::string content(static_cast<const char *>(capture.bytes), capture.length);
    CHECK(holds(content, R"("dtype":"I8","shape":[1,3,1,2]})"));
    CHECK(holds(content, R"("picture":{)"));
}

TEST_CASE("a photo's pixels are its own: they stay when its file is gone") {
    const Pool pool;
    NSError *error = nil;
    ONPPhoto *photo = nil;
    {
        const Pool inner;
        photo = [photo_of({1, 2, 3, 4, 5, 6}, &error) retain];
    }
    const uint8_t rgba[] = {1, 2, 3, 255, 4, 5, 6, 255};
    CHECK([photo rgba].length == sizeof rgba);
    CHECK(std::memcmp([photo rgba].bytes, rgba, sizeof rgba) == 0);
    [photo release];
}

TEST_CASE("what goes wrong is a sentence, and no exception leaves Bridge") {
    const Pool pool;
    NSError *error = nil;
    CHECK(session_at(@"/absent.onnx", &error) == nil);
    CHECK(holds(text_of(error), "/absent.onnx: cannot be read (no such file), expected a model"));

    const Bytes wrong = onpar::bytes_of("no model");
    CHECK(session_at(model_at(@"wrong.onnx", wrong), &error) == nil);
    CHECK(holds(text_of(error), "cannot load it ("));

    NSString *path = model_at(@"other.onnx", identity, "1, 3, 2, 1");
    CHECK(session_at(path, &error) == nil);
    CHECK(holds(text_of(error),
                "has the outputs out: float32 [1, 3, 1, 2], its sidecar says out: float32"));

    CHECK([ONPPhoto photoWithFile:[NSData data] name:@"empty.png" error:&error] == nil);
    CHECK(holds(text_of(error), "empty.png: is empty (0 bytes)"));
}

TEST_CASE("a runtime is known by its name, its version and the formats that it takes") {
    const Pool pool;
    NSError *error = nil;
    CHECK([[ONPSession runtimes] containsObject:@"onnxruntime"]);
    CHECK([[ONPSession displayNameOf:@"onnxruntime"] isEqualToString:@"ONNX Runtime"]);
    CHECK([[ONPSession versionOf:@"onnxruntime"] hasPrefix:@"1."]);
    NSString *sidecar = [model_at(@"asked.onnx", identity) stringByAppendingString:@".json"];
    NSArray<NSString *> *runtimes = [ONPSession runtimesForSidecarAt:sidecar error:&error];
    CHECK([runtimes isEqualToArray:@[ @"onnxruntime" ]]);
    CHECK([ONPSession runtimesForSidecarAt:@"/absent.json" error:&error] == nil);
}
