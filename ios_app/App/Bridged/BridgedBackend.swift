import CryptoKit
import Foundation

/// Core and Bridge.
final class BridgedBackend: Backend {
    /// What captures say of the place: nothing that a simulator computed may read as if a phone had.
    static var target: String {
        #if targetEnvironment(simulator)
        return "ios-simulator"
        #else
        return "ios-device"
        #endif
    }

    var runtimes: [String] { ONPSession.runtimes() }

    func displayName(of runtime: String) -> String { ONPSession.displayName(of: runtime) }

    func runtimes(forSidecarAt sidecar: URL) throws -> [String] {
        try inWords { try ONPSession.runtimesForSidecar(at: sidecar.path) }
    }

    func decode(_ file: Data, name: String) throws -> DecodedPhoto {
        BridgedPhoto(try inWords { try ONPPhoto(file: file, name: name) })
    }

    func load(_ model: URL, runtime: String, threads: Int, runs: Int) throws -> LoadedModel {
        BridgedModel(
            try inWords {
                try ONPSession(
                    modelAt: model.path, runtime: runtime, target: BridgedBackend.target,
                    threads: threads, runs: runs)
            })
    }

    func sha256(of file: Data) -> String {
        SHA256.hash(data: file).map { String(format: "%02x", $0) }.joined()
    }
}

/// Bridge's errors are sentences already.
func inWords<Value>(_ work: () throws -> Value) throws -> Value {
    do {
        return try work()
    } catch {
        throw InputError(error.localizedDescription)
    }
}
