// swift-tools-version:5.9
import PackageDescription

// The app's logic alone, which needs no UIKit, with its tests: `swift test` runs them on Linux and on
// a Mac. The app itself is built by onpar.xcodeproj.
let package = Package(
    name: "onpar",
    targets: [
        .target(name: "onpar", path: "App/Logic"),
        .testTarget(name: "onparTests", dependencies: ["onpar"], path: "Tests/Logic"),
    ]
)
