#include "layout.h"

#include <string_view>

namespace onpar {
namespace {

constexpr std::string_view known[] = {"NCHW", "NHWC"};

}  // namespace

Layout read_layout(const JsonValue &value) {
    return value.choice(known) == "NCHW" ? Layout::nchw : Layout::nhwc;
}

}  // namespace onpar
