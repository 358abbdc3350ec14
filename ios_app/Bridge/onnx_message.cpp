#include "onnx_message.h"

#include <regex>

#include "../Core/one_line.h"

namespace onpar {
namespace {

/// Bytes; which opsets it knows ONNX Runtime says last.
constexpr std::size_t longest = 400;

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

std::string onnx_message(const std::string &message) {
    return one_line(without_place(message), longest);
}

}  // namespace onpar
