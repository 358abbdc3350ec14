import UIKit

/// A button that shows what is chosen, and offers the rest in a menu.
final class ChoiceButton: UIButton {
    private let subject: String

    init(_ subject: String) {
        self.subject = subject
        super.init(frame: .zero)
        var style = UIButton.Configuration.gray()
        style.titleAlignment = .leading
        configuration = style
        contentHorizontalAlignment = .leading
        showsMenuAsPrimaryAction = true
        accessibilityLabel = subject
    }

    required init?(coder: NSCoder) {
        fatalError("made in code only")
    }

    /// Offer values by their titles.
    func offer<Value: Equatable>(
        _ values: [(Value, String)], chosen: Value?, enabled: Bool,
        onChoice: @escaping (Value) -> Void
    ) {
        let title = values.first { $0.0 == chosen }?.1 ?? Texts.none
        configuration?.subtitle = subject
        configuration?.title = title
        accessibilityValue = title
        isEnabled = enabled && !values.isEmpty
        menu = UIMenu(
            title: subject,
            children: values.map { value, title in
                UIAction(title: title, state: value == chosen ? .on : .off) { _ in
                    onChoice(value)
                }
            })
    }
}
