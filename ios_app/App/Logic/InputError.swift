import Foundation

/// What the user can fix: one sentence with what, where, got against expected, and what to do next.
struct InputError: LocalizedError, Equatable {
    let sentence: String

    init(_ sentence: String) {
        self.sentence = sentence
    }

    var errorDescription: String? { sentence }
}
