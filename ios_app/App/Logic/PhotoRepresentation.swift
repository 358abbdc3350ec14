import Foundation

/// In which of its forms a photo of the library is taken.
enum PhotoRepresentation {
    /// What the image contract decodes, best first: a PNG is exact everywhere.
    static let accepted = ["public.png", "public.jpeg"]

    /// The first accepted one of the type identifiers that the library offers. Throws InputError where
    /// there is none.
    static func choose(from offered: [String], name: String) throws -> String {
        guard let chosen = accepted.first(where: offered.contains) else {
            throw InputError(Texts.notJpegOrPng(name, is: kind(of: offered)))
        }
        return chosen
    }

    /// Refuse a HEIC or AVIF file by its first bytes. Throws InputError; what is wrong with files of
    /// other formats, the decoder says.
    static func refuseHeic(_ file: Data, name: String) throws {
        // ISO/IEC 14496-12, 4.3: the length of a box, `ftyp`, and the major brand.
        guard file.count >= 12, file.dropFirst(4).prefix(4).elementsEqual("ftyp".utf8) else {
            return
        }
        let brand = String(decoding: file.dropFirst(8).prefix(4), as: UTF8.self)
        switch brand {
        case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1":
            throw InputError(Texts.notJpegOrPng(name, is: "HEIC"))
        case "avif", "avis":
            throw InputError(Texts.notJpegOrPng(name, is: "AVIF"))
        default:
            return
        }
    }

    private static func kind(of offered: [String]) -> String {
        if offered.contains(where: { $0.hasPrefix("public.hei") }) { return "HEIC" }
        return offered.first ?? "of no type that it states"
    }
}
