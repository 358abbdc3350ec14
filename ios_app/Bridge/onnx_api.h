#pragma once

#include <onnxruntime/onnxruntime_c_api.h>

#include <memory>

namespace onpar::onnx {

/// The API of this header's version. Throws std::runtime_error where the library is older.
const OrtApi &api();

/// Throws std::runtime_error where a call failed. What ONNX Runtime says is in one line, without
/// the place in its source where it stands (`FILE:LINE SIGNATURE `), which would leave no room for
/// the rest.
void check(OrtStatus *status);

template <typename Type, void (*OrtApi::*Release)(Type *)>
struct Deleter {
    void operator()(Type *value) const { (api().*Release)(value); }
};

template <typename Type, void (*OrtApi::*Release)(Type *)>
using Owned = std::unique_ptr<Type, Deleter<Type, Release>>;

using Session = Owned<OrtSession, &OrtApi::ReleaseSession>;
using Options = Owned<OrtSessionOptions, &OrtApi::ReleaseSessionOptions>;
using Memory = Owned<OrtMemoryInfo, &OrtApi::ReleaseMemoryInfo>;
using Value = Owned<OrtValue, &OrtApi::ReleaseValue>;
using TypeInfo = Owned<OrtTypeInfo, &OrtApi::ReleaseTypeInfo>;
using ShapeInfo = Owned<OrtTensorTypeAndShapeInfo, &OrtApi::ReleaseTensorTypeAndShapeInfo>;

}  // namespace onpar::onnx
