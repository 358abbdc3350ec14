import Foundation

/// The one screen without its views: what is shown, what is chosen, and what each touch leads to.
///
/// Everything here is the main thread's, but for what `work.background` runs.
final class ScreenModel {
    private(set) var screen = Screen.empty
    private(set) var choice = ModelChoice()

    /// The screen has changed.
    var onChange: () -> Void = {}

    /// Something went wrong just now.
    var onError: (String) -> Void = { _ in }

    let folders: Folders
    private let backend: Backend
    private let work: Work
    private let now: () -> TimeInterval

    // The background's alone.
    private let lastModel = LastModel()

    /// `now`: a clock in seconds that never goes back.
    init(
        backend: Backend, folders: Folders, work: Work = .queues(),
        now: @escaping () -> TimeInterval = { ProcessInfo.processInfo.systemUptime }
    ) {
        self.backend = backend
        self.folders = folders
        self.work = work
        self.now = now
    }

    var controls: Controls { Controls(screen, hindrance: choice.hindrance) }

    /// What people call a runtime.
    func displayName(of runtime: String) -> String { backend.displayName(of: runtime) }

    /// Look for models, and open the first bundled photo.
    func start() {
        refreshModels()
        if let first = folders.photoNames().first {
            open(bundled: first)
        }
    }

    /// Look for models again: the person may have added or removed some in Files.
    func refreshModels() {
        guard screen.busy == nil else { return }
        let before = choice.model
        choice.offer(
            ModelList.find(bundled: folders.models, documents: folders.documents),
            backend: backend)
        show(choice.model == before ? screen : screen.restarted())
    }

    func choose(_ model: ModelFile) {
        guard screen.busy == nil, model != choice.model else { return }
        choice.choose(model, backend: backend)
        restart()
    }

    func choose(runtime: String) {
        guard screen.busy == nil, runtime != choice.runtime else { return }
        choice.choose(runtime: runtime)
        restart()
    }

    func restart() {
        show(screen.restarted())
    }

    /// Open a photo that came with the app.
    func open(bundled name: String) {
        guard let folder = folders.photos else { return }
        open(name: name, isBundled: true) {
            try Data(contentsOf: folder.appendingPathComponent(name))
        }
    }

    /// Open a photo. `read` gives the file's bytes, on the background.
    func open(name: String, isBundled: Bool = false, read: @escaping () throws -> Data) {
        guard screen.busy == nil else { return }
        start(screen.working(Texts.opening)) { [backend] in
            let photo = try OpenPhoto(
                name: name, isBundled: isBundled, read: read, backend: backend)
            return Screen.empty.opened(photo)
        }
    }

    /// Show an error that leaves the result shown, such as one of choosing a photo.
    func warn(_ sentence: String) {
        show(screen.warned(sentence))
        onError(sentence)
    }

    /// Run the chosen model on the photo that is shown.
    func segment() {
        guard controls.segment, let photo = screen.photo, let model = choice.model,
            let runtime = choice.runtime
        else { return }
        let shown = screen
        start(screen.working(Texts.loading)) { [self] in
            let started = now()
            let ready = try lastModel.load(model, runtime: runtime, backend: backend)
            work.main { self.show(shown.working(Texts.running)) }
            let name = photo.caseName(among: ready.cases)
            let segmentation = try ready.segment(photo.decoded, caseName: name)
            return shown.finished(
                ShownResult(
                    segmentation: segmentation, caseName: name,
                    runtime: backend.displayName(of: runtime),
                    wholeMilliseconds: (now() - started) * 1000))
        }
    }

    /// Write the shown result, then call `then` with its place on the main thread. Only the last is
    /// kept.
    func writeCapture(then: @escaping (URL) -> Void) {
        guard controls.share, let result = screen.result else { return }
        let shown = screen
        show(shown.using(Texts.writing))
        work.background { [self] in
            do {
                let file = try result.writeCapture(into: folders.shared)
                work.main {
                    self.show(shown)
                    then(file)
                }
            } catch {
                work.main {
                    self.show(shown)
                    self.warn(error.localizedDescription)
                }
            }
        }
    }

    private func show(_ other: Screen) {
        screen = other
        onChange()
    }

    private func start(_ working: Screen, _ job: @escaping () throws -> Screen) {
        show(working)
        work.background { [self] in
            do {
                let after = try job()
                work.main { self.show(after) }
            } catch {
                let why = error.localizedDescription
                work.main {
                    self.show(working.failed(why))
                    self.onError(why)
                }
            }
        }
    }
}
