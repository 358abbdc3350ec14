import Foundation

/// A result that is shown.
struct ShownResult {
    let segmentation: Segmentation
    let caseName: String

    /// What people call the runtime that computed it.
    let runtime: String

    /// Time of everything in milliseconds: loading, where the model was not, and all runs.
    let wholeMilliseconds: Double

    /// Write the capture as the only file of this folder, for sharing it; where it is. Throws
    /// InputError where it cannot be written.
    func writeCapture(into folder: URL) throws -> URL {
        let files = FileManager.default
        let file = folder.appendingPathComponent(caseName + ".safetensors")
        do {
            if files.fileExists(atPath: folder.path) {
                try files.removeItem(at: folder)
            }
            try files.createDirectory(at: folder, withIntermediateDirectories: true)
            try segmentation.writeCapture(to: file)
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError(Texts.notWritable(error.localizedDescription))
        }
        return file
    }
}
