import Foundation

@testable import onpar

final class FakePhoto: DecodedPhoto {
    let file: Data
    let width = 4
    let height = 3

    init(_ file: Data) {
        self.file = file
    }
}

final class FakeSegmentation: Segmentation {
    var hasPicture = true
    var classes = [
        FoundClass(name: "background", colour: 0, pixels: 9),
        FoundClass(name: "cat", colour: 0x400000, pixels: 3),
    ]
    var labels: [TopLabel] = []
    var milliseconds = 12.4
    var runs = 3
    var content = ""

    func writeCapture(to file: URL) throws {
        try Data(content.utf8).write(to: file)
    }
}

/// A model that answers with what it was given.
final class FakeModel: LoadedModel {
    var cases: [PhotoCase] = []
    var failure: String?

    func segment(_ photo: DecodedPhoto, caseName: String) throws -> Segmentation {
        if let failure = failure { throw InputError(failure) }
        guard let photo = photo as? FakePhoto else { throw InputError("another backend's photo") }
        let result = FakeSegmentation()
        result.content = caseName + ":" + String(decoding: photo.file, as: UTF8.self)
        return result
    }
}

final class FakeBackend: Backend {
    var runtimes = ["onnxruntime", "coreml"]
    var taking = ["onnxruntime"]
    var sidecarFailure: String?
    let model = FakeModel()

    /// What was loaded: name, runtime, threads, runs.
    private(set) var loads: [String] = []

    func displayName(of runtime: String) -> String {
        runtime == "onnxruntime" ? "ONNX Runtime" : "Core ML"
    }

    func runtimes(forSidecarAt sidecar: URL) throws -> [String] {
        if let failure = sidecarFailure { throw InputError(failure) }
        return taking
    }

    func decode(_ file: Data, name: String) throws -> DecodedPhoto {
        if file.isEmpty { throw InputError("\(name): is empty; choose another photo.") }
        return FakePhoto(file)
    }

    func load(_ model: URL, runtime: String, threads: Int, runs: Int) throws -> LoadedModel {
        loads.append("\(model.lastPathComponent) \(runtime) \(threads) \(runs)")
        return self.model
    }

    func sha256(of file: Data) -> String { String(repeating: "ab", count: 32) }
}
