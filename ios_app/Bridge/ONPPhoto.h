#import "ModelRunner.h"

NS_ASSUME_NONNULL_BEGIN

struct ONPDecoded;

/// A decoded photo: upright, in sRGB, alpha dropped.
@interface ONPPhoto : NSObject {
   @private
    struct ONPDecoded *_decoded;
}

@property(nonatomic, readonly) NSInteger width;
@property(nonatomic, readonly) NSInteger height;

/// u8 RGBA [height, width, 4], opaque: what a screen draws.
- (NSData *)rgba;

/// Decode a JPEG or PNG. `name` is the file's, for errors. Nil with a sentence for the user.
+ (nullable ONPPhoto *)photoWithFile:(NSData *)file name:(NSString *)name error:(NSError **)error;

- (instancetype)init NS_UNAVAILABLE;

/// For the session: C++, null in no photo.
- (const struct ONPDecoded *)decoded;

@end

NS_ASSUME_NONNULL_END
