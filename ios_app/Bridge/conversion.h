#import <Foundation/Foundation.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "../Core/one_line.h"
#include "../Core/tensor.h"
#import "ModelRunner.h"

namespace onpar {

/// In UTF-8.
std::string string(NSString *text);

/// Of UTF-8; what is none is replaced, so that it is never nil.
NSString *ns_string(const std::string &text);

std::vector<int64_t> sides(NSArray<NSNumber *> *shape);
NSArray<NSNumber *> *sides(const std::vector<int64_t> &shape);

/// A copy of contiguous bytes, as many as the type and shape have. Throws std::invalid_argument
/// for a type that captures cannot hold.
ONPTensor *tensor(const std::string &dtype, const std::vector<int64_t> &shape, const void *bytes);

/// A copy. Throws std::invalid_argument where it contradicts itself.
Tensor tensor(ONPTensor *tensor);
ONPTensor *tensor(const Tensor &tensor);

NSArray<ONPTensorSpec *> *specs(const std::vector<TensorSpec> &specs);

/// `name: text, name: text`, by name.
std::string joined(const std::map<std::string, std::string> &texts);

/// Whether what a model has, as `joined` writes it, is other than its sidecar says; the error then
/// says what. `which` is `inputs` or `outputs`.
bool differs(NSString *file, const char *which, const std::string &got,
             NSArray<ONPTensorSpec *> *expected, NSError **error);

/// Put a sentence into an error that may be null.
void set(NSError **error, NSString *sentence);

/// Whether `body` threw nothing; the error says what it threw.
bool done(NSError **error, const std::function<void()> &body);

}  // namespace onpar
