/// Which names are allowed: the rules of parity/limits/limits.json.
struct NameRule {
    /// The characters that may be the first, and those that may follow.
    var first: String
    var rest: String

    /// Its length in UTF-8.
    var bytes: ClosedRange<Int>

    /// What is expected, to complete a sentence.
    var expected: String

    /// Whether a name follows the rule.
    func fits(_ name: String) -> Bool {
        guard let start = name.unicodeScalars.first, bytes.contains(name.utf8.count) else {
            return false
        }
        return first.unicodeScalars.contains(start)
            && name.unicodeScalars.dropFirst().allSatisfy(rest.unicodeScalars.contains)
    }
}
