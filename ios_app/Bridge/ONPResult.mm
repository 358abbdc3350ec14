#import "ONPResult.h"

#include <algorithm>

#include "../Core/class_map.h"
#import "conversion.h"
#include "state.h"

@implementation ONPFoundClass

@synthesize name = _name;
@synthesize colour = _colour;
@synthesize pixels = _pixels;

- (instancetype)initWithName:(NSString *)name colour:(uint32_t)colour pixels:(NSInteger)pixels {
    self = [super init];
    if (self) {
        _name = [name copy];
        _colour = colour;
        _pixels = pixels;
    }
    return self;
}

- (void)dealloc {
    [_name release];
    [super dealloc];
}

@end

@implementation ONPTopLabel

@synthesize name = _name;
@synthesize value = _value;

- (instancetype)initWithName:(NSString *)name value:(double)value {
    self = [super init];
    if (self) {
        _name = [name copy];
        _value = value;
    }
    return self;
}

- (void)dealloc {
    [_name release];
    [super dealloc];
}

@end

@implementation ONPResult

- (instancetype)initWithSegmentation:(struct ONPSegmentation *)segmentation {
    self = [super init];
    if (self) {
        _segmentation = segmentation;
    }
    return self;
}

- (void)dealloc {
    delete _segmentation;
    [super dealloc];
}

/// Null where the model has no class map.
- (const onpar::Tensor *)map {
    if (!_segmentation->picture) {
        return nullptr;
    }
    const onpar::Tensors &tensors = _segmentation->made.capture.tensors;
    const onpar::Tensor &found = tensors.at(_segmentation->picture->classmap);
    // A file that performs the last step may give its classes as wider integers.
    return found.dtype() == onpar::Dtype::uint8 ? &found : nullptr;
}

/// As the model saw it; only where there is a class map.
- (onpar::RgbView)photo {
    return _segmentation->made.capture.tensors.at(_segmentation->picture->photo);
}

- (NSInteger)width {
    return [self map] ? [self photo].width : 0;
}

- (NSInteger)height {
    return [self map] ? [self photo].height : 0;
}

- (NSData *)overlayWithShare:(double)share {
    const onpar::Tensor *map = [self map];
    if (!map) {
        return [NSData data];
    }
    const std::vector<uint8_t> rgba =
        onpar::overlay([self photo], *map, _segmentation->picture->palette, share);
    return [NSData dataWithBytes:rgba.data() length:rgba.size()];
}

- (NSArray<ONPFoundClass *> *)classes {
    NSMutableArray<ONPFoundClass *> *found = [NSMutableArray array];
    if (![self map]) {
        return found;
    }
    const onpar::ClassPicture &picture = *_segmentation->picture;
    const std::array<int64_t, 256> counts = onpar::class_counts(*[self map]);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < counts.size(); i++) {
        if (counts[i] > 0) {
            order.push_back(i);
        }
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
    for (std::size_t i : order) {
        const bool known = i < picture.classes.size();
        NSString *name =
            known ? onpar::ns_string(picture.classes[i])
                  : [NSString stringWithFormat:@"class %zu, which the sidecar does not name", i];
        ONPFoundClass *one = [[ONPFoundClass alloc] initWithName:name
                                                          colour:known ? picture.palette[i] : 0
                                                          pixels:counts[i]];
        [found addObject:one];
        [one release];
    }
    return found;
}

- (NSArray<ONPTopLabel *> *)labels {
    NSMutableArray<ONPTopLabel *> *labels = [NSMutableArray array];
    for (const onpar::TopLabel &label : _segmentation->labels) {
        ONPTopLabel *one = [[ONPTopLabel alloc] initWithName:onpar::ns_string(label.name)
                                                       value:label.value];
        [labels addObject:one];
        [one release];
    }
    return labels;
}

- (double)milliseconds {
    return _segmentation->made.milliseconds;
}

- (NSInteger)runs {
    return _segmentation->made.runs;
}

- (BOOL)squeezed {
    return _segmentation->picture && _segmentation->picture->stretched;
}

- (BOOL)writeCaptureTo:(NSString *)path error:(NSError **)error {
    return onpar::done(
        error, [&] { onpar::write_capture(onpar::string(path), _segmentation->made.capture); });
}

@end
