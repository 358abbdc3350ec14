import XCTest

@testable import onpar

final class CaptureRunTests: FolderTestCase {
    private let backend = FakeBackend()
    private var said: [String] = []

    override func setUpWithError() throws {
        try super.setUpWithError()
        backend.model.cases = [
            PhotoCase(name: "square", image: "a.png"), PhotoCase(name: "wide", image: "b.jpg"),
        ]
        try write("run/m.onnx")
        try write("run/m.onnx.json", "{}")
        try write("run/a.png", "A")
        try write("run/b.jpg", "B")
    }

    @discardableResult
    private func capture(_ order: CaptureOrder = CaptureOrder(folder: "run")) -> CaptureReport {
        CaptureRun(order: order, root: folder, backend: backend).run { said.append($0) }
    }

    /// The sentence of a run that failed, which is in `done.json` too.
    private func failure(_ order: CaptureOrder = CaptureOrder(folder: "run")) throws -> String {
        let report = capture(order)
        XCTAssertEqual(report.exitCode, 2)
        let written = try JSONDecoder().decode(
            CaptureReport.self, from: Data(try read("run/done.json").utf8))
        XCTAssertEqual(written, report)
        return report.error
    }

    func testEveryCaseIsCapturedInTheSidecarsOrderAndThenReported() throws {
        let report = capture()
        XCTAssertEqual(report, CaptureReport(captured: ["square", "wide"], error: ""))
        XCTAssertEqual(report.exitCode, 0)
        XCTAssertEqual(try read("run/square.safetensors"), "square:A")
        XCTAssertEqual(try read("run/wide.safetensors"), "wide:B")
        XCTAssertEqual(try read("run/done.json"), #"{"captured":["square","wide"],"error":""}"#)
        XCTAssertEqual(
            said, [Texts.loading, "Capturing square, 1 of 2…", "Capturing wide, 2 of 2…"])
        XCTAssertEqual(backend.loads, ["m.onnx onnxruntime 0 0"])
    }

    func testOnlyTheCasesAskedForAreCaptured() {
        XCTAssertEqual(capture(CaptureOrder(cases: ["wide"], folder: "run")).captured, ["wide"])
        XCTAssertFalse(isThere("run/square.safetensors"))
    }

    func testThreadsRunsAndRuntimeReachTheModel() {
        backend.taking = ["onnxruntime", "coreml"]
        capture(CaptureOrder(folder: "run", runtime: "coreml", threads: 2, runs: 5))
        XCTAssertEqual(backend.loads, ["m.onnx coreml 2 5"])
    }

    func testACaseOfAnotherSidecarIsRefused() throws {
        let order = CaptureOrder(cases: ["square", "tall"], folder: "run")
        XCTAssertEqual(
            try failure(order),
            "m.onnx: does not have the cases square, tall, it has: square, wide; name cases of "
                + "its sidecar")
        XCTAssertFalse(isThere("run/square.safetensors"))
    }

    func testARuntimeThatDoesNotTakeTheModelIsRefused() throws {
        XCTAssert(
            try failure(CaptureOrder(folder: "run", runtime: "coreml"))
                .contains("-runtime is 'coreml', expected one that takes it: onnxruntime"))
        backend.taking = []
        XCTAssertEqual(
            try failure(), Texts.noRuntime("m.onnx", having: ["onnxruntime", "coreml"]))
    }

    func testWhatWasCapturedBeforeAnErrorIsReported() throws {
        try FileManager.default.removeItem(at: folder.appendingPathComponent("run/b.jpg"))
        let report = capture()
        XCTAssertEqual(report.captured, ["square"])
        XCTAssert(report.error.hasPrefix("b.jpg: cannot be read ("), report.error)
    }

    func testAnOldReportNeverStandsForANewRun() throws {
        try write("run/done.json", #"{"captured":["square","wide"],"error":""}"#)
        backend.sidecarFailure = "m.onnx.json: is not a sidecar"
        XCTAssertEqual(try failure(), "m.onnx.json: is not a sidecar")
    }

    func testTheFoldersOfEarlierRunsAreRemoved() throws {
        try write("earlier/a.safetensors", "a capture")
        XCTAssertEqual(capture().error, "")
        XCTAssertFalse(isThere("earlier"))
        XCTAssert(isThere("run/m.onnx"))
    }

    func testTheFolderMustHoldOneModel() throws {
        try write("run/n.onnx.json", "{}")
        XCTAssert(try failure().hasPrefix("run: holds 2 sidecars, expected one"))
        try FileManager.default.removeItem(at: folder.appendingPathComponent("run/n.onnx.json"))
        try FileManager.default.removeItem(at: folder.appendingPathComponent("run/m.onnx"))
        XCTAssertEqual(try failure(), Texts.modelMissing(sidecar: "m.onnx.json"))
    }

    func testAFolderThatIsNotThereIsSaidAndNotMade() {
        let report = capture(CaptureOrder(folder: "other"))
        XCTAssert(report.error.hasPrefix("-folder is 'other', expected the name of a folder"))
        XCTAssertEqual(report.exitCode, 2)
        XCTAssertFalse(isThere("other"))
    }

    func testAPhotosNameLeadsIntoNoOtherFolder() throws {
        try write("secret.png")
        backend.model.cases = [PhotoCase(name: "square", image: "../secret.png")]
        XCTAssertEqual(
            try failure(),
            "'../secret.png' in the sidecar is not a file name; export the model again")
        backend.model.cases = [PhotoCase(name: "../square", image: "a.png")]
        XCTAssert(try failure().contains("the case '../square' cannot name a file"))
    }
}
