#import "ONPPhoto.h"

#include "../Core/digest.h"
#include "../Core/rgba.h"
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
    const std::vector<uint8_t> rgba = onpar::rgba(_decoded->image);
    return [NSData dataWithBytes:rgba.data() length:rgba.size()];
}

- (const struct ONPDecoded *)decoded {
    return _decoded;
}

@end
