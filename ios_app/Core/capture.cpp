#include "capture.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "whole_file.h"

namespace onpar {
namespace {

using Entry = Tensors::value_type;

/// Larger items first, then by name, so that every tensor is aligned without gaps.
std::vector<const Entry *> layout(const Tensors &tensors) {
    std::vector<const Entry *> entries;
    for (const Entry &entry : tensors) {
        entries.push_back(&entry);
    }
    std::stable_sort(entries.begin(), entries.end(), [](const Entry *a, const Entry *b) {
        return names(a->second.dtype()).bytes > names(b->second.dtype()).bytes;
    });
    return entries;
}

/// Canonical JSON: the library writes keys in the order of their bytes, without spaces, and
/// characters as they are but for those that JSON makes escape.
std::string header(const Capture &capture, const std::vector<const Entry *> &entries) {
    nlohmann::json header;
    header["__metadata__"] = capture.metadata;
    header["__metadata__"]["format"] = "onpar-capture/2";
    std::size_t offset = 0;
    for (const Entry *entry : entries) {
        const Tensor &tensor = entry->second;
        const std::size_t end = offset + tensor.bytes().size();
        header[entry->first] = {{"dtype", names(tensor.dtype()).safetensors},
                                {"shape", tensor.shape()},
                                {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
}

}  // namespace

void write_capture(const std::filesystem::path &path, const Capture &capture) {
    const std::vector<const Entry *> entries = layout(capture.tensors);
    const std::string text = header(capture, entries);
    uint8_t length[8];
    for (int i = 0; i < 8; i++) {
        length[i] = static_cast<uint8_t>(uint64_t{text.size()} >> (8 * i));
    }
    std::vector<Piece> pieces{{length, sizeof length}, {text.data(), text.size()}};
    for (const Entry *entry : entries) {
        pieces.push_back({entry->second.bytes().data(), entry->second.bytes().size()});
    }
    write_whole(path, pieces);
}

}  // namespace onpar
