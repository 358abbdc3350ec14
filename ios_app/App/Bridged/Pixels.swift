import UIKit

enum Pixels {
    /// A picture of u8 RGBA [height, width, 4] in sRGB, whose alpha is ignored. Nil where the bytes
    /// are not as many.
    static func image(_ rgba: Data, width: Int, height: Int) -> UIImage? {
        guard width > 0, height > 0, rgba.count == width * height * 4,
            let space = CGColorSpace(name: CGColorSpace.sRGB)
        else { return nil }
        var bytes = rgba
        let image = bytes.withUnsafeMutableBytes { pixels in
            CGContext(
                data: pixels.baseAddress, width: width, height: height, bitsPerComponent: 8,
                bytesPerRow: width * 4, space: space,
                bitmapInfo: CGImageAlphaInfo.noneSkipLast.rawValue)?.makeImage()
        }
        return image.map { UIImage(cgImage: $0) }
    }
}
