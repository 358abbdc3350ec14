import XCTest

@testable import onpar

final class CaptureOrderTests: XCTestCase {
    private func sentence(_ arguments: String) -> String {
        do {
            let order = try CaptureOrder.parse(arguments.components(separatedBy: " "))
            return "parsed: \(String(describing: order))"
        } catch {
            return error.localizedDescription
        }
    }

    func testALaunchByAPersonAsksForNoCaptures() throws {
        XCTAssertNil(try CaptureOrder.parse(["onpar"]))
        XCTAssertNil(try CaptureOrder.parse(["onpar", "-NSDocumentRevisionsDebugMode", "YES"]))
    }

    func testAllMeansEveryCaseOfTheSidecar() throws {
        let order = try CaptureOrder.parse(["onpar", "-capture", "all", "-folder", "run_1"])
        XCTAssertEqual(order, CaptureOrder(cases: nil, folder: "run_1"))
    }

    func testEveryOptionIsReadInAnyOrder() throws {
        let words = "onpar -runs 3 -folder f -threads 2 -runtime coreml -capture square,wide"
        let order = try CaptureOrder.parse(words.components(separatedBy: " "))
        XCTAssertEqual(
            order,
            CaptureOrder(
                cases: ["square", "wide"], folder: "f", runtime: "coreml", threads: 2, runs: 3))
    }

    func testArgumentsOfTheSystemPass() throws {
        let words = "onpar -capture a -folder f -AppleLanguages (de) -NSTreatUnknown NO"
        let order = try CaptureOrder.parse(words.components(separatedBy: " "))
        XCTAssertEqual(order, CaptureOrder(cases: ["a"], folder: "f"))
    }

    func testNamesThatLeadElsewhereAreRefused() {
        for name in ["..", "../x", "a/b", ".hidden", "a b", "ä", "a,,b", "a,"] {
            let arguments = ["onpar", "-capture", name, "-folder", "f"]
            XCTAssertThrowsError(try CaptureOrder.parse(arguments), name) { error in
                XCTAssert(error.localizedDescription.contains("-capture got the name"), name)
            }
            if !name.contains(",") {
                XCTAssertThrowsError(
                    try CaptureOrder.parse(["onpar", "-capture", "a", "-folder", name]), name)
            }
        }
    }

    func testWhatIsMissingOrTwiceIsSaidInASentence() {
        XCTAssert(sentence("onpar -capture a").hasPrefix("-capture came without -folder"))
        XCTAssert(sentence("onpar -folder f -capture").hasPrefix("-capture has no value"))
        XCTAssert(sentence("onpar -capture -folder f").hasPrefix("-capture has no value"))
        XCTAssert(sentence("onpar -capture a,a -folder f").contains("a case twice in 'a,a'"))
        XCTAssert(
            sentence("onpar -capture a -folder f -folder g").hasPrefix("-folder was given 2 times"))
        for number in ["two", "1.5", "1001", "99999999999999999999"] {
            XCTAssertEqual(
                sentence("onpar -capture a -folder f -runs \(number)"),
                "-runs got '\(number)', expected a whole number of 0 to 1000; fix it")
        }
        XCTAssert(sentence("onpar -capture a -folder f -threads -1").hasPrefix("-threads has no"))
    }
}
