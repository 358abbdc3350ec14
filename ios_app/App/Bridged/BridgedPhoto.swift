import UIKit

/// A photo that Core has decoded, and a small picture of it for the screen.
final class BridgedPhoto: DecodedPhoto {
    /// In pixels; a phone's screen has not much more to show it with.
    private static let longestSide = 1024.0

    let photo: ONPPhoto
    let preview: UIImage?

    var width: Int { photo.width }
    var height: Int { photo.height }

    init(_ photo: ONPPhoto) {
        self.photo = photo
        let whole = Pixels.image(photo.rgba(), width: photo.width, height: photo.height)
        let longer = Double(max(photo.width, photo.height))
        let scale = min(1, BridgedPhoto.longestSide / longer)
        preview = whole?.preparingThumbnail(
            of: CGSize(
                width: max(1, (Double(photo.width) * scale).rounded()),
                height: max(1, (Double(photo.height) * scale).rounded())))
    }
}
