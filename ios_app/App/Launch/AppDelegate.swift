import UIKit

@main
final class AppDelegate: UIResponder, UIApplicationDelegate {
    /// What the launch arguments ask for; nil where a person has launched the app.
    private(set) var captures: CaptureLaunch?

    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions options: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool {
        captures = CaptureLaunch(arguments: CommandLine.arguments)
        captures?.start()
        return true
    }
}
