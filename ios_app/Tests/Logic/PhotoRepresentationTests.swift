import XCTest

@testable import onpar

final class PhotoRepresentationTests: XCTestCase {
    func testAPngIsPreferredToAJpegOfIt() throws {
        let offered = ["public.jpeg", "public.png"]
        XCTAssertEqual(try PhotoRepresentation.choose(from: offered, name: "p"), "public.png")
    }

    func testAHeicThatComesAsJpegTooIsTakenAsJpeg() throws {
        let offered = ["public.heic", "public.jpeg"]
        XCTAssertEqual(try PhotoRepresentation.choose(from: offered, name: "p"), "public.jpeg")
    }

    func testAPhotoOfAnotherFormatIsRefusedByName() {
        for (offered, kind) in [
            (["public.heic"], "HEIC"), (["public.heif-standard"], "HEIC"),
            (["org.webmproject.webp"], "org.webmproject.webp"),
        ] {
            XCTAssertThrowsError(try PhotoRepresentation.choose(from: offered, name: "IMG_1")) {
                XCTAssertEqual(
                    $0.localizedDescription, Texts.notJpegOrPng("IMG_1", is: kind))
            }
        }
        XCTAssertThrowsError(try PhotoRepresentation.choose(from: [], name: "IMG_1"))
    }

    func testHeicFilesAreToldByTheirFirstBytes() {
        for (brand, kind) in [("heic", "HEIC"), ("mif1", "HEIC"), ("avif", "AVIF")] {
            let file = Data([0, 0, 0, 24]) + Data("ftyp\(brand)".utf8) + Data(repeating: 0, count: 9)
            XCTAssertThrowsError(try PhotoRepresentation.refuseHeic(file, name: "f")) {
                XCTAssertEqual($0.localizedDescription, Texts.notJpegOrPng("f", is: kind))
            }
            // A slice keeps the indices of what it was cut from.
            let slice = (Data([7, 7, 7]) + file).dropFirst(3)
            XCTAssertThrowsError(try PhotoRepresentation.refuseHeic(slice, name: "f"))
        }
    }

    func testOtherFilesAreLeftToTheDecoder() throws {
        let png = Data([0x89]) + Data("PNG\r\n\u{1a}\n".utf8) + Data("IHDRIHDR".utf8)
        let film = Data([0, 0, 0, 24]) + Data("ftypisom".utf8)
        for file in [Data(), Data("ftyp".utf8), png, film, film.prefix(11)] {
            XCTAssertNoThrow(try PhotoRepresentation.refuseHeic(file, name: "f"))
        }
    }
}
