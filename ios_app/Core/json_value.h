#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "input_error.h"
#include "name_rule.h"

namespace onpar {

/// A JSON value that knows where it stands, so that an error can say it. It refers to the document,
/// which must outlive it. Each method throws InputError where the value is of another kind.
class JsonValue {
public:
    /// `file` is what errors call it.
    JsonValue(std::string file, const nlohmann::json &document)
        : JsonValue(std::move(file), "", document) {}

    JsonValue at(const std::string &key) const;

    /// Whether it is an object that has this key.
    bool has(const std::string &key) const;

    bool is_null() const { return value_->is_null(); }
    std::vector<JsonValue> list(std::size_t least, std::size_t most) const;
    std::string text() const;

    /// A text that follows a rule for names.
    std::string name(const NameRule &rule) const;

    /// One of these texts.
    template <std::size_t count>
    std::string choice(const std::string_view (&known)[count]) const {
        return one_of(known, count);
    }

    int64_t count(int64_t least, int64_t most) const;

    /// Finite.
    double number() const;

    bool truth() const;

    /// The refusal of this value: what is expected, and what to do next.
    InputError wrong(const std::string &expected,
                     const std::string &remedy = "export again with this onpar") const;

private:
    JsonValue(std::string file, std::string path, const nlohmann::json &value)
        : file_(std::move(file)), path_(std::move(path)), value_(&value) {}

    std::string one_of(const std::string_view *known, std::size_t count) const;

    std::string file_;
    std::string path_;
    const nlohmann::json *value_;
};

}  // namespace onpar
