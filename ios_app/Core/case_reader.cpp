#include "case_reader.h"

#include <set>

#include "limits.h"

namespace onpar {
namespace {

/// The name with ASCII letters in lower case: captures are named after cases, and on some systems
/// `a` and `A` are one file. Why no others: parity/contract/sidecar_check.py.
std::string folded(std::string name) {
    for (char &c : name) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return name;
}

std::vector<CaseSource> read_sources(const JsonValue &list, const std::vector<Source> &expected) {
    std::vector<CaseSource> sources;
    const std::vector<JsonValue> items = list.list(expected.size(), expected.size());
    for (std::size_t i = 0; i < items.size(); i++) {
        const JsonValue name = items[i].at("name");
        if (name.name(limits::chain_name) != expected[i].name) {
            throw name.wrong(expected[i].name + ", which the chain takes in this place");
        }
        const JsonValue file = items[i].at("file");
        const bool none = expected[i].kind == SourceKind::array && file.text().empty();
        sources.push_back({expected[i].name, none ? "" : file.name(limits::file_name),
                           items[i].at("sha256").name(limits::sha256_text)});
    }
    return sources;
}

}  // namespace

std::vector<Case> read_cases(const JsonValue &list, const std::vector<Source> &sources) {
    std::vector<Case> cases;
    std::set<std::string> names;
    for (const JsonValue &one : list.list(0, limits::max_cases)) {
        const std::string name = one.at("name").name(limits::case_name);
        if (!names.insert(folded(name)).second) {
            throw one.at("name").wrong("a name that no other case has");
        }
        cases.push_back({name, read_sources(one.at("sources"), sources)});
    }
    return cases;
}

}  // namespace onpar
