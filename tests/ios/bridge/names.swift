import Foundation

// What the app calls of Bridge, by the names that Swift's own reader of Objective-C headers gives them.
// Without Apple's runtime it takes no method with an NSError, so the header comes without that
// parameter, which Swift turns into `throws`: it has no part in the names.
func names(
    text: NSString, file: NSData, photo: ONPPhoto, session: ONPSession, result: ONPResult,
    one: ONPCase, found: ONPFoundClass, label: ONPTopLabel
) {
    let _: NSArray = ONPSession.runtimes()
    let _: NSString = ONPSession.displayName(of: text)
    _ = ONPSession.runtimesForSidecar(at: text)
    _ = ONPSession(modelAt: text, runtime: text, target: text, threads: 0, runs: 0)
    let _: NSArray = session.cases
    _ = session.segment(photo, caseName: text)
    _ = ONPPhoto(file: file, name: text)
    let _: Int = photo.width
    let _: Int = photo.height
    let _: NSData = photo.rgba()
    let _: NSString = one.name
    let _: NSString = one.image
    let _: NSString = found.name
    let _: UInt32 = found.colour
    let _: Int = found.pixels
    let _: NSString = label.name
    let _: Double = label.value
    let _: Int = result.width
    let _: Int = result.height
    let _: NSData = result.overlay(withShare: 0.6)
    let _: NSArray = result.classes()
    let _: NSArray = result.labels()
    let _: Double = result.milliseconds
    _ = result.writeCapture(to: text)
}
