#include "onnx_api.h"

#include <regex>
#include <stdexcept>
#include <string>

#include "../Core/one_line.h"

namespace onpar::onnx {
namespace {

/// Bytes; which opsets it knows ONNX Runtime says last.
constexpr std::size_t longest = 500;

std::string without_place(const std::string &message) {
    static const std::regex line(R"(/\S+\.(cc|h):\d+ )");
    std::smatch found;
    if (!std::regex_search(message, found, line)) {
        return message;
    }
    const auto start = static_cast<std::size_t>(found.position());
    int open = 0;
    for (std::size_t at = start + found.length(); at < message.size(); at++) {
        open += (message[at] == '(') - (message[at] == ')');
        // The signature's last parenthesis.
        if (message[at] == ')' && open == 0) {
            return message.substr(0, start) + message.substr(at + 1);
        }
    }
    return message;
}

}  // namespace

const OrtApi &api() {
    static const OrtApi *const found = OrtGetApiBase()->GetApi(ORT_API_VERSION);
    if (!found) {
        throw std::runtime_error("it is version " +
                                 std::string(OrtGetApiBase()->GetVersionString()) +
                                 ", the app was built for 1." + std::to_string(ORT_API_VERSION));
    }
    return *found;
}

void check(OrtStatus *status) {
    if (status) {
        const std::string message = one_line(without_place(api().GetErrorMessage(status)), longest);
        api().ReleaseStatus(status);
        throw std::runtime_error(message);
    }
}

}  // namespace onpar::onnx
