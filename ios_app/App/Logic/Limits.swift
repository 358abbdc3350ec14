/// Limits, names and choices that Python, Java and C++ hold alike.
///
/// Written by `make limits` from parity/limits/limits.json; edit that file.
enum Limits {
    /// Measured runs of a case, and threads.
    static let maxCount = 1_000

    /// A file, a case or a folder that is handed to an app on a device: commands of adb, devicectl
    /// and simctl name it.
    static let appFileName = NameRule(
        first: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
        rest: "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
        bytes: 1...255,
        expected: "letters, digits, `.`, `_` and `-`, the first a letter, a digit or `_`")
}
