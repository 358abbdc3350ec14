#include "problem.h"

#include <exception>
#include <new>

namespace onpar {

std::string problem_of(const std::function<void()> &body) {
    try {
        body();
    } catch (const std::bad_alloc &) {
        return "the model and the photo need more memory than there is; take a smaller photo, or "
               "close other apps";
    } catch (const std::exception &problem) {
        const std::string said = problem.what();
        return said.empty() ? "an error without a message" : said;
    } catch (...) {
        return "an error that is none of C++'s";
    }
    return "";
}

}  // namespace onpar
