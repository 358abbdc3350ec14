import UIKit

/// The one screen: a photo, the model's result, and the choice of both. It lives on while the
/// device is turned, and all that it shows is the model's.
final class ScreenViewController: UIViewController {
    private let model: ScreenModel
    private let screenView = ScreenView()
    private let chooser = PhotoChooser()

    init(_ model: ScreenModel) {
        self.model = model
        super.init(nibName: nil, bundle: nil)
    }

    required init?(coder: NSCoder) {
        fatalError("made in code only")
    }

    override func loadView() {
        view = screenView
    }

    override func viewDidLoad() {
        super.viewDidLoad()
        screenView.onSegment = { [model] in model.segment() }
        screenView.onRestart = { [model] in model.restart() }
        screenView.onPhoto = { [weak self] in self?.choosePhoto() }
        screenView.onShare = { [weak self] in self?.confirmShare() }
        screenView.onModel = { [model] in model.choose($0) }
        screenView.onRuntime = { [model] in model.choose(runtime: $0) }
        chooser.onPhoto = { [model] name, read in model.open(name: name, read: read) }
        chooser.onError = { [model] sentence in model.warn(sentence) }
        model.onChange = { [weak self] in self?.render() }
        model.onError = { [weak self] sentence in self?.alert(sentence) }
        model.start()
        render()
    }

    private func render() {
        screenView.render(model)
    }

    private func alert(_ sentence: String) {
        let alert = UIAlertController(
            title: Texts.errorTitle, message: sentence, preferredStyle: .alert)
        alert.addAction(UIAlertAction(title: Texts.close, style: .default))
        present(alert, animated: true)
    }

    private func choosePhoto() {
        let sheet = UIAlertController(
            title: Texts.choosePhoto, message: nil, preferredStyle: .actionSheet)
        for name in model.folders.photoNames() {
            sheet.addAction(
                UIAlertAction(title: name, style: .default) { [model] _ in
                    model.open(bundled: name)
                })
        }
        sheet.addAction(
            UIAlertAction(title: Texts.fromPhotos, style: .default) { [weak self] _ in
                self?.presentFrom { $0.photosPicker() }
            })
        sheet.addAction(
            UIAlertAction(title: Texts.fromFiles, style: .default) { [weak self] _ in
                self?.presentFrom { $0.filesPicker() }
            })
        sheet.addAction(UIAlertAction(title: Texts.cancel, style: .cancel))
        // An iPad shows it as a popover, which must come from somewhere.
        sheet.popoverPresentationController?.sourceView = screenView.photoButton
        present(sheet, animated: true)
    }

    private func presentFrom(_ picker: (PhotoChooser) -> UIViewController) {
        present(picker(chooser), animated: true)
    }

    private func confirmShare() {
        let alert = UIAlertController(
            title: Texts.shareTitle, message: Texts.shareText, preferredStyle: .alert)
        alert.addAction(
            UIAlertAction(title: Texts.shareAnyway, style: .default) { [weak self] _ in
                self?.model.writeCapture { self?.share($0) }
            })
        alert.addAction(UIAlertAction(title: Texts.cancel, style: .cancel))
        present(alert, animated: true)
    }

    private func share(_ file: URL) {
        let sheet = UIActivityViewController(activityItems: [file], applicationActivities: nil)
        sheet.popoverPresentationController?.sourceView = screenView.shareButton
        present(sheet, animated: true)
    }
}
