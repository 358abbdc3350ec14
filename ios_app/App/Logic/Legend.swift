import Foundation

/// One class of the legend, or one label.
struct LegendItem: Equatable {
    /// Name and share: `background 33.1 %`.
    let text: String

    /// 0xRRGGBB; nil for a label.
    let colour: UInt32?
}

enum Legend {
    /// Of all classes found, in their order; shares are of all pixels of the class map.
    static func items(of classes: [FoundClass], locale: Locale = .current) -> [LegendItem] {
        let all = classes.reduce(0) { $0 + $1.pixels }
        return classes.map { one in
            let share = all == 0 ? 0 : 100 * Double(one.pixels) / Double(all)
            return LegendItem(text: text(one.name, share, locale), colour: one.colour)
        }
    }

    /// Of all labels, in their order.
    static func items(of labels: [TopLabel], locale: Locale = .current) -> [LegendItem] {
        labels.map { LegendItem(text: text($0.name, 100 * $0.value, locale), colour: nil) }
    }

    private static func text(_ name: String, _ percent: Double, _ locale: Locale) -> String {
        let number = String(format: "%.1f", locale: locale, percent)
        return "\(name) \(number) %"
    }
}
