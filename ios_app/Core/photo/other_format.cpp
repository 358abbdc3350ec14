#include "other_format.h"

#include <algorithm>
#include <cstdio>

#include "../limits.h"
#include "byte_view.h"

namespace onpar {
std::string other_format(const Bytes &file) {
    for (const limits::OtherFormat &one : limits::other_formats) {
        if (ByteView(file).has(one.magic, one.at)) {
            return one.name;
        }
    }
    std::string shown;
    for (std::size_t i = 0; i < std::min<std::size_t>(file.size(), 8); i++) {
        char digits[4];
        std::snprintf(digits, sizeof digits, "%s%02x", i == 0 ? "" : " ", unsigned{file[i]});
        shown += digits;
    }
    return "not an image that onpar supports (it begins with " + shown + ")";
}

}  // namespace onpar
