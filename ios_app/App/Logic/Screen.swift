import Foundation

/// What the screen shows. A new photo or a new run begins without the result of the last one.
struct Screen {
    /// Nil until one is open.
    private(set) var photo: OpenPhoto?

    /// What is being done; nil while nothing is.
    private(set) var busy: String?

    /// Nil where none is shown.
    private(set) var result: ShownResult?

    /// A sentence about what went wrong last; nil where nothing did.
    private(set) var error: String?

    static let empty = Screen()

    func working(_ what: String) -> Screen { Screen(photo: photo, busy: what) }

    func opened(_ other: OpenPhoto) -> Screen { Screen(photo: other) }

    func finished(_ other: ShownResult) -> Screen { Screen(photo: photo, result: other) }

    /// An old result is never shown with an error.
    func failed(_ why: String) -> Screen { Screen(photo: photo, error: why) }

    /// The result stays while something is done with it.
    func using(_ what: String) -> Screen { Screen(photo: photo, busy: what, result: result) }

    /// An error that leaves the result shown, such as one of sharing it.
    func warned(_ why: String) -> Screen { Screen(photo: photo, result: result, error: why) }

    /// The photo alone.
    func restarted() -> Screen { Screen(photo: photo) }

    /// What stands below the picture. `hindrance`: why no model can run; nil where one can.
    func words(hindrance: String?, locale: Locale = .current) -> String {
        if let said = error ?? busy { return said }
        if let result = result {
            guard result.segmentation.hasPicture || !result.segmentation.labels.isEmpty else {
                return Texts.noPicture
            }
            return Texts.took(
                model: result.segmentation.milliseconds, runs: result.segmentation.runs,
                whole: result.wholeMilliseconds, runtime: result.runtime, locale: locale)
        }
        return hindrance ?? (photo == nil ? "" : Texts.ready)
    }

    /// The classes found, or the labels; empty where no result is shown.
    func legend(locale: Locale = .current) -> [LegendItem] {
        guard let segmentation = result?.segmentation else { return [] }
        let labels = Legend.items(of: segmentation.labels, locale: locale)
        return labels.isEmpty ? Legend.items(of: segmentation.classes, locale: locale) : labels
    }

    /// What VoiceOver says of the picture.
    func described(locale: Locale = .current) -> String {
        guard let photo = photo else { return Texts.noPhotoDescribed }
        guard let segmentation = result?.segmentation else {
            return Texts.photoDescribed(photo.name)
        }
        let items = legend(locale: locale).map(\.text)
        if segmentation.hasPicture {
            return items.isEmpty
                ? Texts.madeDescribed(photo.name) : Texts.segmentedDescribed(photo.name, items)
        }
        return segmentation.labels.isEmpty
            ? Texts.photoDescribed(photo.name) : Texts.classifiedDescribed(photo.name, items)
    }
}
