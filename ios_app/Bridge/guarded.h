#import <Foundation/Foundation.h>

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#include "../Core/input_error.h"
#import "conversion.h"

namespace onpar {

/// Call `body`, and turn what it throws into an error; `failed` is then the result. No exception of
/// C++ crosses into Swift or Objective-C.
template <typename Result, typename Body>
Result guarded(NSError **error, Result failed, Body body) {
    try {
        return body();
    } catch (const std::bad_alloc &) {
        set(error, @"the model and the photo need more memory than there is; take a smaller photo, "
            @"or close other apps");
    } catch (const std::exception &problem) {
        set(error, ns_string(problem.what()));
    }
    return failed;
}

}  // namespace onpar
