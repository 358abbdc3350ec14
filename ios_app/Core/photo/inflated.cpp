#include "inflated.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace onpar {

Inflater::Inflater(std::vector<ByteView> pieces)
    : pieces_(std::move(pieces)), stream_(new z_stream()) {
    if (inflateInit(stream_) != Z_OK) {
        delete stream_;
        throw std::bad_alloc();
    }
}

Inflater::~Inflater() {
    inflateEnd(stream_);
    delete stream_;
}

std::size_t Inflater::read(uint8_t *out, std::size_t size) {
    // zlib counts in 32 bits.
    constexpr std::size_t most = std::numeric_limits<uInt>::max();
    std::size_t done = 0;
    while (done < size && !finished_ && !damaged_) {
        if (stream_->avail_in == 0) {
            if (next_ == pieces_.size()) {
                break;
            }
            const ByteView piece = pieces_[next_];
            const std::size_t count = std::min(piece.size(), most);
            stream_->next_in = const_cast<uint8_t *>(piece.data());
            stream_->avail_in = static_cast<uInt>(count);
            pieces_[next_] = piece.from(count);
            next_ += pieces_[next_].size() == 0 ? 1 : 0;
            continue;
        }
        const uInt room = static_cast<uInt>(std::min(size - done, most));
        stream_->next_out = out + done;
        stream_->avail_out = room;
        const int result = inflate(stream_, Z_NO_FLUSH);
        done += room - stream_->avail_out;
        finished_ = result == Z_STREAM_END;
        damaged_ = result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR;
    }
    return done;
}

Bytes inflated(ByteView deflated, std::size_t most) {
    Inflater stream({deflated});
    Bytes whole;
    std::size_t count = 0;
    do {
        uint8_t block[8192];
        count = stream.read(block, sizeof block);
        append(whole, ByteView(block, count));
    } while (count > 0 && !stream.finished() && whole.size() <= most);
    return stream.finished() && whole.size() <= most ? whole : Bytes();
}

}  // namespace onpar
