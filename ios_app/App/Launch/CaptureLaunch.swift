import UIKit

/// A launch that captures, for simulators and devices on a cable, and then ends the app.
final class CaptureLaunch {
    /// What is being done, on the main thread.
    var onSay: (String) -> Void = { _ in }

    private(set) var said = Texts.loading
    private let arguments: [String]

    /// Nil where the arguments ask for no captures.
    init?(arguments: [String]) {
        guard arguments.contains("-capture") else { return nil }
        self.arguments = arguments
    }

    /// Off the main thread: what takes long there, iOS kills.
    @MainActor
    func start() {
        // A locked screen would suspend the app in the middle.
        UIApplication.shared.isIdleTimerDisabled = true
        DispatchQueue.global(qos: .userInitiated).async { self.capture() }
    }

    private func capture() {
        var report = CaptureReport()
        do {
            guard let order = try CaptureOrder.parse(arguments) else { return }
            let run = CaptureRun(
                order: order, root: Folders.ofApp().capture, backend: BridgedBackend())
            report = run.run { sentence in self.say(sentence) }
        } catch {
            report.error = error.localizedDescription
        }
        let ending = report.error.isEmpty ? Texts.captured(report.captured.count) : report.error
        FileHandle.standardError.write(Data((ending + "\n").utf8))
        exit(report.exitCode)
    }

    private func say(_ sentence: String) {
        FileHandle.standardError.write(Data((sentence + "\n").utf8))
        DispatchQueue.main.async {
            self.said = sentence
            self.onSay(sentence)
        }
    }
}
