package org.onpar.app;

/** What the screen shows. A new photo or a new run begins without the result of the last one. */
final class Screen {
    static final Screen EMPTY = new Screen(null, null, null, null, null);

    /** Null until one is open. */
    final Photo photo;

    /** What is being done; null while nothing is. */
    final String busy;

    /** Null where none is shown. */
    final Result result;

    /** A sentence about what went wrong last; null where nothing did. */
    final String error;

    /** A sentence about what was done, where it led to no result; null where there is none. */
    final String note;

    private Screen(
            Photo photo, String busy, Result result, String error, String note) {
        this.photo = photo;
        this.busy = busy;
        this.result = result;
        this.error = error;
        this.note = note;
    }

    Screen working(String what) {
        return new Screen(photo, what, null, null, null);
    }

    Screen opened(Photo other) {
        return new Screen(other, null, null, null, null);
    }

    Screen finished(Result other) {
        return new Screen(photo, null, other, null, null);
    }

    /** An old result is never shown with an error. */
    Screen failed(String why) {
        return new Screen(photo, null, null, why, null);
    }

    /** The result stays while something is done with it; null: nothing any more. */
    Screen using(String what) {
        return new Screen(photo, what, result, null, null);
    }

    /** An error that leaves the result shown, such as one of sharing it. */
    Screen warned(String why) {
        return new Screen(photo, null, result, why, null);
    }

    Screen noted(String what) {
        return new Screen(photo, null, null, null, what);
    }

    /** The photo alone. */
    Screen restarted() {
        return new Screen(photo, null, null, null, null);
    }
}
