#import "ONPSession.h"

#include <filesystem>
#include <optional>

#include "../Core/artifact.h"
#include "../Core/input_error.h"
#include "../Core/limits.h"
#import "Runners.h"
#import "conversion.h"
#import "objc_runner.h"
#include "place.h"
#include "state.h"

namespace {

onpar::Sidecar sidecar_at(NSString *path) {
    const std::string file = onpar::string(path);
    return onpar::read_sidecar(
        onpar::read_file(file, "the model's sidecar; copy it from the folder of the export",
                         onpar::limits::max_sidecar_bytes),
        file);
}

NSString *runtimes_in_words() {
    NSMutableArray<NSString *> *words = [NSMutableArray array];
    for (Class<ModelRunner> one in ONPRunners()) {
        [words
            addObject:[NSString stringWithFormat:@"%@ for %@", [one runtime],
                                                 [[one formats] componentsJoinedByString:@", "]]];
    }
    return [words componentsJoinedByString:@"; "];
}

Class<ModelRunner> runner_for(NSString *path, NSString *runtime, bool folder,
                              const onpar::Sidecar &sidecar) {
    if (folder && sidecar.format != "coreml") {
        throw onpar::InputError(onpar::string(path) +
                                ": is a folder, expected a model file; copy it again");
    }
    for (Class<ModelRunner> one in ONPRunners()) {
        const bool chosen = runtime.length == 0 || [[one runtime] isEqualToString:runtime];
        if (chosen && [[one formats] containsObject:onpar::ns_string(sidecar.format)]) {
            return one;
        }
    }
    const std::string who =
        runtime.length ? onpar::string(runtime) + " does not take" : "no runtime here takes";
    throw onpar::InputError(onpar::string(path) + ": is " + sidecar.format + ", which " + who +
                            " (this build has " + onpar::string(runtimes_in_words()) +
                            "); choose one of these, or export another format");
}

std::unique_ptr<onpar::Runner> load(NSString *path, Class<ModelRunner> runner,
                                    const onpar::Sidecar &sidecar, const onpar::Artifact &artifact,
                                    NSInteger threads) {
    NSData *content =
        artifact.folder ? nil
                        : [NSData dataWithBytesNoCopy:const_cast<uint8_t *>(artifact.content.data())
                                               length:artifact.content.size()
                                         freeWhenDone:NO];
    ONPModel *model = [[[ONPModel alloc] initWithPath:path
                                               format:onpar::ns_string(sidecar.format)
                                               engine:onpar::ns_string(sidecar.engine)
                                               inputs:onpar::specs(sidecar.inputs)
                                              outputs:onpar::specs(sidecar.outputs)] autorelease];
    NSError *error = nil;
    id<ModelRunner> loaded = [runner loadModel:model content:content threads:threads error:&error];
    if (!loaded) {
        throw onpar::InputError(onpar::string([error localizedDescription]));
    }
    return onpar::core_runner(loaded);
}

}  // namespace

@implementation ONPCase

@synthesize name = _name;
@synthesize image = _image;

- (instancetype)initWithName:(NSString *)name image:(NSString *)image {
    self = [super init];
    if (self) {
        _name = [name copy];
        _image = [image copy];
    }
    return self;
}

- (void)dealloc {
    [_name release];
    [_image release];
    [super dealloc];
}

@end

@implementation ONPSession

+ (NSArray<NSString *> *)runtimes {
    NSMutableArray<NSString *> *names = [NSMutableArray array];
    for (Class<ModelRunner> one in ONPRunners()) {
        [names addObject:[one runtime]];
    }
    return names;
}

+ (NSString *)displayNameOf:(NSString *)runtime {
    Class<ModelRunner> runner = ONPRunner(runtime);
    return runner ? [runner displayName] : runtime;
}

+ (NSString *)versionOf:(NSString *)runtime {
    Class<ModelRunner> runner = ONPRunner(runtime);
    return runner ? [runner runtimeVersion] : @"";
}

+ (NSArray<NSString *> *)runtimesForSidecarAt:(NSString *)path error:(NSError **)error {
    NSString *format = nil;
    if (!onpar::done(error, [&] { format = onpar::ns_string(sidecar_at(path).format); })) {
        return nil;
    }
    NSMutableArray<NSString *> *names = [NSMutableArray array];
    for (Class<ModelRunner> one in ONPRunners()) {
        if ([[one formats] containsObject:format]) {
            [names addObject:[one runtime]];
        }
    }
    return names;
}

- (instancetype)initWithModelAt:(NSString *)path
                        runtime:(NSString *)runtime
                         target:(NSString *)target
                        threads:(NSInteger)threads
                           runs:(NSInteger)runs
                          error:(NSError **)error {
    self = [super init];
    const bool made =
        self && onpar::done(error, [&] {
            const std::string file = onpar::string(path);
            const bool folder = std::filesystem::is_directory(file);
            // A folder is read only once its sidecar says that it is a model: it may be anything.
            std::optional<onpar::Artifact> read;
            if (!folder) {
                read = onpar::read_artifact(file);
            }
            const onpar::Sidecar sidecar = sidecar_at([path stringByAppendingString:@".json"]);
            Class<ModelRunner> runner = runner_for(path, runtime, folder, sidecar);
            const onpar::Artifact artifact = read ? std::move(*read) : onpar::read_artifact(file);
            _loaded = new ONPLoaded{onpar::Session(
                sidecar, artifact.sha256,
                [&] { return load(path, runner, sidecar, artifact, threads); },
                onpar::place(onpar::string(target)), static_cast<int>(threads),
                static_cast<int>(runs))};
        });
    if (!made) {
        [self release];
        return nil;
    }
    return self;
}

- (void)dealloc {
    delete _loaded;
    [super dealloc];
}

- (NSArray<ONPCase *> *)cases {
    NSMutableArray<ONPCase *> *all = [NSMutableArray array];
    for (const onpar::Case &one : _loaded->session.sidecar().cases) {
        // A session's chain takes one source, the photo.
        const std::string &image = one.sources.front().file;
        ONPCase *made = [[ONPCase alloc] initWithName:onpar::ns_string(one.name)
                                                image:onpar::ns_string(image)];
        [all addObject:made];
        [made release];
    }
    return all;
}

- (ONPResult *)segment:(ONPPhoto *)photo caseName:(NSString *)caseName error:(NSError **)error {
    std::unique_ptr<ONPSegmentation> made;
    const bool done = onpar::done(error, [&] {
        const ONPDecoded &decoded = *[photo decoded];
        const onpar::Chain &chain = _loaded->session.sidecar().chain;
        onpar::Segmentation segmentation = _loaded->session.capture(
            onpar::string(caseName), decoded.image, decoded.sha256, onpar::now());
        std::vector<onpar::TopLabel> labels =
            onpar::top_labels(chain, segmentation.capture.tensors);
        made = std::make_unique<ONPSegmentation>(
            ONPSegmentation{std::move(segmentation), onpar::class_picture(chain),
                            onpar::made_picture(chain), std::move(labels)});
    });
    return done ? [[[ONPResult alloc] initWithSegmentation:made.release()] autorelease] : nil;
}

@end
