#include "one_line.h"

namespace onpar {

std::string one_line(const std::string &text, std::size_t most) {
    std::string line;
    for (char c : text) {
        const bool space = c == ' ' || (c >= '\t' && c <= '\r');
        if (!space) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    if (!line.empty() && line.back() == ' ') {
        line.pop_back();
    }
    if (line.size() <= most) {
        return line;
    }
    std::size_t end = most;
    while (end > 0 && (line[end] & 0xc0) == 0x80) {
        end--;
    }
    return line.substr(0, end) + "…";
}

}  // namespace onpar
