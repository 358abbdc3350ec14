public struct UTType: Sendable {
    public static var jpeg: UTType { fatalError() }
    public static var png: UTType { fatalError() }
    public static var heic: UTType { fatalError() }
}
