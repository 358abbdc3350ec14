import XCTest

@testable import onpar

final class ScreenTests: XCTestCase {
    private let english = Locale(identifier: "en_US_POSIX")
    private let result = ShownResult(
        segmentation: FakeSegmentation(), caseName: "square", runtime: "ONNX Runtime",
        wholeMilliseconds: 187.2)

    private func opened() throws -> Screen {
        Screen.empty.opened(
            try OpenPhoto(
                name: "a.png", isBundled: true, read: { Data("A".utf8) }, backend: FakeBackend()))
    }

    private func touchable(_ screen: Screen, hindrance: String? = nil) -> [Bool] {
        let controls = Controls(screen, hindrance: hindrance)
        return [controls.segment, controls.restart, controls.share, controls.choices]
    }

    func testWhatCanBeTouchedFollowsFromWhatIsShown() throws {
        let photo = try opened()
        XCTAssertEqual(touchable(.empty), [false, false, false, true])
        XCTAssertEqual(touchable(photo), [true, false, false, true])
        XCTAssertEqual(touchable(photo, hindrance: "why"), [false, false, false, true])
        XCTAssertEqual(touchable(photo.finished(result)), [true, true, true, true])
        XCTAssertEqual(touchable(photo.finished(result).working("…")), [false, false, false, false])
        XCTAssertEqual(touchable(photo.finished(result).using("…")), [false, false, false, false])
        XCTAssertEqual(touchable(photo.failed("why")), [true, false, false, true])
    }

    func testAnOldResultNeverStandsBesideAnErrorOrANewRun() throws {
        let done = try opened().finished(result)
        XCTAssertNil(done.working("…").result)
        XCTAssertNil(done.failed("why").result)
        XCTAssertNil(done.restarted().result)
        XCTAssertNil(try done.opened(XCTUnwrap(done.photo)).result)
        XCTAssertNotNil(done.warned("why").result)
        XCTAssertNotNil(done.using("…").result)
        XCTAssertNotNil(done.restarted().photo)
    }

    func testTheWordsAreTheMostUrgentOnes() throws {
        let photo = try opened()
        XCTAssertEqual(Screen.empty.words(hindrance: nil), "")
        XCTAssertEqual(Screen.empty.words(hindrance: Texts.noModel), Texts.noModel)
        XCTAssertEqual(photo.words(hindrance: nil), Texts.ready)
        XCTAssertEqual(photo.words(hindrance: "why not"), "why not")
        XCTAssertEqual(photo.working("busy").words(hindrance: "why not"), "busy")
        XCTAssertEqual(photo.failed("wrong").words(hindrance: "why not"), "wrong")
        XCTAssertEqual(photo.finished(result).warned("wrong").words(hindrance: nil), "wrong")
        XCTAssertEqual(
            photo.finished(result).words(hindrance: nil, locale: english),
            "Model 12 ms, the median of 3 runs; everything 187 ms. ONNX Runtime.")
    }

    func testAResultWithoutAClassMapSaysSo() throws {
        let bare = FakeSegmentation()
        bare.hasPicture = false
        bare.classes = []
        let screen = try opened().finished(
            ShownResult(
                segmentation: bare, caseName: "a", runtime: "Core ML", wholeMilliseconds: 1))
        XCTAssertEqual(screen.words(hindrance: nil), Texts.noPicture)
        XCTAssertEqual(screen.described(), "The photo a.png")
        XCTAssertEqual(screen.legend(), [])
    }

    func testAPictureThatTheModelMadeIsShownWithoutALegend() throws {
        let generator = FakeSegmentation()
        generator.classes = []
        let screen = try opened().finished(
            ShownResult(
                segmentation: generator, caseName: "a", runtime: "Core ML", wholeMilliseconds: 1))
        XCTAssertEqual(screen.legend(), [])
        XCTAssertEqual(screen.described(), "What the model made of the photo a.png")
        XCTAssertNotEqual(screen.words(hindrance: nil), Texts.noPicture)
    }

    func testAClassifiersLabelsStandInPlaceOfTheClasses() throws {
        let classifier = FakeSegmentation()
        classifier.hasPicture = false
        classifier.classes = []
        classifier.labels = [
            TopLabel(name: "cat", value: 0.9314), TopLabel(name: "dog", value: 0.02),
        ]
        let screen = try opened().finished(
            ShownResult(
                segmentation: classifier, caseName: "a", runtime: "Core ML", wholeMilliseconds: 1))
        XCTAssertEqual(
            screen.legend(locale: english),
            [
                LegendItem(text: "cat 93.1 %", colour: nil),
                LegendItem(text: "dog 2.0 %", colour: nil),
            ])
        XCTAssertEqual(
            screen.described(locale: english),
            "The photo a.png, classified: cat 93.1 %, dog 2.0 %")
        XCTAssertNotEqual(screen.words(hindrance: nil), Texts.noPicture)
    }

    func testVoiceOverHearsThePhotoAndTheClasses() throws {
        XCTAssertEqual(Screen.empty.described(), "No photo yet")
        XCTAssertEqual(try opened().described(), "The photo a.png")
        XCTAssertEqual(
            try opened().finished(result).described(locale: english),
            "The photo a.png, segmented: background 75.0 %, cat 25.0 %")
    }

    func testCountsAndTimesAreWrittenAsPeopleWriteThem() {
        XCTAssertEqual(Texts.captured(0), "Captured 0 cases.")
        XCTAssertEqual(Texts.captured(1), "Captured 1 case.")
        XCTAssertEqual(Texts.captured(2), "Captured 2 cases.")
        XCTAssertEqual(
            Texts.took(
                model: 1234.5, runs: 1, whole: 0.4, runtime: "Core ML",
                locale: Locale(identifier: "en_US")),
            "Model 1,234 ms; everything 0 ms. Core ML.")
    }

    func testTheLegendHasEachClassWithItsColourAndShare() {
        XCTAssertEqual(
            Legend.items(of: FakeSegmentation().classes, locale: english),
            [
                LegendItem(text: "background 75.0 %", colour: 0),
                LegendItem(text: "cat 25.0 %", colour: 0x400000),
            ])
        XCTAssertEqual(
            Legend.items(of: FakeSegmentation().classes, locale: Locale(identifier: "de_DE"))
                .map(\.text),
            ["background 75,0 %", "cat 25,0 %"])
    }

    func testAPhotoHasTheNameOfACaseOnlyWhereItIsTheModelsOwn() throws {
        let cases = [PhotoCase(name: "square", image: "a.png")]
        let bundled = try XCTUnwrap(try opened().photo)
        XCTAssertEqual(bundled.caseName(among: cases), "square")
        XCTAssertEqual(bundled.caseName(among: []), "photo-abababab")
        let own = try OpenPhoto(
            name: "a.png", isBundled: false, read: { Data("A".utf8) }, backend: FakeBackend())
        XCTAssertEqual(own.caseName(among: cases), "photo-abababab")
        let odd = [PhotoCase(name: "../x", image: "a.png")]
        XCTAssertEqual(bundled.caseName(among: odd), "photo-abababab")
    }
}
