#import "objc_runner.h"

#include "../Core/input_error.h"
#import "conversion.h"
#import "pool.h"

namespace onpar {
namespace {

class ObjcRunner : public Runner {
   public:
    explicit ObjcRunner(id<ModelRunner> runner) : runner_([runner retain]) {}

    ~ObjcRunner() override { [runner_ release]; }

    ObjcRunner(const ObjcRunner &) = delete;
    ObjcRunner &operator=(const ObjcRunner &) = delete;

    std::string runtime() const override { return string([[runner_ class] runtime]); }

    std::string runtime_version() const override {
        return string([[runner_ class] runtimeVersion]);
    }

    std::string engine() const override { return string([runner_ engine]); }

    std::string compute_unit() const override { return string([runner_ computeUnit]); }

    Tensors run(const Tensors &inputs) override {
        // What a run leaves behind would otherwise stay until the session's end.
        const Pool pool;
        NSMutableDictionary<NSString *, ONPTensor *> *given = [NSMutableDictionary dictionary];
        for (const auto &[name, value] : inputs) {
            [given setObject:tensor(value) forKey:ns_string(name)];
        }
        NSError *error = nil;
        NSDictionary<NSString *, ONPTensor *> *returned = [runner_ run:given error:&error];
        if (!returned) {
            throw InputError(string([error localizedDescription]));
        }
        Tensors outputs;
        for (NSString *name in returned) {
            outputs.emplace(string(name), tensor([returned objectForKey:name]));
        }
        return outputs;
    }

   private:
    id<ModelRunner> runner_;
};

}  // namespace

std::unique_ptr<Runner> core_runner(id<ModelRunner> runner) {
    return std::make_unique<ObjcRunner>(runner);
}

}  // namespace onpar
