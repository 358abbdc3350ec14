import XCTest

@testable import onpar

final class NameRuleTests: XCTestCase {
    func testLettersDigitsDotsAndDashesArePlain() {
        for name in ["a", "_", "0", "model-1.2_fp32.onnx", "A..b", "x-"] {
            XCTAssert(Limits.appFileName.fits(name), name)
        }
    }

    func testWhatCouldLeadElsewhereIsNot() {
        let names = ["", ".", "..", "-a", ".a", "a/b", "a\\b", "a b", "a\n", "é", "a\u{301}", "٣", "a:b"]
        for name in names {
            XCTAssertFalse(Limits.appFileName.fits(name), name)
        }
    }
}
