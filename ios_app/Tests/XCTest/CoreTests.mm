#import <XCTest/XCTest.h>

#include <doctest/doctest.h>

/// The C++ tests of Core, each reported by its name if it fails.
@interface CoreTests : XCTestCase
@end

@implementation CoreTests

- (void)testEveryCaseOfCore {
    XCTAssertGreaterThan(doctest::test_cases().size(), 0u, @"no test was linked in");
    for (const doctest::TestCase &test : doctest::test_cases()) {
        doctest::reporter() = [&test, self](const doctest::Failure &failure) {
            XCTFail(@"%s: %s:%d: %s", test.name, failure.file, failure.line, failure.text.c_str());
        };
        doctest::run(test);
    }
    doctest::reporter() = nullptr;
}

@end
