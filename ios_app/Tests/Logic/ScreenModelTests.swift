import XCTest

@testable import onpar

final class ScreenModelTests: FolderTestCase {
    private let backend = FakeBackend()
    private var words: [String] = []
    private var errors: [String] = []
    private var clock = 0.0

    private func launched() -> ScreenModel {
        let folders = Folders(
            photos: folder.appendingPathComponent("images"),
            models: folder.appendingPathComponent("Models"),
            documents: folder.appendingPathComponent("Documents"),
            shared: folder.appendingPathComponent("tmp/shared"))
        let model = ScreenModel(
            backend: backend, folders: folders, work: Work(background: { $0() }, main: { $0() }),
            now: { [self] in
                clock += 0.25
                return clock
            })
        model.onChange = { [self] in
            words.append(model.screen.words(hindrance: model.choice.hindrance))
        }
        model.onError = { [self] in errors.append($0) }
        model.start()
        return model
    }

    private func addModel(_ path: String) throws {
        try write(path)
        try write(path + ".json", "{}")
    }

    override func setUpWithError() throws {
        try super.setUpWithError()
        try write("images/b.png", "B")
        try write("images/a.jpg", "A")
        try write("images/SOURCES.md")
        try addModel("Models/m.onnx")
    }

    func testAtTheStartTheFirstBundledPhotoIsShown() {
        let model = launched()
        XCTAssertEqual(model.screen.photo?.name, "a.jpg")
        XCTAssertEqual(model.choice.model?.name, "m.onnx")
        XCTAssertEqual(model.choice.runtime, "onnxruntime")
        XCTAssertEqual(words.suffix(2), [Texts.opening, Texts.ready])
    }

    func testSegmentLoadsRunsAndShows() {
        backend.model.cases = [PhotoCase(name: "square", image: "a.jpg")]
        let model = launched()
        words = []
        model.segment()
        XCTAssertEqual(words.prefix(2), [Texts.loading, Texts.running])
        XCTAssertEqual(model.screen.result?.caseName, "square")
        XCTAssertEqual(model.screen.result?.runtime, "ONNX Runtime")
        XCTAssertEqual(model.screen.result?.wholeMilliseconds ?? 0, 250, accuracy: 1e-6)
        XCTAssertEqual(model.screen.photo?.name, "a.jpg")
        model.restart()
        XCTAssertNil(model.screen.result)
        XCTAssertEqual(words.last, Texts.ready)
    }

    func testAModelIsLoadedOnceUntilItsFilesChange() throws {
        let model = launched()
        model.segment()
        model.segment()
        XCTAssertEqual(backend.loads.count, 1)
        try write("Models/m.onnx", "another model")
        model.segment()
        XCTAssertEqual(backend.loads.count, 2)
    }

    func testWithoutAModelTheScreenSaysHowToAddOne() throws {
        try FileManager.default.removeItem(at: folder.appendingPathComponent("Models"))
        let model = launched()
        XCTAssertEqual(words.last, Texts.noModel)
        XCTAssertFalse(model.controls.segment)
        model.segment()
        XCTAssertNil(model.screen.busy)
        try addModel("Documents/own.onnx")
        model.refreshModels()
        XCTAssertEqual(words.last, Texts.ready)
        XCTAssertEqual(model.choice.model?.isOwn, true)
    }

    func testTheChosenModelStaysWhereOthersCome() throws {
        try addModel("Models/n.onnx")
        let model = launched()
        model.choose(model.choice.models[1])
        model.segment()
        try addModel("Documents/a.onnx")
        model.refreshModels()
        XCTAssertEqual(model.choice.model?.name, "n.onnx")
        XCTAssertNotNil(model.screen.result, "it is that model's still")
        try FileManager.default.removeItem(at: folder.appendingPathComponent("Models"))
        model.refreshModels()
        XCTAssertEqual(model.choice.model?.name, "a.onnx")
        XCTAssertNil(model.screen.result, "another model has not run yet")
    }

    func testAnotherModelOrRuntimeBeginsWithoutTheOldResult() throws {
        backend.taking = ["onnxruntime", "coreml"]
        try addModel("Models/n.onnx")
        let model = launched()
        model.segment()
        model.choose(runtime: "coreml")
        XCTAssertNil(model.screen.result)
        model.segment()
        XCTAssertEqual(model.screen.result?.runtime, "Core ML")
        model.choose(model.choice.models[1])
        XCTAssertNil(model.screen.result)
        XCTAssertEqual(model.choice.runtime, "coreml", "it takes the other model too")
        model.choose(runtime: "no such")
        XCTAssertEqual(model.choice.runtime, "coreml")
    }

    func testWhyAModelCannotRunIsSaidBeforeAnybodyTries() throws {
        backend.taking = []
        XCTAssertFalse(launched().controls.segment)
        XCTAssertEqual(
            words.last, Texts.noRuntime("m.onnx", having: ["ONNX Runtime", "Core ML"]))
        backend.sidecarFailure = "m.onnx.json: is not a sidecar"
        XCTAssertFalse(launched().controls.segment)
        XCTAssertEqual(words.last, "m.onnx.json: is not a sidecar")
        try FileManager.default.removeItem(at: folder.appendingPathComponent("Models/m.onnx.json"))
        _ = launched()
        XCTAssertEqual(words.last, Texts.noSidecar("m.onnx"))
        XCTAssertEqual(errors, [])
    }

    func testAnErrorIsSaidOnceAndStandsWhereTheResultWouldBe() {
        let model = launched()
        model.segment()
        backend.model.failure = "m.onnx: the runtime failed"
        model.segment()
        XCTAssertEqual(errors, ["m.onnx: the runtime failed"])
        XCTAssertEqual(words.last, "m.onnx: the runtime failed")
        XCTAssertNil(model.screen.result)
        XCTAssert(model.controls.segment, "it can be tried again")
    }

    func testPhotosThatCannotBeOpenedAreSaidAndTheLastOneStays() {
        struct Unplugged: LocalizedError { var errorDescription: String? { "unplugged" } }
        let model = launched()
        model.open(name: "own.jpg") { throw Unplugged() }
        model.open(name: "own.jpg") { Data() }
        model.open(name: "own.heic") { Data([0, 0, 0, 24]) + Data("ftypheic1234".utf8) }
        XCTAssertEqual(
            errors,
            [
                Texts.notReadable("own.jpg", "unplugged"),
                "own.jpg: is empty; choose another photo.",
                Texts.notJpegOrPng("own.heic", is: "HEIC"),
            ])
        XCTAssertEqual(model.screen.photo?.name, "a.jpg")
    }

    func testOnlyOneThingIsDoneAtATime() {
        var waiting: [() -> Void] = []
        let folders = Folders(
            photos: folder.appendingPathComponent("images"), models: nil,
            documents: folder, shared: folder)
        let model = ScreenModel(
            backend: backend, folders: folders,
            work: Work(background: { waiting.append($0) }, main: { $0() }))
        model.start()
        model.open(bundled: "b.png")
        model.segment()
        model.refreshModels()
        XCTAssertEqual(waiting.count, 1)
        waiting[0]()
        XCTAssertEqual(model.screen.photo?.name, "a.jpg")
    }

    func testACaptureIsSharedAsTheOnlyFileOfItsFolder() throws {
        let model = launched()
        model.segment()
        try write("tmp/shared/old.safetensors")
        var shared: URL?
        model.writeCapture { shared = $0 }
        XCTAssertEqual(shared?.lastPathComponent, "photo-abababab.safetensors")
        XCTAssertEqual(try read("tmp/shared/photo-abababab.safetensors"), "photo-abababab:A")
        XCTAssertFalse(isThere("tmp/shared/old.safetensors"))
        XCTAssertNotNil(model.screen.result)
        XCTAssertNil(model.screen.busy)
    }

    func testACaptureThatCannotBeWrittenLeavesTheResult() throws {
        let model = launched()
        model.segment()
        try write("tmp", "a file where the folder would be")
        model.writeCapture { _ in XCTFail("there is nothing to share") }
        XCTAssertEqual(errors.count, 1)
        XCTAssert(errors[0].hasPrefix("The capture cannot be written ("), errors[0])
        XCTAssertNotNil(model.screen.result)
    }
}
