#import "ModelRunner.h"

NS_ASSUME_NONNULL_BEGIN

struct ONPSegmentation;

/// A class that a photo has, in the order of their share, most first.
@interface ONPFoundClass : NSObject {
   @private
    NSString *_name;
    uint32_t _colour;
    NSInteger _pixels;
}
@property(nonatomic, readonly, copy) NSString *name;
/// 0xRRGGBB.
@property(nonatomic, readonly) uint32_t colour;
@property(nonatomic, readonly) NSInteger pixels;
@end

/// A label that a classifier gives a photo.
@interface ONPTopLabel : NSObject {
   @private
    NSString *_name;
    double _value;
}
@property(nonatomic, readonly, copy) NSString *name;
/// Such as a probability, 0 to 1.
@property(nonatomic, readonly) double value;
@end

/// What one photo became.
@interface ONPResult : NSObject {
   @private
    struct ONPSegmentation *_segmentation;
}

/// Of what is shown: the resized photo under its classes, or the picture that the model made. 0
/// where the model gives neither: what it returned is then in `labels`, or only in the capture.
@property(nonatomic, readonly) NSInteger width;
@property(nonatomic, readonly) NSInteger height;

/// The classes' colours over the resized photo, u8 RGBA [height, width, 4], opaque. `share` of the
/// colour in the mixture, 0 to 1: with 1 the colours alone. A picture that the model made is shown
/// alone.
- (NSData *)overlayWithShare:(double)share;

- (NSArray<ONPFoundClass *> *)classes;

/// The best labels of a classifier, the best first; empty where the model is none.
- (NSArray<ONPTopLabel *> *)labels;

/// The median of the measured runs.
@property(nonatomic, readonly) double milliseconds;

/// How many runs that is the median of.
@property(nonatomic, readonly) NSInteger runs;

/// Whether the model saw the photo squeezed into its own shape: a person wants to see the picture
/// in the photo's.
@property(nonatomic, readonly) BOOL squeezed;

/// Write the capture, `.safetensors`, whole or not at all.
- (BOOL)writeCaptureTo:(NSString *)path error:(NSError **)error;

- (instancetype)init NS_UNAVAILABLE;

/// For the session: takes over what it made, C++.
- (instancetype)initWithSegmentation:(struct ONPSegmentation *)segmentation
    NS_DESIGNATED_INITIALIZER;

@end

NS_ASSUME_NONNULL_END
