package org.onpar.core;

/** A part of a resized image: the size of all of it, and the rectangle of it that is computed. */
final class Window {
    final int scaledHeight;
    final int scaledWidth;
    final int top;
    final int left;
    final int height;
    final int width;

    Window(int scaledHeight, int scaledWidth, int top, int left, int height, int width) {
        this.scaledHeight = scaledHeight;
        this.scaledWidth = scaledWidth;
        this.top = top;
        this.left = left;
        this.height = height;
        this.width = width;
    }

    /** All of an image of this size. */
    static Window whole(int height, int width) {
        return new Window(height, width, 0, 0, height, width);
    }
}
