import UIKit

/// A model that Bridge has loaded.
final class BridgedModel: LoadedModel {
    private let session: ONPSession

    let cases: [PhotoCase]

    init(_ session: ONPSession) {
        self.session = session
        cases = session.cases.map { PhotoCase(name: $0.name, image: $0.image) }
    }

    func segment(_ photo: DecodedPhoto, caseName: String) throws -> Segmentation {
        guard let bridged = photo as? BridgedPhoto else {
            preconditionFailure("a photo that another backend has decoded")
        }
        return BridgedSegmentation(
            try inWords { try session.segment(bridged.photo, caseName: caseName) },
            of: bridged)
    }
}

/// What a model made of a photo, and how it looks.
final class BridgedSegmentation: Segmentation {
    /// Of the class's colour; the photo shines through.
    private static let share = 0.6

    private let result: ONPResult

    /// The classes' colours over the photo, or the picture that the model made; nil where it gives
    /// neither.
    let picture: UIImage?

    let classes: [FoundClass]
    let labels: [TopLabel]

    var hasPicture: Bool { picture != nil }
    var milliseconds: Double { result.milliseconds }
    var runs: Int { result.runs }

    init(_ result: ONPResult, of photo: BridgedPhoto) {
        self.result = result
        let overlay = result.width > 0 ? result.overlay(withShare: Self.share) : Data()
        let seen = Pixels.image(overlay, width: result.width, height: result.height)
        // Where the model saw the photo squeezed, a person sees it as it was taken.
        if result.squeezed, let preview = photo.preview {
            picture = seen?.preparingThumbnail(of: preview.size)
        } else {
            picture = seen
        }
        classes = result.classes().map {
            FoundClass(name: $0.name, colour: $0.colour, pixels: $0.pixels)
        }
        labels = result.labels().map { TopLabel(name: $0.name, value: $0.value) }
    }

    func writeCapture(to file: URL) throws {
        try inWords { try result.writeCapture(to: file.path) }
    }
}
