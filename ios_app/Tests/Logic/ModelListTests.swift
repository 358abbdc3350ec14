import XCTest

@testable import onpar

final class ModelListTests: FolderTestCase {
    private var bundled: URL { folder.appendingPathComponent("Models") }
    private var documents: URL { folder.appendingPathComponent("Documents") }

    private func names() -> [String] {
        ModelList.find(bundled: bundled, documents: documents).map { model in
            Texts.modelTitle(model.name, isOwn: model.isOwn)
        }
    }

    func testModelsOfBothFoldersAreListedByName() throws {
        try write("Models/b.onnx")
        try write("Models/b.onnx.json")
        try write("Models/a.ptl")
        try write("Models/a.ptl.json")
        try write("Models/README.md")
        try write("Documents/b.onnx")
        try write("Documents/b.onnx.json")
        XCTAssertEqual(names(), ["b.onnx (from Files)", "a.ptl", "b.onnx"])
    }

    func testAFormatThatTheAppHasNeverHeardOfIsListedByItsSidecar() throws {
        try write("Models/x.pte")
        try write("Models/x.pte.json")
        XCTAssertEqual(names(), ["x.pte"])
    }

    func testFoldersThatAreNotThereHaveNoModels() {
        XCTAssertEqual(names(), [])
        XCTAssertEqual(ModelList.find(bundled: nil, documents: nil), [])
    }

    func testOtherFilesOfThePersonAreNoModels() throws {
        try write("Documents/photo.jpg")
        try write("Documents/capture/run/m.onnx")
        try write("Documents/.json")
        XCTAssertEqual(names(), [])
    }

    func testHalfAModelIsListedWithWhatIsMissing() throws {
        try write("Documents/a.onnx")
        try write("Documents/b.onnx.json")
        try write("Documents/c.mlpackage/Manifest.json")
        try write("Documents/c.mlpackage.json")
        let missing = ModelList.find(bundled: nil, documents: documents).map(\.missing)
        XCTAssertEqual(
            missing,
            [Texts.noSidecar("a.onnx"), Texts.modelMissing(sidecar: "b.onnx.json"), nil])
    }

    func testAnyChangeOfAModelsFilesChangesItsStamp() throws {
        try write("Documents/c.mlpackage/Data/weights", "one")
        try write("Documents/c.mlpackage.json", "{}")
        let model = try XCTUnwrap(ModelList.find(bundled: nil, documents: documents).first)
        var stamps: Set = [model.stamp]
        XCTAssertEqual(model.stamp, model.stamp)
        try write("Documents/c.mlpackage/Data/weights", "other")
        XCTAssert(stamps.insert(model.stamp).inserted)
        try write("Documents/c.mlpackage.json", "{ }")
        XCTAssert(stamps.insert(model.stamp).inserted)
    }
}
