@_exported import Foundation

// Core Graphics, which UIKit brings along.

public final class CGColorSpace {
    public struct Name {}
    public static var sRGB: Name { fatalError() }
    public init?(name: Name) { fatalError() }
}

public enum CGImageAlphaInfo: UInt32 {
    case noneSkipLast = 5
}

public final class CGImage {}

public final class CGContext {
    public init?(
        data: UnsafeMutableRawPointer?, width: Int, height: Int, bitsPerComponent: Int,
        bytesPerRow: Int, space: CGColorSpace, bitmapInfo: UInt32
    ) { fatalError() }
    public func makeImage() -> CGImage? { fatalError() }
}

// Foundation's, which Linux has not.

open class NSItemProvider: NSObject {
    open var suggestedName: String? { fatalError() }
    open var registeredTypeIdentifiers: [String] { fatalError() }
    @discardableResult
    open func loadDataRepresentation(
        forTypeIdentifier typeIdentifier: String,
        completionHandler: @escaping @Sendable (Data?, Error?) -> Void
    ) -> Progress { fatalError() }
}

extension NSAttributedString.Key {
    public static var backgroundColor: NSAttributedString.Key { fatalError() }
}

// Values.

open class UIColor: NSObject, @unchecked Sendable {
    public init(red: CGFloat, green: CGFloat, blue: CGFloat, alpha: CGFloat) { fatalError() }
    public init(dynamicProvider: @escaping @Sendable (UITraitCollection) -> UIColor) {
        fatalError()
    }
    open class var systemBackground: UIColor { fatalError() }
    open class var secondarySystemBackground: UIColor { fatalError() }
    open class var systemBlue: UIColor { fatalError() }
    open class var systemRed: UIColor { fatalError() }
    open class var label: UIColor { fatalError() }
}

open class UIFont: NSObject, @unchecked Sendable {
    public struct TextStyle: Sendable {
        public static var body: TextStyle { fatalError() }
        public static var subheadline: TextStyle { fatalError() }
    }
    open class func preferredFont(forTextStyle style: TextStyle) -> UIFont { fatalError() }
}

open class UIImage: NSObject, @unchecked Sendable {
    public init(cgImage: CGImage) { fatalError() }
    open var size: CGSize { fatalError() }
    open func preparingThumbnail(of size: CGSize) -> UIImage? { fatalError() }
}

public enum UIUserInterfaceStyle: Sendable { case unspecified, light, dark }

public struct UIContentSizeCategory: Sendable {
    public var isAccessibilityCategory: Bool { fatalError() }
}

open class UITraitCollection: NSObject, @unchecked Sendable {
    open var userInterfaceStyle: UIUserInterfaceStyle { fatalError() }
    open var preferredContentSizeCategory: UIContentSizeCategory { fatalError() }
}

public struct NSDirectionalEdgeInsets: Sendable {
    public init(top: CGFloat, leading: CGFloat, bottom: CGFloat, trailing: CGFloat) {
        fatalError()
    }
}

public struct UIAccessibilityTraits: Sendable {
    public static var image: UIAccessibilityTraits { fatalError() }
}

public enum UIAccessibility {
    public struct Notification: Sendable {
        public static var announcement: Notification { fatalError() }
    }
    @MainActor
    public static func post(notification: Notification, argument: Any?) { fatalError() }
}

// Layout.

@MainActor
open class NSLayoutConstraint: NSObject {
    open var isActive: Bool { get { fatalError() } set { fatalError() } }
    open class func activate(_ constraints: [NSLayoutConstraint]) { fatalError() }
    public enum Axis { case horizontal, vertical }
}

@MainActor
open class NSLayoutAnchor<AnchorType: AnyObject>: NSObject {
    open func constraint(equalTo anchor: NSLayoutAnchor<AnchorType>) -> NSLayoutConstraint {
        fatalError()
    }
}

open class NSLayoutXAxisAnchor: NSLayoutAnchor<NSLayoutXAxisAnchor> {}
open class NSLayoutYAxisAnchor: NSLayoutAnchor<NSLayoutYAxisAnchor> {}
open class NSLayoutDimension: NSLayoutAnchor<NSLayoutDimension> {}

public struct UILayoutPriority: Sendable {
    public static var required: UILayoutPriority { fatalError() }
}

@MainActor
open class UILayoutGuide: NSObject {
    open var leadingAnchor: NSLayoutXAxisAnchor { fatalError() }
    open var trailingAnchor: NSLayoutXAxisAnchor { fatalError() }
    open var topAnchor: NSLayoutYAxisAnchor { fatalError() }
    open var bottomAnchor: NSLayoutYAxisAnchor { fatalError() }
    open var centerYAnchor: NSLayoutYAxisAnchor { fatalError() }
    open var widthAnchor: NSLayoutDimension { fatalError() }
}

// Views.

// No NSObject here: on Linux its init() belongs to no actor, and every view would inherit that.
@MainActor
open class UIResponder {
    public init() { fatalError() }
}

open class UIView: UIResponder {
    public override convenience init() { fatalError() }
    public init(frame: CGRect) { fatalError() }
    public required init?(coder: NSCoder) { fatalError() }
    public enum ContentMode { case scaleAspectFit }
    open var bounds: CGRect { get { fatalError() } set { fatalError() } }
    open var backgroundColor: UIColor? { get { fatalError() } set { fatalError() } }
    open var tintColor: UIColor! { get { fatalError() } set { fatalError() } }
    open var contentMode: ContentMode { get { fatalError() } set { fatalError() } }
    open var traitCollection: UITraitCollection { fatalError() }
    open var translatesAutoresizingMaskIntoConstraints: Bool {
        get { fatalError() } set { fatalError() }
    }
    open var directionalLayoutMargins: NSDirectionalEdgeInsets {
        get { fatalError() } set { fatalError() }
    }
    open var safeAreaLayoutGuide: UILayoutGuide { fatalError() }
    open var layoutMarginsGuide: UILayoutGuide { fatalError() }
    open var leadingAnchor: NSLayoutXAxisAnchor { fatalError() }
    open var trailingAnchor: NSLayoutXAxisAnchor { fatalError() }
    open var topAnchor: NSLayoutYAxisAnchor { fatalError() }
    open var bottomAnchor: NSLayoutYAxisAnchor { fatalError() }
    open var centerYAnchor: NSLayoutYAxisAnchor { fatalError() }
    open var widthAnchor: NSLayoutDimension { fatalError() }
    open func addSubview(_ view: UIView) { fatalError() }
    open func layoutSubviews() { fatalError() }
    open func setContentHuggingPriority(
        _ priority: UILayoutPriority, for axis: NSLayoutConstraint.Axis
    ) { fatalError() }
    open var isAccessibilityElement: Bool { get { fatalError() } set { fatalError() } }
    open var accessibilityLabel: String? { get { fatalError() } set { fatalError() } }
    open var accessibilityValue: String? { get { fatalError() } set { fatalError() } }
    open var accessibilityTraits: UIAccessibilityTraits {
        get { fatalError() } set { fatalError() }
    }
}

public enum NSTextAlignment: Sendable { case left, center }

open class UILabel: UIView {
    open var text: String? { get { fatalError() } set { fatalError() } }
    open var attributedText: NSAttributedString? { get { fatalError() } set { fatalError() } }
    open var font: UIFont! { get { fatalError() } set { fatalError() } }
    open var textColor: UIColor! { get { fatalError() } set { fatalError() } }
    open var textAlignment: NSTextAlignment { get { fatalError() } set { fatalError() } }
    open var numberOfLines: Int { get { fatalError() } set { fatalError() } }
    open var adjustsFontForContentSizeCategory: Bool {
        get { fatalError() } set { fatalError() }
    }
}

open class UIImageView: UIView {
    open var image: UIImage? { get { fatalError() } set { fatalError() } }
}

open class UIActivityIndicatorView: UIView {
    public enum Style { case medium, large }
    public init(style: Style) { fatalError() }
    public required init?(coder: NSCoder) { fatalError() }
    open func startAnimating() { fatalError() }
    open func stopAnimating() { fatalError() }
}

open class UIScrollView: UIView {
    open var contentLayoutGuide: UILayoutGuide { fatalError() }
    open var frameLayoutGuide: UILayoutGuide { fatalError() }
}

open class UIStackView: UIView {
    public enum Distribution { case fill, fillEqually, fillProportionally }
    public enum Alignment { case fill, top, center }
    public convenience init(arrangedSubviews views: [UIView]) { fatalError() }
    open var axis: NSLayoutConstraint.Axis { get { fatalError() } set { fatalError() } }
    open var distribution: Distribution { get { fatalError() } set { fatalError() } }
    open var alignment: Alignment { get { fatalError() } set { fatalError() } }
    open var spacing: CGFloat { get { fatalError() } set { fatalError() } }
    open var isLayoutMarginsRelativeArrangement: Bool {
        get { fatalError() } set { fatalError() }
    }
    open func addArrangedSubview(_ view: UIView) { fatalError() }
}

open class UIControl: UIView {
    public enum ContentHorizontalAlignment { case center, leading }
    open var isEnabled: Bool { get { fatalError() } set { fatalError() } }
    open var contentHorizontalAlignment: ContentHorizontalAlignment {
        get { fatalError() } set { fatalError() }
    }
    open var showsMenuAsPrimaryAction: Bool { get { fatalError() } set { fatalError() } }
}

open class UIButton: UIControl {
    public struct Configuration {
        public enum TitleAlignment { case automatic, leading, center, trailing }
        public static func plain() -> Configuration { fatalError() }
        public static func gray() -> Configuration { fatalError() }
        public static func filled() -> Configuration { fatalError() }
        public var title: String?
        public var subtitle: String?
        public var titleAlignment: TitleAlignment
    }
    public override init(frame: CGRect) { fatalError() }
    public required init?(coder: NSCoder) { fatalError() }
    public convenience init(configuration: Configuration, primaryAction: UIAction? = nil) {
        fatalError()
    }
    open var configuration: Configuration? { get { fatalError() } set { fatalError() } }
    open var menu: UIMenu? { get { fatalError() } set { fatalError() } }
}

// Menus.

@MainActor
open class UIMenuElement: NSObject {
    public enum State { case off, on, mixed }
}

open class UIAction: UIMenuElement {
    public convenience init(
        title: String = "", image: UIImage? = nil, state: UIMenuElement.State = .off,
        handler: @escaping @MainActor (UIAction) -> Void
    ) { fatalError() }
}

open class UIMenu: UIMenuElement {
    public convenience init(title: String = "", children: [UIMenuElement] = []) { fatalError() }
}

// Controllers.

open class UIViewController: UIResponder {
    public init(nibName: String?, bundle: Bundle?) { fatalError() }
    public required init?(coder: NSCoder) { fatalError() }
    open var view: UIView! { get { fatalError() } set { fatalError() } }
    open func loadView() { fatalError() }
    open func viewDidLoad() { fatalError() }
    open func present(
        _ other: UIViewController, animated: Bool, completion: (() -> Void)? = nil
    ) { fatalError() }
    open func dismiss(animated: Bool, completion: (() -> Void)? = nil) { fatalError() }
    open var popoverPresentationController: UIPopoverPresentationController? { fatalError() }
}

@MainActor
open class UIPopoverPresentationController: NSObject {
    open var sourceView: UIView? { get { fatalError() } set { fatalError() } }
}

@MainActor
open class UIAlertAction: NSObject {
    public enum Style { case `default`, cancel, destructive }
    public convenience init(
        title: String?, style: Style, handler: (@MainActor (UIAlertAction) -> Void)? = nil
    ) { fatalError() }
}

open class UIAlertController: UIViewController {
    public enum Style { case actionSheet, alert }
    public convenience init(title: String?, message: String?, preferredStyle: Style) {
        fatalError()
    }
    open func addAction(_ action: UIAlertAction) { fatalError() }
}

@MainActor
open class UIActivity: NSObject {}

open class UIActivityViewController: UIViewController {
    public init(activityItems: [Any], applicationActivities: [UIActivity]?) { fatalError() }
    public required init?(coder: NSCoder) { fatalError() }
}

// The app.

open class UIWindow: UIView {
    public init(windowScene: UIWindowScene) { fatalError() }
    public required init?(coder: NSCoder) { fatalError() }
    open var rootViewController: UIViewController? { get { fatalError() } set { fatalError() } }
    open func makeKeyAndVisible() { fatalError() }
}

open class UIScene: UIResponder {
    @MainActor
    open class ConnectionOptions: NSObject {}
}

open class UIWindowScene: UIScene {}

@MainActor
open class UISceneSession: NSObject {}

@MainActor
public protocol UISceneDelegate: AnyObject {
    func scene(
        _ scene: UIScene, willConnectTo session: UISceneSession,
        options connectionOptions: UIScene.ConnectionOptions)
    func sceneDidBecomeActive(_ scene: UIScene)
}

@MainActor
public protocol UIWindowSceneDelegate: UISceneDelegate {
    var window: UIWindow? { get set }
}

@MainActor
public protocol UIApplicationDelegate: AnyObject {
    init()
    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool
}

extension UIApplicationDelegate {
    public static func main() { fatalError() }
}

open class UIApplication: UIResponder {
    public struct LaunchOptionsKey: Hashable, Sendable {}
    open class var shared: UIApplication { fatalError() }
    open var delegate: UIApplicationDelegate? { get { fatalError() } set { fatalError() } }
    open var isIdleTimerDisabled: Bool { get { fatalError() } set { fatalError() } }
}
