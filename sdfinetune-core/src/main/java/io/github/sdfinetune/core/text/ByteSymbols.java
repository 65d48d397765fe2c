package io.github.sdfinetune.core.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The alphabet of byte-level vocabularies, as GPT-2 and CLIP have it: one visible character for each byte. Printable Latin-1
 * characters stand for themselves, the other 68 bytes for U+0100 and those after it.
 */
final class ByteSymbols {
    /** What follows the last symbol of a word. */
    static final String END_OF_WORD = "</w>";

    private ByteSymbols() {}

    /** The 256 symbols and then the same with {@link #END_OF_WORD}, in the order of CLIP's ids 0 to 511. */
    static List<String> inOrderOfIds() {
        List<String> symbols = new ArrayList<>();
        IntStream.range(0, 256).filter(ByteSymbols::isPrintable).forEach(b -> symbols.add(Character.toString(b)));
        for (int other = 0x100; symbols.size() < 256; other++) {
            symbols.add(Character.toString(other));
        }
        for (int i = 0; i < 256; i++) {
            symbols.add(symbols.get(i) + END_OF_WORD);
        }
        return symbols;
    }

    private static boolean isPrintable(int latin1) {
        boolean ascii = latin1 >= '!' && latin1 <= '~';
        boolean softHyphen = latin1 == 0xAD;
        return ascii || (latin1 >= 0xA1 && !softHyphen);
    }
}
