import Foundation

/// Where the app finds its files.
struct Folders {
    /// Photos that came with the app; nil where none did.
    let photos: URL?

    /// Models that came with the app; nil where none did.
    let models: URL?

    /// What the person sees in Files and Finder.
    let documents: URL

    /// Of one capture, for sharing it.
    let shared: URL

    /// Below it lie the folders of captures over a cable.
    var capture: URL { documents.appendingPathComponent("capture", isDirectory: true) }

    /// The bundled photos' file names, sorted.
    func photoNames() -> [String] {
        guard let folder = photos,
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else { return [] }
        return names.filter { name in
            [".jpg", ".jpeg", ".png"].contains { name.lowercased().hasSuffix($0) }
        }.sorted()
    }
}
