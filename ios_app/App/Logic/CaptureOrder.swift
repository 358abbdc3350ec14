import Foundation

/// What the launch arguments ask for, where they ask for captures.
///
/// `-capture <cases> -folder <name> [-runtime <name>] [-threads N] [-runs N]`: cases are separated by
/// commas, or `all`. Other arguments are the system's or Xcode's, and pass.
struct CaptureOrder: Equatable {
    /// Nil for every case of the sidecar.
    var cases: [String]?

    /// The name of a folder below `Documents/capture`.
    var folder: String

    /// Nil for the first that takes the model.
    var runtime: String?

    /// 0: the runtime's own choice.
    var threads = 0

    /// 0: as many as the first run's time allows.
    var runs = 0

    /// Nil where no captures are asked for. Throws InputError where they are not asked for properly.
    static func parse(_ arguments: [String]) throws -> CaptureOrder? {
        guard arguments.contains("-capture") else { return nil }
        let cases = try value(of: "-capture", in: arguments, expected: "names of cases, or `all`")
        guard let folder = try value(of: "-folder", in: arguments, expected: "a folder's name")
        else {
            throw InputError(
                "-capture came without -folder; give the name of a folder below Documents/capture")
        }
        var order = CaptureOrder(cases: try names(cases ?? ""), folder: folder)
        try requirePlain(folder, "-folder")
        order.runtime = try value(of: "-runtime", in: arguments, expected: "a runtime's name")
        order.threads = try count(of: "-threads", in: arguments)
        order.runs = try count(of: "-runs", in: arguments)
        return order
    }

    private static func names(_ list: String) throws -> [String]? {
        if list == "all" { return nil }
        let names = list.components(separatedBy: ",")
        for name in names {
            try requirePlain(name, "-capture")
        }
        guard Set(names).count == names.count else {
            throw InputError("-capture names a case twice in '\(list)'; name each once")
        }
        return names
    }

    private static func requirePlain(_ name: String, _ option: String) throws {
        guard Limits.appFileName.fits(name) else {
            throw InputError(
                "\(option) got the name '\(name)', expected \(Limits.appFileName.expected); "
                    + "rename it")
        }
    }

    private static func count(of option: String, in arguments: [String]) throws -> Int {
        let expected = "a whole number of 0 to \(Limits.maxCount)"
        guard let text = try value(of: option, in: arguments, expected: expected) else { return 0 }
        guard let count = Int(text), (0...Limits.maxCount).contains(count) else {
            throw InputError("\(option) got '\(text)', expected \(expected); fix it")
        }
        return count
    }

    private static func value(
        of option: String, in arguments: [String], expected: String
    ) throws -> String? {
        let places = arguments.indices.filter { arguments[$0] == option }
        guard let place = places.first else { return nil }
        guard places.count == 1 else {
            throw InputError("\(option) was given \(places.count) times; give it once")
        }
        let next = place + 1
        guard next < arguments.count, !arguments[next].hasPrefix("-"), !arguments[next].isEmpty
        else {
            throw InputError("\(option) has no value, expected \(expected); put it behind")
        }
        return arguments[next]
    }
}
