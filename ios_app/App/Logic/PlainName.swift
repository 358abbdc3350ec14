/// Names that can be a file's on every machine that a capture passes through.
enum PlainName {
    /// Whether the name is `[A-Za-z0-9_][A-Za-z0-9._-]*`: it leads into no other folder, is not
    /// hidden, and cannot be taken for an option.
    static func isPlain(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, isWord(first) else { return false }
        return name.unicodeScalars.allSatisfy { isWord($0) || $0 == "." || $0 == "-" }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", "_": return true
        default: return false
        }
    }
}
