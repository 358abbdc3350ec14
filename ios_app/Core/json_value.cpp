#include "json_value.h"

#include <algorithm>
#include <cmath>

#include "one_line.h"

namespace onpar {

JsonValue JsonValue::at(const std::string &key) const {
    if (!value_->is_object()) {
        throw wrong("an object");
    }
    const std::string inside = path_.empty() ? key : path_ + "." + key;
    const auto found = value_->find(key);
    if (found == value_->end()) {
        throw InputError(file_ + ": has no `" + inside +
                         "`; run `onpar export` and copy the .json again");
    }
    return JsonValue(file_, inside, *found);
}

bool JsonValue::has(const std::string &key) const {
    return value_->is_object() && value_->contains(key);
}

std::vector<JsonValue> JsonValue::list(std::size_t least, std::size_t most) const {
    if (!value_->is_array()) {
        throw wrong("a list");
    }
    const std::size_t size = value_->size();
    if (size < least || size > most) {
        const std::string expected = least == most
                                         ? std::to_string(least)
                                         : std::to_string(least) + " to " + std::to_string(most);
        throw InputError(file_ + ": `" + path_ + "` has " + std::to_string(size) +
                         " items, expected " + expected + "; export again");
    }
    std::vector<JsonValue> items;
    for (const nlohmann::json &item : *value_) {
        items.push_back(JsonValue(file_, path_ + "[" + std::to_string(items.size()) + "]", item));
    }
    return items;
}

std::string JsonValue::text() const {
    if (!value_->is_string()) {
        throw wrong("a string");
    }
    return value_->get<std::string>();
}

std::string JsonValue::name(const NameRule &rule) const {
    const std::string name = text();
    if (!rule.fits(name)) {
        throw wrong(rule.expected);
    }
    return name;
}

std::string JsonValue::one_of(const std::string_view *known, std::size_t count) const {
    const std::string found = text();
    if (std::find(known, known + count, found) == known + count) {
        std::string expected;
        for (std::size_t i = 0; i < count; i++) {
            expected += i == 0 ? "" : i + 1 == count ? " or " : ", ";
            expected += known[i];
        }
        throw wrong(expected);
    }
    return found;
}

int64_t JsonValue::count(int64_t least, int64_t most) const {
    // Beyond an i64 the library keeps a u64, whose conversion would wrap.
    const bool fits = value_->is_number_integer() &&
                      (!value_->is_number_unsigned() || value_->get<uint64_t>() <= INT64_MAX);
    const int64_t value = fits ? value_->get<int64_t>() : 0;
    if (!fits || value < least || value > most) {
        throw wrong(least == most
                        ? std::to_string(least)
                        : "an integer of " + std::to_string(least) + " to " + std::to_string(most));
    }
    return value;
}

double JsonValue::number() const {
    const double value = value_->is_number() ? value_->get<double>() : NAN;
    if (!std::isfinite(value)) {
        throw wrong("a finite number");
    }
    return value;
}

bool JsonValue::truth() const {
    if (!value_->is_boolean()) {
        throw wrong("true or false");
    }
    return value_->get<bool>();
}

InputError JsonValue::wrong(const std::string &expected, const std::string &remedy) const {
    const std::string where = path_.empty() ? "its content" : "`" + path_ + "`";
    return InputError(file_ + ": " + where + " is " + one_line(value_->dump(), 100) +
                      ", expected " + expected + "; " + remedy);
}

}  // namespace onpar
