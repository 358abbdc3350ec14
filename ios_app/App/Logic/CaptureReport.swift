import Foundation

/// `done.json`: what a run of captures came to. Whoever launched it waits for this file.
struct CaptureReport: Codable, Equatable {
    static let fileName = "done.json"

    /// Names of the cases captured, in their order.
    var captured: [String] = []

    /// One sentence; empty where nothing went wrong.
    var error = ""

    /// Of the process.
    var exitCode: Int32 { error.isEmpty ? 0 : 2 }

    /// Into this folder, whole or not at all. Throws where it cannot be written.
    func write(into folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let file = folder.appendingPathComponent(CaptureReport.fileName)
        try encoder.encode(self).write(to: file, options: .atomic)
    }
}
