/// What can be touched.
struct Controls: Equatable {
    let segment: Bool
    let restart: Bool
    let share: Bool

    /// Photo, model and runtime.
    let choices: Bool

    /// `hindrance`: why no model can run; nil where one can.
    init(_ screen: Screen, hindrance: String?) {
        let idle = screen.busy == nil
        segment = idle && hindrance == nil && screen.photo != nil
        restart = idle && screen.result != nil
        share = idle && screen.result != nil
        choices = idle
    }
}
