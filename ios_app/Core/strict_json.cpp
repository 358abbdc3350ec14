#include "strict_json.h"

#include <algorithm>
#include <new>
#include <set>
#include <stdexcept>
#include <string_view>

#include "input_error.h"
#include "limits.h"
#include "one_line.h"

namespace onpar {
namespace {

using nlohmann::json;
using namespace std::string_view_literals;

constexpr auto byte_order_mark = "\xef\xbb\xbf"sv;

/// Follows the parser from value to value. Throws std::runtime_error for what the library takes.
class Strict {
public:
    bool operator()(int, json::parse_event_t event, json &parsed) {
        switch (event) {
            case json::parse_event_t::object_start:
            case json::parse_event_t::array_start:
                keys_.emplace_back();
                if (keys_.size() > static_cast<std::size_t>(limits::max_json_depth)) {
                    throw std::runtime_error("nested too deeply");
                }
                break;
            case json::parse_event_t::object_end:
            case json::parse_event_t::array_end:
                keys_.pop_back();
                break;
            case json::parse_event_t::key:
                if (!keys_.back().insert(parsed.get<std::string>()).second) {
                    throw std::runtime_error("has the key " + parsed.dump() + " twice");
                }
                break;
            case json::parse_event_t::value:
                break;
        }
        return true;
    }

private:
    /// Of each list and object around the value.
    std::vector<std::set<std::string>> keys_;
};

/// Java's parser gives up on a long number, and Python's on a longer one.
void check_numbers(const std::vector<uint8_t> &content) {
    bool in_text = false;
    int64_t length = 0;
    for (std::size_t i = 0; i < content.size(); i++) {
        const char c = static_cast<char>(content[i]);
        if (in_text) {
            i += c == '\\';
            in_text = c != '"';
            continue;
        }
        in_text = c == '"';
        length = "0123456789+-.eE"sv.find(c) == std::string_view::npos ? 0 : length + 1;
        if (length > limits::max_number_length) {
            throw std::runtime_error("a number has more than " +
                                     std::to_string(limits::max_number_length) + " characters");
        }
    }
}

/// The library's message, which may quote half of a character.
std::string whole_characters(const char *message) {
    const std::string quoted = json(message).dump(-1, ' ', false, json::error_handler_t::replace);
    return json::parse(quoted).get<std::string>();
}

}  // namespace

json strict_json(const std::string &file, const std::vector<uint8_t> &content) {
    try {
        // The library would leave it out.
        if (content.size() >= byte_order_mark.size() &&
            std::equal(
                byte_order_mark.begin(), byte_order_mark.end(), content.begin(),
                [](char mark, uint8_t byte) { return static_cast<uint8_t>(mark) == byte; })) {
            throw std::runtime_error("it begins with a byte order mark");
        }
        // For the library the text would end there.
        const auto nul = std::find(content.begin(), content.end(), uint8_t{0});
        if (nul != content.end()) {
            throw std::runtime_error("it has a NUL byte at " +
                                     std::to_string(nul - content.begin()));
        }
        check_numbers(content);
        Strict strict;
        return json::parse(content, [&](int depth, json::parse_event_t event, json &parsed) {
            return strict(depth, event, parsed);
        });
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const std::exception &error) {
        throw InputError(file + ": not a readable sidecar (" +
                         one_line(whole_characters(error.what()), 200) +
                         "); run `onpar export` and copy the .json again");
    }
}

}  // namespace onpar
