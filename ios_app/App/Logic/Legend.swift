import Foundation

/// One class of the legend.
struct LegendItem: Equatable {
    /// Name and share: `background 33.1 %`.
    let text: String

    /// 0xRRGGBB.
    let colour: UInt32
}

enum Legend {
    /// Of all classes found, in their order; shares are of all pixels of the class map.
    static func items(of classes: [FoundClass], locale: Locale = .current) -> [LegendItem] {
        let all = classes.reduce(0) { $0 + $1.pixels }
        return classes.map { one in
            let share = all == 0 ? 0 : 100 * Double(one.pixels) / Double(all)
            let number = String(format: "%.1f", locale: locale, share)
            return LegendItem(text: "\(one.name) \(number) %", colour: one.colour)
        }
    }
}
