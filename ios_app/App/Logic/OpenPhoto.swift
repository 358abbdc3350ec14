import Foundation

/// A photo that is open.
struct OpenPhoto {
    /// The file's name.
    let name: String

    /// Of the file's bytes, in hexadecimal.
    let sha256: String

    /// Whether it came with the app: only then its name may be that of a model's case.
    let isBundled: Bool

    let decoded: DecodedPhoto

    /// Decode what `read` gives. Throws InputError where it cannot be read or decoded.
    init(
        name: String, isBundled: Bool, read: () throws -> Data, backend: Backend
    ) throws {
        let file: Data
        do {
            file = try read()
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError(Texts.notReadable(name, error.localizedDescription))
        }
        try PhotoRepresentation.refuseHeic(file, name: name)
        self.name = name
        self.isBundled = isBundled
        sha256 = backend.sha256(of: file)
        decoded = try backend.decode(file, name: name)
    }

    /// What captures call it: the case of the model that it is, or a name made of its digest.
    func caseName(among cases: [PhotoCase]) -> String {
        let own = cases.first { isBundled && $0.image == name && Limits.appFileName.fits($0.name) }
        return own?.name ?? "photo-" + sha256.prefix(8)
    }
}
