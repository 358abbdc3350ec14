import Foundation

/// Captures a list of cases without anybody touching the screen.
///
/// The folder contains one model, its sidecar, and the cases' photos. This type writes
/// `CASE.safetensors` into it as each case is done and, at the very end, `done.json`.
/// pipeline/targets/ios_device.py and ios_simulator.py are the other side.
struct CaptureRun {
    let order: CaptureOrder

    /// `Documents/capture`.
    let root: URL

    let backend: Backend

    /// All of the cases. Errors are in the report and, if the folder exists, in `done.json`. `say`
    /// is called with what is being done.
    func run(say: (String) -> Void) -> CaptureReport {
        var report = CaptureReport()
        let folder = root.appendingPathComponent(order.folder, isDirectory: true)
        do {
            try requireFolder(folder)
        } catch {
            report.error = error.localizedDescription
            return report
        }
        do {
            removeEarlier(besides: folder)
            // One of an earlier run must not stand for this one.
            try removeIfThere(folder.appendingPathComponent(CaptureReport.fileName))
            try captureAll(in: folder, say: say) { report.captured.append($0) }
        } catch {
            report.error = error.localizedDescription
        }
        do {
            try report.write(into: folder)
        } catch {
            report.error = Texts.notWritable(error.localizedDescription)
        }
        return report
    }

    /// The folders of earlier runs, which nothing on the other side of a cable can remove: devicectl
    /// only copies. What stays all the same harms nobody.
    private func removeEarlier(besides folder: URL) {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: root.path)) ?? []
        where name != folder.lastPathComponent {
            try? files.removeItem(at: root.appendingPathComponent(name))
        }
    }

    private func captureAll(
        in folder: URL, say: (String) -> Void, done: (String) -> Void
    ) throws {
        say(Texts.loading)
        let model = try findModel(in: folder)
        let loaded = try backend.load(
            model, runtime: try runtime(for: model), threads: order.threads, runs: order.runs)
        let cases = try chosen(loaded.cases, of: model.lastPathComponent)
        for (index, one) in cases.enumerated() {
            say(Texts.capturing(one.name, index + 1, cases.count))
            // Else the memory of every photo is kept until the last one is done.
            try releasing {
                let photo = try backend.decode(
                    try read(one.image, in: folder), name: one.image)
                let result = try loaded.segment(photo, caseName: one.name)
                try result.writeCapture(
                    to: folder.appendingPathComponent(one.name + ".safetensors"))
            }
            done(one.name)
        }
    }

    private func releasing(_ work: () throws -> Void) throws {
        #if canImport(ObjectiveC)
        try autoreleasepool { try work() }
        #else
        try work()
        #endif
    }

    private func requireFolder(_ folder: URL) throws {
        var isFolder: ObjCBool = false
        let there = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
        guard there, isFolder.boolValue else {
            throw InputError(
                "-folder is '\(order.folder)', expected the name of a folder below "
                    + "Documents/capture; copy the model and the photos there first")
        }
    }

    private func removeIfThere(_ file: URL) throws {
        if FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.removeItem(at: file)
        }
    }

    private func findModel(in folder: URL) throws -> URL {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let sidecars = names.filter { $0.hasSuffix(ModelFile.sidecarSuffix) }
        guard sidecars.count == 1, let sidecar = sidecars.first else {
            throw InputError(
                "\(order.folder): holds \(sidecars.count) sidecars, expected one; copy the model "
                    + "and its .json there")
        }
        let model = String(sidecar.dropLast(ModelFile.sidecarSuffix.count))
        guard Limits.appFileName.fits(model), names.contains(model) else {
            throw InputError(Texts.modelMissing(sidecar: sidecar))
        }
        return folder.appendingPathComponent(model)
    }

    private func runtime(for model: URL) throws -> String {
        let sidecar = URL(fileURLWithPath: model.path + ModelFile.sidecarSuffix)
        let taking = try backend.runtimes(forSidecarAt: sidecar)
        guard let first = taking.first else {
            throw InputError(Texts.noRuntime(model.lastPathComponent, having: backend.runtimes))
        }
        guard let wanted = order.runtime else { return first }
        guard taking.contains(wanted) else {
            throw InputError(
                "\(model.lastPathComponent): -runtime is '\(wanted)', expected one that takes it: "
                    + taking.joined(separator: ", ") + "; name another, or leave it out")
        }
        return wanted
    }

    private func chosen(_ cases: [PhotoCase], of model: String) throws -> [PhotoCase] {
        let wanted = order.cases ?? cases.map(\.name)
        let chosen = cases.filter { wanted.contains($0.name) }
        guard !chosen.isEmpty, chosen.count == wanted.count else {
            throw InputError(
                "\(model): does not have the cases \(wanted.joined(separator: ", ")), it has: "
                    + cases.map(\.name).joined(separator: ", ") + "; name cases of its sidecar")
        }
        for one in chosen where !Limits.appFileName.fits(one.name) {
            throw InputError(
                "\(model): the case '\(one.name)' cannot name a file; rename it in the recipe, and "
                    + "export again")
        }
        return chosen
    }

    private func read(_ name: String, in folder: URL) throws -> Data {
        guard Limits.appFileName.fits(name) else {
            throw InputError(
                "'\(name)' in the sidecar is not a file name; export the model again")
        }
        do {
            return try Data(contentsOf: folder.appendingPathComponent(name))
        } catch {
            throw InputError(
                "\(name): cannot be read (\(error.localizedDescription)); copy it again")
        }
    }
}
