import Foundation

/// The models that there are, the chosen one, and the runtimes that take it.
struct ModelChoice {
    private(set) var models: [ModelFile] = []
    private(set) var model: ModelFile?

    /// Those that take the model, by the name that captures carry.
    private(set) var runtimes: [String] = []
    private(set) var runtime: String?

    /// Why the model cannot run; nil if it can, or if only running it shows.
    private(set) var hindrance: String? = Texts.noModel

    /// These models instead; the chosen one stays where it is among them.
    mutating func offer(_ others: [ModelFile], backend: Backend) {
        models = others
        choose(others.first { $0 == model } ?? others.first, backend: backend)
    }

    /// The runtime stays where it takes the model.
    mutating func choose(_ other: ModelFile?, backend: Backend) {
        model = other
        runtimes = []
        hindrance = other == nil ? Texts.noModel : other?.missing
        if let model = other, hindrance == nil {
            do {
                runtimes = try backend.runtimes(forSidecarAt: model.sidecar)
                if runtimes.isEmpty {
                    let having = backend.runtimes.map { backend.displayName(of: $0) }
                    hindrance = Texts.noRuntime(model.name, having: having)
                }
            } catch {
                hindrance = error.localizedDescription
            }
        }
        runtime = runtimes.first { $0 == runtime } ?? runtimes.first
    }

    mutating func choose(runtime other: String) {
        if runtimes.contains(other) {
            runtime = other
        }
    }
}
