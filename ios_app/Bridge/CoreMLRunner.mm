#import "CoreMLRunner.h"

#import <CoreML/CoreML.h>
#import <CoreVideo/CoreVideo.h>

#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#import "conversion.h"
#include "problem.h"

namespace {

/// numpy's name of an array's items; MLMultiArray has no u8 and no i64.
const char *numpy_name(MLMultiArrayDataType type) {
    switch (type) {
        case MLMultiArrayDataTypeFloat32:
            return "float32";
        case MLMultiArrayDataTypeInt32:
            return "int32";
        default:
            return nullptr;
    }
}

/// Core ML lays an array out as it likes: `strides` are in items, and gaps are possible.
ONPTensor *contiguous(MLMultiArray *array) {
    const char *dtype = numpy_name(array.dataType);
    if (!dtype) {
        throw std::runtime_error("an output has items of type " +
                                 std::to_string(static_cast<long>(array.dataType)) +
                                 " of MLMultiArray, expected float32 or int32");
    }
    const std::vector<int64_t> shape = onpar::sides(array.shape);
    const std::vector<int64_t> strides = onpar::sides(array.strides);
    constexpr std::size_t size = 4;
    std::vector<uint8_t> dense(static_cast<std::size_t>(array.count) * size);
    const auto *items = static_cast<const uint8_t *>(array.dataPointer);
    std::vector<int64_t> index(shape.size());
    for (std::size_t i = 0; i < dense.size(); i += size) {
        int64_t at = 0;
        for (std::size_t side = 0; side < shape.size(); side++) {
            at += index[side] * strides[side];
        }
        std::memcpy(&dense[i], items + at * static_cast<int64_t>(size), size);
        for (std::size_t side = shape.size(); side-- > 0;) {
            if (++index[side] < shape[side]) {
                break;
            }
            index[side] = 0;
        }
    }
    return onpar::tensor(dtype, shape, dense.data());
}

/// A copy as float32 or int32: what MLMultiArray can hold. Nil with an error where Core ML cannot.
MLMultiArray *given(ONPTensor *tensor, NSError **error) {
    const onpar::Tensor from = onpar::tensor(tensor);
    const bool floats = from.dtype() == onpar::Dtype::float32;
    MLMultiArray *array = [[[MLMultiArray alloc]
        initWithShape:tensor.shape
             dataType:floats ? MLMultiArrayDataTypeFloat32 : MLMultiArrayDataTypeInt32
                error:error] autorelease];
    if (!array) {
        return nil;
    }
    const std::vector<uint8_t> &bytes = from.bytes();
    auto *out = static_cast<uint8_t *>(array.dataPointer);
    const std::size_t size = onpar::names(from.dtype()).bytes;
    for (std::size_t i = 0; i * size < bytes.size(); i++) {
        if (size == 4) {
            std::memcpy(out + 4 * i, &bytes[size * i], 4);
            continue;
        }
        // An i64 as far as it fits.
        int64_t value = 0;
        std::memcpy(&value, &bytes[size * i], size);
        const bool is_signed = from.dtype() == onpar::Dtype::int8;
        const int32_t narrow = is_signed ? static_cast<int8_t>(value) : static_cast<int32_t>(value);
        std::memcpy(out + 4 * i, &narrow, sizeof narrow);
    }
    return array;
}

/// Pixels u8 [h, w, 3] as an image of the same size, for a file with io `image`: BGRA, whose order
/// Core ML knows and turns into the file's. Nothing is scaled or converted to another colour space.
MLFeatureValue *image(ONPTensor *tensor) {
    const onpar::Tensor from = onpar::tensor(tensor);
    const std::vector<int64_t> &shape = from.shape();
    if (from.dtype() != onpar::Dtype::uint8 || shape.size() != 3 || shape[2] != 3) {
        throw std::runtime_error("the file takes an image, and was given no pixels u8 [h, w, 3]");
    }
    const auto height = static_cast<std::size_t>(shape[0]);
    const auto width = static_cast<std::size_t>(shape[1]);
    CVPixelBufferRef pixels = nullptr;
    const CVReturn made = CVPixelBufferCreate(kCFAllocatorDefault, width, height,
                                              kCVPixelFormatType_32BGRA, nullptr, &pixels);
    if (made != kCVReturnSuccess) {
        throw std::runtime_error("Core Video has no memory for the image (CVReturn " +
                                 std::to_string(made) + ")");
    }
    CVPixelBufferLockBaseAddress(pixels, 0);
    auto *rows = static_cast<uint8_t *>(CVPixelBufferGetBaseAddress(pixels));
    const std::size_t row_bytes = CVPixelBufferGetBytesPerRow(pixels);
    for (std::size_t i = 0; i < width * height; i++) {
        const uint8_t *rgb = &from.bytes()[3 * i];
        uint8_t *bgra = rows + i / width * row_bytes + i % width * 4;
        bgra[0] = rgb[2];
        bgra[1] = rgb[1];
        bgra[2] = rgb[0];
        bgra[3] = 255;
    }
    CVPixelBufferUnlockBaseAddress(pixels, 0);
    MLFeatureValue *value = [MLFeatureValue featureValueWithPixelBuffer:pixels];
    CVPixelBufferRelease(pixels);
    return value;
}

/// As the sidecar has it: Core ML gives classes as Int32, where the sidecar may say u8 or i64.
ONPTensor *as_specified(ONPTensor *got, ONPTensorSpec *spec) {
    if ([got.dtype isEqualToString:spec.dtype] || ![got.dtype isEqualToString:@"int32"]) {
        return got;
    }
    const onpar::Tensor from = onpar::tensor(got);
    onpar::Tensor to(onpar::dtype_named(onpar::string(spec.dtype))->dtype, onpar::sides(got.shape));
    const std::size_t size = onpar::names(to.dtype()).bytes;
    for (std::size_t i = 0; i * 4 < from.bytes().size(); i++) {
        int32_t value = 0;
        std::memcpy(&value, &from.bytes()[4 * i], sizeof value);
        const int64_t wide = value;
        std::memcpy(&to.bytes()[size * i], &wide, size);
    }
    return onpar::tensor(to);
}

}  // namespace

@implementation CoreMLRunner

+ (NSString *)runtime {
    return @"coreml";
}

+ (NSString *)displayName {
    return @"Core ML";
}

/// Core ML comes with the system, and has no version of its own.
+ (NSString *)runtimeVersion {
    return [[NSProcessInfo processInfo] operatingSystemVersionString];
}

+ (NSArray<NSString *> *)formats {
    return @[ @"coreml" ];
}

+ (id<ModelRunner>)loadModel:(ONPModel *)model
                     content:(NSData *)content
                     threads:(NSInteger)threads
                       error:(NSError **)error {
    CoreMLRunner *runner = [[[CoreMLRunner alloc] initEmpty] autorelease];
    runner->_model = [model retain];
    NSError *problem = nil;
    // Deprecated since iOS 16 for one that calls back; models load off the main thread here.
    NSURL *compiled = [MLModel compileModelAtURL:[NSURL fileURLWithPath:model.path] error:&problem];
    MLModel *loaded = nil;
    if (compiled) {
        // On the processor alone: the neural engine computes in float16 for any file.
        MLModelConfiguration *configuration = [[[MLModelConfiguration alloc] init] autorelease];
        configuration.computeUnits = MLComputeUnitsCPUOnly;
        loaded = [MLModel modelWithContentsOfURL:compiled
                                   configuration:configuration
                                           error:&problem];
        [[NSFileManager defaultManager] removeItemAtURL:compiled error:NULL];
    }
    if (!loaded) {
        onpar::set(
            error,
            [NSString stringWithFormat:@"%@: Core ML of %@ cannot load it (%@); "
                                       @"export it again for the oldest iOS that it is to run on",
                                       model.name, [self runtimeVersion],
                                       [problem localizedDescription]]);
        return nil;
    }
    runner->_loaded = [loaded retain];
    return runner;
}

- (instancetype)initEmpty {
    return [super init];
}

- (void)dealloc {
    [_loaded release];
    [_model release];
    [super dealloc];
}

- (NSString *)engine {
    return @"CPU";
}

- (NSString *)computeUnit {
    return @"CPU";
}

- (NSDictionary<NSString *, ONPTensor *> *)run:(NSDictionary<NSString *, ONPTensor *> *)inputs
                                         error:(NSError **)error {
    NSMutableDictionary<NSString *, ONPTensor *> *outputs = [NSMutableDictionary dictionary];
    NSError *said = nil;
    const std::string problem = onpar::problem_of([&] {
        NSMutableDictionary<NSString *, MLFeatureValue *> *features =
            [NSMutableDictionary dictionary];
        for (ONPTensorSpec *spec in self->_model.inputs) {
            ONPTensor *tensor = [inputs objectForKey:spec.name];
            MLFeatureDescription *taken =
                [[[self->_loaded modelDescription] inputDescriptionsByName] objectForKey:spec.name];
            if (taken.type == MLFeatureTypeImage) {
                [features setObject:image(tensor) forKey:spec.name];
                continue;
            }
            MLMultiArray *array = given(tensor, &said);
            if (!array) {
                return;
            }
            [features setObject:[MLFeatureValue featureValueWithMultiArray:array] forKey:spec.name];
        }
        id<MLFeatureProvider> provider =
            [[[MLDictionaryFeatureProvider alloc] initWithDictionary:features
                                                               error:&said] autorelease];
        id<MLFeatureProvider> results =
            provider ? [self->_loaded predictionFromFeatures:provider error:&said] : nil;
        for (ONPTensorSpec *spec in self->_model.outputs) {
            MLMultiArray *array = [[results featureValueForName:spec.name] multiArrayValue];
            if (array) {
                [outputs setObject:as_specified(contiguous(array), spec) forKey:spec.name];
            }
        }
    });
    if (!problem.empty() || said) {
        NSString *what =
            said ? [said localizedDescription] : onpar::ns_string(onpar::one_line(problem));
        onpar::set(error, [NSString stringWithFormat:@"%@: Core ML failed (%@); export it again",
                                                     self->_model.name, what]);
        return nil;
    }
    return outputs;
}

@end
