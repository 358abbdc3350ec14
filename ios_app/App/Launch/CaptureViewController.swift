import UIKit

/// Says what is being captured; there is nothing to touch.
final class CaptureViewController: UIViewController {
    private let captures: CaptureLaunch
    private let label = UILabel()

    init(_ captures: CaptureLaunch) {
        self.captures = captures
        super.init(nibName: nil, bundle: nil)
    }

    required init?(coder: NSCoder) {
        fatalError("made in code only")
    }

    override func viewDidLoad() {
        super.viewDidLoad()
        view.backgroundColor = .systemBackground
        label.font = .preferredFont(forTextStyle: .body)
        label.adjustsFontForContentSizeCategory = true
        label.numberOfLines = 0
        label.textAlignment = .center
        label.text = captures.said
        label.translatesAutoresizingMaskIntoConstraints = false
        view.addSubview(label)
        let margins = view.layoutMarginsGuide
        NSLayoutConstraint.activate([
            label.leadingAnchor.constraint(equalTo: margins.leadingAnchor),
            label.trailingAnchor.constraint(equalTo: margins.trailingAnchor),
            label.centerYAnchor.constraint(equalTo: margins.centerYAnchor),
        ])
        captures.onSay = { [label] sentence in label.text = sentence }
    }
}
