#import "conversion.h"

#include <cstring>
#include <stdexcept>

#include "problem.h"

namespace onpar {

std::string string(NSString *text) {
    const char *bytes = [text UTF8String];
    return bytes ? bytes : "";
}

NSString *ns_string(const std::string &text) {
    NSString *whole = [[[NSString alloc] initWithBytes:text.data()
                                                length:text.size()
                                              encoding:NSUTF8StringEncoding] autorelease];
    if (whole) {
        return whole;
    }
    std::string ascii = text;
    for (char &c : ascii) {
        c = static_cast<unsigned char>(c) < 0x80 ? c : '?';
    }
    return @(ascii.c_str());
}

std::vector<int64_t> sides(NSArray<NSNumber *> *shape) {
    std::vector<int64_t> sides;
    for (NSNumber *side in shape) {
        sides.push_back([side longLongValue]);
    }
    return sides;
}

NSArray<NSNumber *> *sides(const std::vector<int64_t> &shape) {
    NSMutableArray<NSNumber *> *sides = [NSMutableArray array];
    for (int64_t side : shape) {
        [sides addObject:@(static_cast<long long>(side))];
    }
    return sides;
}

ONPTensor *tensor(const std::string &dtype, const std::vector<int64_t> &shape, const void *bytes) {
    const DtypeNames *names = dtype_named(dtype);
    if (!names) {
        throw std::invalid_argument("got a tensor of " + dtype +
                                    ", expected float32, int32, int64, int8 or uint8");
    }
    NSData *data = [NSData dataWithBytes:bytes length:size_of(names->dtype, shape)];
    return [[[ONPTensor alloc] initWithDtype:@(names->numpy) shape:sides(shape)
                                        data:data] autorelease];
}

Tensor tensor(ONPTensor *given) {
    const DtypeNames *names = dtype_named(string(given.dtype));
    if (!names) {
        throw std::invalid_argument("got a tensor of " + string(given.dtype));
    }
    const auto *bytes = static_cast<const uint8_t *>(given.data.bytes);
    return Tensor(names->dtype, sides(given.shape),
                  std::vector<uint8_t>(bytes, bytes + given.data.length));
}

ONPTensor *tensor(const Tensor &given) {
    return tensor(names(given.dtype()).numpy, given.shape(), given.bytes().data());
}

NSArray<ONPTensorSpec *> *specs(const std::vector<TensorSpec> &given) {
    NSMutableArray<ONPTensorSpec *> *all = [NSMutableArray array];
    for (const TensorSpec &spec : given) {
        ONPTensorSpec *one = [[ONPTensorSpec alloc] initWithName:ns_string(spec.name)
                                                           dtype:@(names(spec.dtype).numpy)
                                                           shape:sides(spec.shape)];
        [all addObject:one];
        [one release];
    }
    return all;
}

std::string joined(const std::map<std::string, std::string> &texts) {
    std::string all;
    for (const auto &[name, text] : texts) {
        all += (all.empty() ? "" : ", ") + name + ": " + text;
    }
    return all;
}

bool differs(NSString *file, const char *which, const std::string &got,
             NSArray<ONPTensorSpec *> *expected, NSError **error) {
    std::map<std::string, std::string> texts;
    for (ONPTensorSpec *spec in expected) {
        texts[string(spec.name)] = string([spec text]);
    }
    if (got == joined(texts)) {
        return false;
    }
    set(error, [NSString stringWithFormat:@"%@: has the %s %@, its sidecar says %@; copy the model "
                                          @"and its .json from the same export",
                                          file, which, ns_string(got), ns_string(joined(texts))]);
    return true;
}

void set(NSError **error, NSString *sentence) {
    if (error) {
        *error = ONPError(sentence);
    }
}

bool done(NSError **error, const std::function<void()> &body) {
    const std::string problem = problem_of(body);
    if (!problem.empty()) {
        set(error, ns_string(problem));
    }
    return problem.empty();
}

}  // namespace onpar
