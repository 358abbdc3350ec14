import UIKit

enum LegendText {
    /// Each class as a patch of its colour, its name and its share, which stay on one line; each
    /// label on a line of its own.
    static func of(_ items: [LegendItem]) -> NSAttributedString {
        let text = NSMutableAttributedString(string: "")
        for item in items {
            guard let rgb = item.colour else {
                let separator = text.length == 0 ? "" : "\n"
                text.append(NSAttributedString(string: separator + item.text))
                continue
            }
            text.append(
                NSAttributedString(
                    string: "\u{a0}\u{a0}\u{a0}\u{a0}",
                    attributes: [.backgroundColor: colour(rgb)]))
            let words = item.text.replacingOccurrences(of: " ", with: "\u{a0}")
            text.append(NSAttributedString(string: "\u{a0}\(words)   "))
        }
        return text
    }

    private static func colour(_ rgb: UInt32) -> UIColor {
        UIColor(
            red: CGFloat(rgb >> 16 & 0xff) / 255, green: CGFloat(rgb >> 8 & 0xff) / 255,
            blue: CGFloat(rgb & 0xff) / 255, alpha: 1)
    }
}
