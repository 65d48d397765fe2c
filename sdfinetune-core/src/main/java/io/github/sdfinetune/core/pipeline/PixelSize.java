package io.github.sdfinetune.core.pipeline;

/** Width and height in pixels. */
record PixelSize(int width, int height) {}
