#import "ModelRunner.h"

NSString *const ONPErrorDomain = @"org.onpar";

@implementation ONPTensor

@synthesize dtype = _dtype;
@synthesize shape = _shape;
@synthesize data = _data;

- (instancetype)initWithDtype:(NSString *)dtype
                        shape:(NSArray<NSNumber *> *)shape
                         data:(NSData *)data {
    self = [super init];
    if (self) {
        _dtype = [dtype copy];
        _shape = [shape copy];
        _data = [data copy];
    }
    return self;
}

- (void)dealloc {
    [_dtype release];
    [_shape release];
    [_data release];
    [super dealloc];
}

@end

@implementation ONPModel

@synthesize path = _path;
@synthesize format = _format;
@synthesize engine = _engine;
@synthesize inputs = _inputs;
@synthesize outputs = _outputs;

- (instancetype)initWithPath:(NSString *)path
                      format:(NSString *)format
                      engine:(NSString *)engine
                      inputs:(NSArray<ONPTensorSpec *> *)inputs
                     outputs:(NSArray<ONPTensorSpec *> *)outputs {
    self = [super init];
    if (self) {
        _path = [path copy];
        _format = [format copy];
        _engine = [engine copy];
        _inputs = [inputs copy];
        _outputs = [outputs copy];
    }
    return self;
}

- (void)dealloc {
    [_path release];
    [_format release];
    [_engine release];
    [_inputs release];
    [_outputs release];
    [super dealloc];
}

- (NSString *)name {
    return [_path lastPathComponent];
}

@end

@implementation ONPTensorSpec

@synthesize name = _name;
@synthesize dtype = _dtype;
@synthesize shape = _shape;

- (instancetype)initWithName:(NSString *)name
                       dtype:(NSString *)dtype
                       shape:(NSArray<NSNumber *> *)shape {
    self = [super init];
    if (self) {
        _name = [name copy];
        _dtype = [dtype copy];
        _shape = [shape copy];
    }
    return self;
}

- (void)dealloc {
    [_name release];
    [_dtype release];
    [_shape release];
    [super dealloc];
}

- (NSString *)text {
    return ONPText(_dtype, _shape);
}

@end

NSString *ONPText(NSString *dtype, NSArray<NSNumber *> *shape) {
    return [NSString stringWithFormat:@"%@ [%@]", dtype, [shape componentsJoinedByString:@", "]];
}

NSError *ONPError(NSString *sentence) {
    return [NSError errorWithDomain:ONPErrorDomain
                               code:2
                           userInfo:@{NSLocalizedDescriptionKey : sentence}];
}
