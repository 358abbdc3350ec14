import PhotosUI
import UIKit
import UniformTypeIdentifiers

/// Photos of the person's, out of Photos or Files, as the bytes of a file: an UIImage would be decoded
/// by other rules than the image contract's, and written anew.
///
/// Photos is asked for its compatible representation: a JPEG or PNG comes as it is, and what a phone's
/// camera took as HEIC comes as JPEG, made by Photos. The capture is of that JPEG. The current
/// representation would be the HEIC itself, which the contract does not decode. Files gives every file
/// as it is, and a HEIC from there is refused.
@MainActor
final class PhotoChooser: NSObject {
    /// A photo's name, and what gives its bytes off the main thread.
    var onPhoto: (String, @escaping () throws -> Data) -> Void = { _, _ in }

    var onError: (String) -> Void = { _ in }

    func photosPicker() -> UIViewController {
        var configuration = PHPickerConfiguration()
        configuration.filter = .images
        configuration.preferredAssetRepresentationMode = .compatible
        let picker = PHPickerViewController(configuration: configuration)
        picker.delegate = self
        return picker
    }

    func filesPicker() -> UIViewController {
        let types = [UTType.jpeg, .png, .heic]
        // A copy, which stays readable without asking.
        let picker = UIDocumentPickerViewController(forOpeningContentTypes: types, asCopy: true)
        picker.delegate = self
        return picker
    }

    private func load(_ provider: NSItemProvider) {
        let name = provider.suggestedName ?? Texts.photo
        do {
            let type = try PhotoRepresentation.choose(
                from: provider.registeredTypeIdentifiers, name: name)
            provider.loadDataRepresentation(forTypeIdentifier: type) { data, error in
                DispatchQueue.main.async {
                    if let data = data {
                        self.onPhoto(name) { data }
                    } else {
                        let why = error?.localizedDescription ?? Texts.none
                        self.onError(Texts.notReadable(name, why))
                    }
                }
            }
        } catch {
            onError(error.localizedDescription)
        }
    }
}

extension PhotoChooser: PHPickerViewControllerDelegate {
    func picker(_ picker: PHPickerViewController, didFinishPicking results: [PHPickerResult]) {
        picker.dismiss(animated: true) {
            if let first = results.first {
                self.load(first.itemProvider)
            }
        }
    }
}

extension PhotoChooser: UIDocumentPickerDelegate {
    func documentPicker(
        _ controller: UIDocumentPickerViewController, didPickDocumentsAt urls: [URL]
    ) {
        if let file = urls.first {
            onPhoto(file.lastPathComponent) { try Data(contentsOf: file) }
        }
    }
}
