#import "OnnxRuntimeRunner.h"

#include <fstream>
#include <string>
#include <vector>

#import "OnnxTensors.h"
#import "conversion.h"
#include "onnx_api.h"
#include "problem.h"

using namespace onpar::onnx;

namespace {

/// One for the process, never released: ONNX Runtime's own threads may outlive statics.
OrtEnv *environment() {
    static OrtEnv *const one = [] {
        OrtEnv *made = nullptr;
        check(api().CreateEnv(ORT_LOGGING_LEVEL_ERROR, "onpar", &made));
        return made;
    }();
    return one;
}

/// Whether ONNX Runtime's sums of int8 saturate, as on no phone: on x86-64 without VNNI
/// (pipeline/host.py). A Mac does not say it in this file, so that an old one is taken to.
bool int8_saturates() {
#if defined(__x86_64__)
    std::ifstream file("/proc/cpuinfo");
    for (std::string word; file >> word;) {
        if (word == "avx512_vnni" || word == "avx_vnni") {
            return false;
        }
    }
    return true;
#else
    return false;
#endif
}

Session load(NSData *content, NSInteger threads) {
    OrtSessionOptions *made = nullptr;
    check(api().CreateSessionOptions(&made));
    Options options(made);
    check(api().SetIntraOpNumThreads(options.get(), static_cast<int>(threads)));
    check(api().SetSessionLogSeverityLevel(options.get(), ORT_LOGGING_LEVEL_ERROR));
    if (int8_saturates()) {
        check(api().AddSessionConfigEntry(options.get(), "session.x64quantprecision", "1"));
    }
    OrtSession *session = nullptr;
    check(api().CreateSessionFromArray(environment(), content.bytes, content.length, options.get(),
                                       &session));
    return Session(session);
}

}  // namespace

@implementation OnnxRuntimeRunner

+ (NSString *)runtime {
    return @"onnxruntime";
}

+ (NSString *)displayName {
    return @"ONNX Runtime";
}

+ (NSString *)runtimeVersion {
    return @(OrtGetApiBase()->GetVersionString());
}

+ (NSArray<NSString *> *)formats {
    return @[ @"onnx", @"ort" ];
}

+ (id<ModelRunner>)loadModel:(ONPModel *)model
                     content:(NSData *)content
                     threads:(NSInteger)threads
                       error:(NSError **)error {
    OnnxRuntimeRunner *runner = [[[OnnxRuntimeRunner alloc] initEmpty] autorelease];
    runner->_model = [model retain];
    bool same = false;
    const std::string problem = onpar::problem_of([&] {
        OrtSession *session = runner->_session = load(content, threads).release();
        const std::string inputs = listed_inputs(session);
        const std::string outputs = listed_outputs(session);
        same = !onpar::differs(model.name, "inputs", inputs, model.inputs, error) &&
               !onpar::differs(model.name, "outputs", outputs, model.outputs, error);
    });
    if (!problem.empty()) {
        onpar::set(
            error,
            [NSString stringWithFormat:
                          @"%@: ONNX Runtime %s cannot load it (%s); "
                          @"export it again, with an opset and operators that this version has",
                          model.name, OrtGetApiBase()->GetVersionString(), problem.c_str()]);
    }
    return same ? runner : nil;
}

- (instancetype)initEmpty {
    return [super init];
}

- (void)dealloc {
    // Null where it could not be loaded: then there may be no API to release it by.
    if (_session) {
        api().ReleaseSession(_session);
    }
    [_model release];
    [super dealloc];
}

- (NSString *)engine {
    return @"CPUExecutionProvider";
}

- (NSString *)computeUnit {
    return @"CPU";
}

- (NSDictionary<NSString *, ONPTensor *> *)run:(NSDictionary<NSString *, ONPTensor *> *)inputs
                                         error:(NSError **)error {
    NSMutableDictionary<NSString *, ONPTensor *> *outputs = [NSMutableDictionary dictionary];
    const std::string problem = onpar::problem_of([&] {
        std::vector<Value> values;
        std::vector<const OrtValue *> given_values;
        std::vector<std::string> names;
        for (ONPTensorSpec *spec in _model.inputs) {
            values.push_back(given([inputs objectForKey:spec.name]));
            given_values.push_back(values.back().get());
            names.push_back(onpar::string(spec.name));
        }
        for (ONPTensorSpec *spec in _model.outputs) {
            names.push_back(onpar::string(spec.name));
        }
        std::vector<const char *> texts;
        for (const std::string &name : names) {
            texts.push_back(name.c_str());
        }
        const size_t count = _model.outputs.count;
        std::vector<OrtValue *> made(count, nullptr);
        OrtStatus *status =
            api().Run(_session, nullptr, texts.data(), given_values.data(), given_values.size(),
                      texts.data() + given_values.size(), count, made.data());
        std::vector<Value> results(made.begin(), made.end());
        check(status);
        for (size_t i = 0; i < count; i++) {
            [outputs setObject:returned(results[i].get())
                        forKey:[_model.outputs objectAtIndex:i].name];
        }
    });
    if (!problem.empty()) {
        onpar::set(error, [NSString stringWithFormat:@"%@: ONNX Runtime failed (%s); export it "
                                                     @"again, and try it with `onpar capture`",
                                                     _model.name, problem.c_str()]);
        return nil;
    }
    return outputs;
}

@end
