import UIKit

final class SceneDelegate: UIResponder, UIWindowSceneDelegate {
    var window: UIWindow?
    private var model: ScreenModel?

    func scene(
        _ scene: UIScene, willConnectTo session: UISceneSession,
        options connectionOptions: UIScene.ConnectionOptions
    ) {
        guard let scene = scene as? UIWindowScene else { return }
        let window = UIWindow(windowScene: scene)
        window.rootViewController = firstController()
        window.makeKeyAndVisible()
        self.window = window
    }

    /// The person may come back from Files.
    func sceneDidBecomeActive(_ scene: UIScene) {
        model?.refreshModels()
    }

    private func firstController() -> UIViewController {
        let app = UIApplication.shared.delegate as? AppDelegate
        if let captures = app?.captures {
            return CaptureViewController(captures)
        }
        let model = ScreenModel(backend: BridgedBackend(), folders: .ofApp())
        self.model = model
        return ScreenViewController(model)
    }
}
