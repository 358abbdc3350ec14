#import <Foundation/Foundation.h>

#include <string>

#import "ModelRunner.h"
#include "onnx_api.h"

namespace onpar::onnx {

/// `name: float32 [1, 3, 400, 400]` of every input of a model, as `joined` writes it; -1 is a side
/// that only a run decides. These and the functions below throw std::runtime_error where ONNX
/// Runtime fails.
std::string listed_inputs(OrtSession *session);
std::string listed_outputs(OrtSession *session);

/// Refers to the tensor's bytes, which must outlive it; the runtime only reads them.
Value given(ONPTensor *tensor);

/// A copy: the runtime's own memory ends with the value.
ONPTensor *returned(OrtValue *value);

}  // namespace onpar::onnx
