#import "ONPResult.h"

#include <algorithm>

#include "../Core/class_map.h"
#include "../Core/rgba.h"
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

/// Null where a file that performs the last step gave it as wider integers.
- (const onpar::Tensor *)levelsOf:(const std::string &)name {
    const onpar::Tensor &found = _segmentation->made.capture.tensors.at(name);
    return found.dtype() == onpar::Dtype::uint8 ? &found : nullptr;
}

/// Null where the model has no class map.
- (const onpar::Tensor *)map {
    return _segmentation->picture ? [self levelsOf:_segmentation->picture->classmap] : nullptr;
}

/// What is shown before classes are drawn over it; none where nothing is.
- (std::optional<onpar::RgbView>)canvas {
    if ([self map]) {
        return [self photo];
    }
    const auto &made = _segmentation->made_picture;
    const onpar::Tensor *levels = made ? [self levelsOf:made->name] : nullptr;
    return levels ? std::optional<onpar::RgbView>(*levels) : std::nullopt;
}

/// As the model saw it; only where there is a class map.
- (onpar::RgbView)photo {
    return _segmentation->made.capture.tensors.at(_segmentation->picture->photo);
}

- (NSInteger)width {
    const std::optional<onpar::RgbView> canvas = [self canvas];
    return canvas ? canvas->width : 0;
}

- (NSInteger)height {
    const std::optional<onpar::RgbView> canvas = [self canvas];
    return canvas ? canvas->height : 0;
}

- (NSData *)overlayWithShare:(double)share {
    const onpar::Tensor *map = [self map];
    const std::optional<onpar::RgbView> canvas = [self canvas];
    if (!canvas) {
        return [NSData data];
    }
    const std::vector<uint8_t> rgba =
        map ? onpar::overlay(*canvas, *map, _segmentation->picture->palette, share)
            : onpar::rgba(*canvas);
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
    const bool drawn = _segmentation->picture && _segmentation->picture->stretched;
    return drawn || (_segmentation->made_picture && _segmentation->made_picture->stretched);
}

- (BOOL)writeCaptureTo:(NSString *)path error:(NSError **)error {
    return onpar::done(
        error, [&] { onpar::write_capture(onpar::string(path), _segmentation->made.capture); });
}

@end
