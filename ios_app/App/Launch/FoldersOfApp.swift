import Foundation

extension Folders {
    /// The app's: in its bundle, as the project copies them there, and in its container.
    static func ofApp() -> Folders {
        let manager = FileManager.default
        let documents = manager.urls(for: .documentDirectory, in: .userDomainMask)[0]
        return Folders(
            photos: Bundle.main.url(forResource: "images", withExtension: nil),
            models: Bundle.main.url(forResource: "Models", withExtension: nil),
            documents: documents,
            shared: manager.temporaryDirectory.appendingPathComponent("shared", isDirectory: true))
    }
}
