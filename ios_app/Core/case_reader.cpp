#include "case_reader.h"

#include <set>

#include "limits.h"

namespace onpar {
namespace {

/// Captures are named after cases, and on some systems `a` and `A` are one file.
std::string folded(std::string name) {
    for (char &c : name) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return name;
}

}  // namespace

std::vector<Case> read_cases(const JsonValue &list, bool photo) {
    std::vector<Case> cases;
    std::set<std::string> names;
    for (const JsonValue &one : list.list(0, limits::max_cases)) {
        const std::string name = one.at("name").name(limits::case_name);
        if (!names.insert(folded(name)).second) {
            throw one.at("name").wrong("a name that no other case has");
        }
        const JsonValue image = one.at("image");
        if (image.text().empty() == photo) {
            throw image.wrong(photo ? "a photo" : "no photo, as the model takes none");
        }
        const bool others = one.has("inputs_sha256") && !one.at("inputs_sha256").text().empty();
        cases.push_back({name, photo ? image.name(limits::file_name) : "",
                         one.at("sha256").name(limits::sha256_text),
                         others ? one.at("inputs_sha256").name(limits::sha256_text) : ""});
    }
    return cases;
}

}  // namespace onpar
