#import "ONPPhoto.h"

#include "../Core/digest.h"
#import "conversion.h"
#include "platform.h"
#include "state.h"

@implementation ONPPhoto

+ (ONPPhoto *)photoWithFile:(NSData *)file name:(NSString *)name error:(NSError **)error {
    ONPPhoto *photo = [[[ONPPhoto alloc] initEmpty] autorelease];
    const bool done = onpar::done(error, [&] {
        const auto *bytes = static_cast<const uint8_t *>(file.bytes);
        const onpar::Bytes content(bytes, bytes + file.length);
        onpar::RgbImage image =
            onpar::decode_photo(content, onpar::string(name), *onpar::platform());
        photo->_decoded = new ONPDecoded{std::move(image), onpar::sha256(content)};
    });
    return done ? photo : nil;
}

- (instancetype)initEmpty {
    return [super init];
}

- (void)dealloc {
    delete _decoded;
    [super dealloc];
}

- (NSInteger)width {
    return _decoded->image.width;
}

- (NSInteger)height {
    return _decoded->image.height;
}

- (NSData *)rgba {
    const std::vector<uint8_t> &rgb = _decoded->image.pixels;
    NSMutableData *data = [NSMutableData dataWithLength:rgb.size() / 3 * 4];
    auto *out = static_cast<uint8_t *>([data mutableBytes]);
    for (std::size_t at = 0; at < rgb.size(); at += 3, out += 4) {
        out[0] = rgb[at];
        out[1] = rgb[at + 1];
        out[2] = rgb[at + 2];
        out[3] = 255;
    }
    return data;
}

- (const struct ONPDecoded *)decoded {
    return _decoded;
}

@end
