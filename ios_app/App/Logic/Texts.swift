import Foundation

/// All that the app says, in the words of the Android app where it says the same.
enum Texts {
    static let photo = "Photo"
    static let segment = "Segment"
    static let restart = "Restart"
    static let share = "Share capture"
    static let model = "Model"
    static let runtime = "Runtime"

    static let choosePhoto = "Choose a photo"
    static let fromPhotos = "From Photos…"
    static let fromFiles = "From Files…"
    static let cancel = "Cancel"
    static let close = "OK"
    static let errorTitle = "That did not work"

    static let opening = "Opening the photo…"
    static let loading = "Loading the model…"
    static let running = "Running the model…"
    static let writing = "Writing the capture…"
    static let ready = "Press Segment to run the model on this photo."
    static let noPhotoDescribed = "No photo yet"
    static let noPicture = "None of the model's outputs is a class map or a picture to show."
    static let none = "none"

    static let shareTitle = "The capture contains the photo"
    static let shareText =
        "The file that you are about to share holds this photo, all of its pixels, the model's "
        + "output, and the model of this phone. Everyone who gets the file can see the photo."
    static let shareAnyway = "Share"

    static let noModel =
        "This app contains no model; run `make ios-models` and build the app again, or copy a model "
        + "and its .json into this app's folder in Files or Finder."

    static func capturing(_ name: String, _ at: Int, _ of: Int) -> String {
        "Capturing \(name), \(at) of \(of)…"
    }

    static func captured(_ count: Int) -> String {
        count == 1 ? "Captured 1 case." : "Captured \(count) cases."
    }

    /// Times in milliseconds.
    static func took(
        model: Double, runs: Int, whole: Double, runtime: String, locale: Locale = .current
    ) -> String {
        let median = runs == 1 ? "" : ", the median of \(runs) runs"
        return "Model \(milliseconds(model, locale))\(median); everything "
            + "\(milliseconds(whole, locale)). \(runtime)."
    }

    private static func milliseconds(_ time: Double, _ locale: Locale) -> String {
        let format = NumberFormatter()
        format.locale = locale
        format.numberStyle = .decimal
        format.maximumFractionDigits = 0
        return (format.string(from: NSNumber(value: time)) ?? "\(Int(time))") + " ms"
    }

    static func photoDescribed(_ name: String) -> String { "The photo \(name)" }

    static func madeDescribed(_ name: String) -> String {
        "What the model made of the photo \(name)"
    }

    static func segmentedDescribed(_ name: String, _ classes: [String]) -> String {
        "The photo \(name), segmented: \(classes.joined(separator: ", "))"
    }

    static func classifiedDescribed(_ name: String, _ labels: [String]) -> String {
        "The photo \(name), classified: \(labels.joined(separator: ", "))"
    }

    /// A model of the app and one of the person's own may have the same name.
    static func modelTitle(_ name: String, isOwn: Bool) -> String {
        isOwn ? "\(name) (from Files)" : name
    }

    static func noRuntime(_ model: String, having: [String]) -> String {
        let names = having.isEmpty ? none : having.joined(separator: ", ")
        return "\(model) needs a runtime that this app does not contain (it has: \(names)); choose "
            + "another model, or build the app with that runtime."
    }

    static func noSidecar(_ model: String) -> String {
        "\(model) has no sidecar \(model).json; copy both from the same export."
    }

    static func modelMissing(sidecar: String) -> String {
        "\(sidecar) has no model of its name without .json; copy both from the same export."
    }

    static func notReadable(_ name: String, _ why: String) -> String {
        "\(name): cannot be read (\(why)); choose it again, or another photo."
    }

    static func notWritable(_ why: String) -> String {
        "The capture cannot be written (\(why)); free space on this phone."
    }

    static func notJpegOrPng(_ name: String, is kind: String) -> String {
        "\(name): is \(kind), expected JPEG or PNG; choose it from Photos, which hands it over as "
            + "JPEG, or export it as JPEG."
    }
}
