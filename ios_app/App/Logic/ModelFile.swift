import Foundation

/// A model that can be chosen: a file, or the folder of an `.mlpackage`, with its sidecar.
struct ModelFile: Equatable {
    static let sidecarSuffix = ".json"

    /// The file's name, as the person sees it.
    let name: String

    let url: URL

    /// Whether the person put it into Documents, and not Xcode into the app.
    let isOwn: Bool

    var sidecar: URL { URL(fileURLWithPath: url.path + ModelFile.sidecarSuffix) }

    /// Why it cannot be loaded as its files lie; nil where both are there.
    var missing: String? {
        if !FileManager.default.fileExists(atPath: url.path) {
            return Texts.modelMissing(sidecar: sidecar.lastPathComponent)
        }
        if !FileManager.default.fileExists(atPath: sidecar.path) {
            return Texts.noSidecar(name)
        }
        return nil
    }

    /// Changes where one of its files does: an old copy must not be served for a new one.
    var stamp: String {
        let files = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String }
        let inside = (files ?? []).sorted().map { url.appendingPathComponent($0) }
        return ([url, sidecar] + inside).map { file in
            let facts = try? FileManager.default.attributesOfItem(atPath: file.path)
            let changed = (facts?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(file.path) \(facts?[.size] ?? 0) \(changed)"
        }.joined(separator: "\n")
    }
}

/// The models of the app's own folder `Models` and of Documents.
enum ModelList {
    /// A file with such an ending is listed as a model even without its sidecar, so that the app
    /// shows what is missing.
    private static let endings = [".onnx", ".ort", ".ptl", ".mlpackage"]

    /// By name, the person's own first; a folder that is not there has none.
    static func find(bundled: URL?, documents: URL?) -> [ModelFile] {
        models(in: documents, isOwn: true) + models(in: bundled, isOwn: false)
    }

    private static func models(in folder: URL?, isOwn: Bool) -> [ModelFile] {
        guard let folder = folder,
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else { return [] }
        let described = names.filter { $0.hasSuffix(ModelFile.sidecarSuffix) }
            .map { String($0.dropLast(ModelFile.sidecarSuffix.count)) }
        let bare = names.filter { name in endings.contains { name.hasSuffix($0) } }
        return Set(described + bare).filter { !$0.isEmpty && !$0.hasPrefix(".") }.sorted().map {
            ModelFile(name: $0, url: folder.appendingPathComponent($0), isOwn: isOwn)
        }
    }
}
