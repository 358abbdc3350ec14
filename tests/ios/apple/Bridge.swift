import Foundation

open class ONPPhoto: NSObject {
    public init(file: Data, name: String) throws { fatalError() }
    open var width: Int { fatalError() }
    open var height: Int { fatalError() }
    open func rgba() -> Data { fatalError() }
}

open class ONPCase: NSObject {
    open var name: String { fatalError() }
    open var image: String { fatalError() }
}

open class ONPFoundClass: NSObject {
    open var name: String { fatalError() }
    open var colour: UInt32 { fatalError() }
    open var pixels: Int { fatalError() }
}

open class ONPTopLabel: NSObject {
    open var name: String { fatalError() }
    open var value: Double { fatalError() }
}

open class ONPResult: NSObject {
    open var width: Int { fatalError() }
    open var height: Int { fatalError() }
    open var runs: Int { fatalError() }
    open var squeezed: Bool { fatalError() }
    open func overlay(withShare share: Double) -> Data { fatalError() }
    open func classes() -> [ONPFoundClass] { fatalError() }
    open func labels() -> [ONPTopLabel] { fatalError() }
    open var milliseconds: Double { fatalError() }
    open func writeCapture(to path: String) throws { fatalError() }
}

open class ONPSession: NSObject {
    open class func runtimes() -> [String] { fatalError() }
    open class func displayName(of runtime: String) -> String { fatalError() }
    open class func runtimesForSidecar(at path: String) throws -> [String] { fatalError() }
    public init(
        modelAt path: String, runtime: String, target: String, threads: Int, runs: Int
    ) throws { fatalError() }
    open var cases: [ONPCase] { fatalError() }
    open func segment(_ photo: ONPPhoto, caseName: String) throws -> ONPResult { fatalError() }
}
