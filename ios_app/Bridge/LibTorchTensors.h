// PyTorch's headers come first: they have names that Objective-C has as macros.
#undef YES
#undef NO
#undef DEBUG
#include <ATen/ATen.h>

#import <Foundation/Foundation.h>

#include <map>
#include <string>

#import "ModelRunner.h"

namespace onpar::torch_lite {

/// A copy: PyTorch may keep what it is given for longer than its caller does. Throws
/// std::runtime_error for a type that captures cannot hold.
at::Tensor given(ONPTensor *tensor);

/// What a module returns, by name, copied: a dictionary goes by name, a tuple or a list by the
/// sidecar's order, a lone tensor is the only output: the rules of pipeline/module/run_module.py.
/// Whether they are those that the sidecar names is the session's to judge. Throws
/// std::runtime_error where it is something else.
std::map<std::string, ONPTensor *> outputs(const c10::IValue &result,
                                           NSArray<ONPTensorSpec *> *specs);

}  // namespace onpar::torch_lite
