import Foundation

/// Keeps the model that was loaded last, as long as its files stay as they are. One thread's alone.
final class LastModel {
    private var loaded: (key: String, model: LoadedModel)?

    /// The model, loaded by this runtime. Throws with a sentence for the person.
    func load(_ file: ModelFile, runtime: String, backend: Backend) throws -> LoadedModel {
        let key = runtime + "\n" + file.stamp
        if let ready = loaded, ready.key == key { return ready.model }
        // Before the next one is loaded: two models may not fit into memory.
        loaded = nil
        let model = try backend.load(file.url, runtime: runtime, threads: 0, runs: 0)
        loaded = (key, model)
        return model
    }
}
