import UIKit

/// The views: draws a ScreenModel, and knows nothing else.
final class ScreenView: UIView {
    var onSegment: () -> Void = {}
    var onRestart: () -> Void = {}
    var onPhoto: () -> Void = {}
    var onShare: () -> Void = {}
    var onModel: (ModelFile) -> Void = { _ in }
    var onRuntime: (String) -> Void = { _ in }

    private(set) lazy var photoButton = button(Texts.photo, .plain()) { $0.onPhoto() }
    private(set) lazy var shareButton = button(Texts.share, .plain()) { $0.onShare() }
    private lazy var segmentButton = button(Texts.segment, .filled()) { $0.onSegment() }
    private lazy var restartButton = button(Texts.restart, .plain()) { $0.onRestart() }

    private let picture = UIImageView()
    private let spinner = UIActivityIndicatorView(style: .medium)
    private let status = UILabel()
    private let legend = UILabel()
    private let modelMenu = ChoiceButton(Texts.model)
    private let runtimeMenu = ChoiceButton(Texts.runtime)
    private let halves = UIStackView()
    private let buttons = UIStackView()

    init() {
        super.init(frame: .zero)
        backgroundColor = .systemBackground
        let accent = UIColor(red: 0.10, green: 0.34, blue: 0.77, alpha: 1)
        tintColor = UIColor { $0.userInterfaceStyle == .dark ? .systemBlue : accent }
        for label in [status, legend] {
            label.font = .preferredFont(forTextStyle: .subheadline)
            label.adjustsFontForContentSizeCategory = true
            label.numberOfLines = 0
        }
        picture.contentMode = .scaleAspectFit
        picture.backgroundColor = .secondarySystemBackground
        picture.isAccessibilityElement = true
        picture.accessibilityTraits = .image
        arrange()
    }

    required init?(coder: NSCoder) {
        fatalError("made in code only")
    }

    /// The picture next to the rest on a wide screen; large letters need a line for each button.
    override func layoutSubviews() {
        halves.axis = bounds.width > bounds.height ? .horizontal : .vertical
        let large = traitCollection.preferredContentSizeCategory.isAccessibilityCategory
        buttons.axis = large ? .vertical : .horizontal
        super.layoutSubviews()
    }

    func render(_ model: ScreenModel) {
        let screen = model.screen
        let controls = model.controls
        segmentButton.isEnabled = controls.segment
        restartButton.isEnabled = controls.restart
        shareButton.isEnabled = controls.share
        photoButton.isEnabled = controls.choices
        screen.busy == nil ? spinner.stopAnimating() : spinner.startAnimating()
        say(screen.words(hindrance: model.choice.hindrance))
        status.textColor = screen.error == nil ? .label : .systemRed
        legend.attributedText = LegendText.of(screen.legend())
        picture.accessibilityLabel = screen.described()
        picture.image = shown(screen)
        renderChoices(model.choice, model: model, enabled: controls.choices)
    }

    private func shown(_ screen: Screen) -> UIImage? {
        let result = screen.result?.segmentation as? BridgedSegmentation
        return result?.picture ?? (screen.photo?.decoded as? BridgedPhoto)?.preview
    }

    /// VoiceOver reads it out, once where it changes.
    private func say(_ words: String) {
        if status.text != words {
            status.text = words
            UIAccessibility.post(notification: .announcement, argument: words)
        }
    }

    private func renderChoices(_ choice: ModelChoice, model: ScreenModel, enabled: Bool) {
        modelMenu.offer(
            choice.models.map { ($0, Texts.modelTitle($0.name, isOwn: $0.isOwn)) },
            chosen: choice.model, enabled: enabled
        ) { [weak self] in self?.onModel($0) }
        runtimeMenu.offer(
            choice.runtimes.map { ($0, model.displayName(of: $0)) },
            chosen: choice.runtime, enabled: enabled
        ) { [weak self] in self?.onRuntime($0) }
    }

    private func button(
        _ title: String, _ style: UIButton.Configuration,
        _ touched: @escaping (ScreenView) -> Void
    ) -> UIButton {
        var configuration = style
        configuration.title = title
        return UIButton(
            configuration: configuration,
            primaryAction: UIAction { [weak self] _ in
                if let self = self { touched(self) }
            })
    }

    private func arrange() {
        let said = UIStackView(arrangedSubviews: [status, spinner])
        said.alignment = .top
        said.spacing = 8
        spinner.setContentHuggingPriority(.required, for: .horizontal)
        for one in [segmentButton, restartButton, photoButton] {
            buttons.addArrangedSubview(one)
        }
        buttons.spacing = 8
        buttons.distribution = .fillProportionally
        let rows = UIStackView(
            arrangedSubviews: [said, legend, buttons, modelMenu, runtimeMenu, shareButton])
        rows.axis = .vertical
        rows.spacing = 12
        rows.isLayoutMarginsRelativeArrangement = true
        rows.directionalLayoutMargins = NSDirectionalEdgeInsets(
            top: 16, leading: 16, bottom: 16, trailing: 16)
        let scroll = UIScrollView()
        pin(rows, to: scroll.contentLayoutGuide, in: scroll)
        rows.widthAnchor.constraint(equalTo: scroll.frameLayoutGuide.widthAnchor).isActive = true
        halves.distribution = .fillEqually
        halves.addArrangedSubview(picture)
        halves.addArrangedSubview(scroll)
        pin(halves, to: safeAreaLayoutGuide, in: self)
    }

    private func pin(_ view: UIView, to guide: UILayoutGuide, in parent: UIView) {
        view.translatesAutoresizingMaskIntoConstraints = false
        parent.addSubview(view)
        NSLayoutConstraint.activate([
            view.topAnchor.constraint(equalTo: guide.topAnchor),
            view.bottomAnchor.constraint(equalTo: guide.bottomAnchor),
            view.leadingAnchor.constraint(equalTo: guide.leadingAnchor),
            view.trailingAnchor.constraint(equalTo: guide.trailingAnchor),
        ])
    }
}
