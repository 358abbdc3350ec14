import Foundation

/// Where work is done: what takes time on one thread after another, what is shown on the main thread.
struct Work {
    let background: (@escaping () -> Void) -> Void
    let main: (@escaping () -> Void) -> Void

    /// On queues of Dispatch.
    static func queues() -> Work {
        let queue = DispatchQueue(label: "org.onpar.work", qos: .userInitiated)
        return Work(
            background: { work in queue.async(execute: DispatchWorkItem(block: work)) },
            main: { work in DispatchQueue.main.async(execute: DispatchWorkItem(block: work)) })
    }
}
