#pragma once

// What the tests of Core use of doctest, for Xcode, which gets no doctest: there is no Swift
// package of it. On Linux the same tests are compiled with doctest itself; a check that is not here
// does not compile.

#include <algorithm>
#include <cmath>
#include <exception>
#include <functional>
#include <limits>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace doctest {

/// A test: its name, and what runs it.
struct TestCase {
    const char *name;
    void (*run)();
};

/// All that are linked in.
inline std::vector<TestCase> &test_cases() {
    static std::vector<TestCase> all;
    return all;
}

/// A check that did not hold.
struct Failure {
    const char *file;
    int line;
    std::string text;
};

/// Called by checks that fail; set before a test runs.
inline std::function<void(const Failure &)> &reporter() {
    static std::function<void(const Failure &)> one;
    return one;
}

/// Ends a test at a REQUIRE.
struct Required {};

struct Registered {
    Registered(const char *name, void (*run)()) { test_cases().push_back({name, run}); }
};

/// What CAPTURE has noted in the scopes that are open.
inline std::vector<std::string> &notes() {
    static std::vector<std::string> open;
    return open;
}

/// A note that lasts as long as its scope.
class Note {
public:
    template <typename Value>
    Note(const char *name, const Value &value) {
        std::ostringstream text;
        text << name << " := " << value;
        notes().push_back(text.str());
    }
    ~Note() { notes().pop_back(); }
    Note(const Note &) = delete;
    Note &operator=(const Note &) = delete;
};

/// A number that others equal where they lie near, by doctest's formula.
class Approx {
public:
    explicit Approx(double value) : value_(value) {}
    Approx &epsilon(double other) {
        epsilon_ = other;
        return *this;
    }
    friend bool operator==(double number, const Approx &near) {
        const double larger = std::max(std::fabs(number), std::fabs(near.value_));
        return std::fabs(number - near.value_) < near.epsilon_ * (1 + larger);
    }

private:
    double value_;
    double epsilon_ = std::numeric_limits<float>::epsilon() * 100.0;
};

inline bool check(bool holds, const char *file, int line, const std::string &text) {
    if (!holds) {
        std::string noted = text;
        for (const std::string &note : notes()) {
            noted += ", " + note;
        }
        reporter()({file, line, noted});
    }
    return holds;
}

/// What became of an expression that should throw: empty where it threw `Expected`.
template <typename Expected, typename Work, typename Look>
std::string thrown(Work work, Look look) {
    try {
        work();
    } catch (const std::remove_cv_t<std::remove_reference_t<Expected>> &error) {
        return look(error);
    } catch (const std::exception &error) {
        return std::string("threw another error: ") + error.what();
    } catch (...) {
        return "threw something else";
    }
    return "threw nothing";
}

/// Run a test; what it throws is a failure.
inline void run(const TestCase &test) {
    try {
        test.run();
    } catch (const Required &) {
        return;
    } catch (const std::exception &error) {
        check(false, test.name, 0, std::string("threw: ") + error.what());
    } catch (...) {
        check(false, test.name, 0, "threw something that is not a std::exception");
    }
}

}  // namespace doctest

#define DOCTEST_JOINED_(a, b) a##b
#define DOCTEST_JOINED(a, b) DOCTEST_JOINED_(a, b)
#define DOCTEST_TEST(function, name)                                                \
    static void function();                                                         \
    static const doctest::Registered DOCTEST_JOINED(function, _is)(name, function); \
    static void function()
#define CAPTURE(...) \
    const doctest::Note DOCTEST_JOINED(doctest_note_, __COUNTER__)(#__VA_ARGS__, __VA_ARGS__)
#define TEST_CASE(name) DOCTEST_TEST(DOCTEST_JOINED(doctest_case_, __COUNTER__), name)

#define CHECK(...) \
    doctest::check(static_cast<bool>(__VA_ARGS__), __FILE__, __LINE__, "CHECK(" #__VA_ARGS__ ")")
#define CHECK_FALSE(...)                                                \
    doctest::check(!static_cast<bool>(__VA_ARGS__), __FILE__, __LINE__, \
                   "CHECK_FALSE(" #__VA_ARGS__ ")")
#define REQUIRE(...)                                                            \
    do {                                                                        \
        if (!doctest::check(static_cast<bool>(__VA_ARGS__), __FILE__, __LINE__, \
                            "REQUIRE(" #__VA_ARGS__ ")")) {                     \
            throw doctest::Required();                                          \
        }                                                                       \
    } while (false)

#define DOCTEST_THROWN(expression, type, look, text)                                            \
    do {                                                                                        \
        const std::string doctest_became =                                                      \
            doctest::thrown<type>([&] { static_cast<void>(expression); }, look);                \
        doctest::check(doctest_became.empty(), __FILE__, __LINE__, text ": " + doctest_became); \
    } while (false)
#define CHECK_THROWS_AS(expression, type)                             \
    DOCTEST_THROWN(                                                   \
        expression, type, [](const auto &) { return std::string(); }, \
        "CHECK_THROWS_AS(" #expression ", " #type ")")
#define CHECK_THROWS_WITH_AS(expression, message, type)                              \
    DOCTEST_THROWN(                                                                  \
        expression, type,                                                            \
        [&](const auto &error) {                                                     \
            return error.what() == std::string(message) ? std::string()              \
                                                        : std::string(error.what()); \
        },                                                                           \
        "CHECK_THROWS_WITH_AS(" #expression ", " #type ")")
#define CHECK_NOTHROW(expression)                                                        \
    do {                                                                                 \
        try {                                                                            \
            static_cast<void>(expression);                                               \
        } catch (const std::exception &doctest_error) {                                  \
            doctest::check(                                                              \
                false, __FILE__, __LINE__,                                               \
                std::string("CHECK_NOTHROW(" #expression "): ") + doctest_error.what()); \
        }                                                                                \
    } while (false)
