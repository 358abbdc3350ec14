import Foundation

/// A decoded photo: upright, in sRGB, alpha dropped.
protocol DecodedPhoto: AnyObject {
    var width: Int { get }
    var height: Int { get }
}

/// A case of a sidecar: its name, and its photo's file name.
struct PhotoCase: Equatable {
    let name: String
    let image: String
}

/// A class that a photo has.
struct FoundClass: Equatable {
    let name: String
    /// 0xRRGGBB.
    let colour: UInt32
    let pixels: Int
}

/// A label that a classifier gives a photo.
struct TopLabel: Equatable {
    let name: String
    /// Such as a probability, 0 to 1.
    let value: Double
}

/// What a model made of a photo.
protocol Segmentation: AnyObject {
    /// Whether the model gave a class map or a picture to show.
    var hasPicture: Bool { get }

    /// Most pixels first; empty without a class map.
    var classes: [FoundClass] { get }

    /// The best first; empty for a model that does not classify.
    var labels: [TopLabel] { get }

    /// The median time of the model's runs, and how many they are.
    var milliseconds: Double { get }
    var runs: Int { get }

    /// Write the capture, whole or not at all. Throws where it cannot be written.
    func writeCapture(to file: URL) throws
}

/// A model that a runtime has loaded. One thread at a time uses it.
protocol LoadedModel: AnyObject {
    /// The cases that the model's author wants to see run.
    var cases: [PhotoCase] { get }

    /// Run it on a photo. Throws with a sentence for the person.
    func segment(_ photo: DecodedPhoto, caseName: String) throws -> Segmentation
}

/// What computes: Core and Bridge on Apple's systems, a stand-in in the tests of the logic.
protocol Backend: AnyObject {
    /// The runtimes that this build has, by the name that captures carry.
    var runtimes: [String] { get }

    /// What people call a runtime.
    func displayName(of runtime: String) -> String

    /// Those that take the model of this sidecar, the preferred one first. Throws where the sidecar
    /// cannot be read.
    func runtimes(forSidecarAt sidecar: URL) throws -> [String]

    /// Decode a JPEG or PNG. `name` is the file's, for errors.
    func decode(_ file: Data, name: String) throws -> DecodedPhoto

    /// Load a model. `threads`: 0 leaves it to the runtime. `runs` measured after one warm-up: 0 for
    /// as many as the first run's time allows. Throws with a sentence for the person.
    func load(_ model: URL, runtime: String, threads: Int, runs: Int) throws -> LoadedModel

    /// SHA-256 in hexadecimal.
    func sha256(of file: Data) -> String
}
