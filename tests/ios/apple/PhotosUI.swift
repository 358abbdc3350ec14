import UIKit
import UniformTypeIdentifiers

public struct PHPickerFilter {
    public static var images: PHPickerFilter { fatalError() }
}

public struct PHPickerConfiguration {
    public enum AssetRepresentationMode { case automatic, current, compatible }
    public init() { fatalError() }
    public var filter: PHPickerFilter?
    public var preferredAssetRepresentationMode: AssetRepresentationMode
}

public struct PHPickerResult {
    public var itemProvider: NSItemProvider { fatalError() }
}

@MainActor
public protocol PHPickerViewControllerDelegate: AnyObject {
    func picker(_ picker: PHPickerViewController, didFinishPicking results: [PHPickerResult])
}

public final class PHPickerViewController: UIViewController {
    public init(configuration: PHPickerConfiguration) { fatalError() }
    public required init?(coder: NSCoder) { fatalError() }
    public weak var delegate: PHPickerViewControllerDelegate?
}

// UIKit's, which takes types of UniformTypeIdentifiers.

@MainActor
public protocol UIDocumentPickerDelegate: NSObjectProtocol {
    func documentPicker(
        _ controller: UIDocumentPickerViewController, didPickDocumentsAt urls: [URL])
}

open class UIDocumentPickerViewController: UIViewController {
    public init(forOpeningContentTypes types: [UTType], asCopy: Bool) { fatalError() }
    public required init?(coder: NSCoder) { fatalError() }
    open weak var delegate: UIDocumentPickerDelegate?
}
