#include "step_kinds.h"

#include <string>

#include "argmax.h"
#include "decode_image.h"
#include "dequantize.h"
#include "given.h"
#include "normalize.h"
#include "quantize.h"
#include "resize_image.h"
#include "run.h"
#include "sigmoid.h"
#include "softmax.h"
#include "threshold.h"
#include "to_image.h"
#include "top_k.h"

namespace onpar {
namespace {

/// The list is closed: Python and Java have the same (parity/contract/steps/__init__.py).
constexpr StepKind kinds[] = {
    {"given", Given::read},
    {"decode-image", DecodeImage::read},
    {"resize-image", ResizeImage::read},
    {"normalize", Normalize::read},
    {"quantize", Quantize::read},
    {"run", Run::read},
    {"dequantize", Dequantize::read},
    {"softmax", Softmax::read},
    {"sigmoid", Sigmoid::read},
    {"argmax", Argmax::read},
    {"threshold", Threshold::read},
    {"top-k", TopK::read},
    {"to-image", ToImage::read},
};

}  // namespace

const StepKind &kind_of(const JsonValue &step) {
    const JsonValue value = step.at("step");
    const std::string found = value.text();
    std::string known;
    for (const StepKind &kind : kinds) {
        if (kind.name == found) {
            return kind;
        }
        known += (known.empty() ? "" : ", ") + std::string(kind.name);
    }
    throw value.wrong("a kind of step that this app knows (" + known + ")",
                      "update the app, or export again with its onpar");
}

}  // namespace onpar
