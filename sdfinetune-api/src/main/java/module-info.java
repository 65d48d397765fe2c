/** The public API of sdfinetune; needs nothing but the JDK. */
module io.github.sdfinetune {
    requires transitive java.desktop;
    requires static transitive org.jspecify;

    exports io.github.sdfinetune;
    exports io.github.sdfinetune.error;
    exports io.github.sdfinetune.event;
    exports io.github.sdfinetune.spi;

    uses io.github.sdfinetune.spi.EngineProvider;
}
