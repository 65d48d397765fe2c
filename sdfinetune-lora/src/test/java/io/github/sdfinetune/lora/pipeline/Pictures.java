package io.github.sdfinetune.lora.pipeline;

import io.github.sdfinetune.Dataset;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Draws pictures to train on: discs of different colours on a gradient, 64x64, each with a caption. */
final class Pictures {
    private static final int SIDE = 64;

    private Pictures() {}

    /** Writes {@code disc-0.png}, {@code disc-0.txt} and so on into a new folder. */
    static Dataset draw(Path folder, int count) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < count; i++) {
            ImageIO.write(disc(i), "png", folder.resolve("disc-" + i + ".png").toFile());
            Files.writeString(folder.resolve("disc-" + i + ".txt"), "a disc of colour " + i);
        }
        return Dataset.folder(folder);
    }

    private static BufferedImage disc(int number) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.BLACK, SIDE, SIDE, Color.WHITE));
        graphics.fillRect(0, 0, SIDE, SIDE);
        graphics.setColor(Color.getHSBColor(number / 5f, 1, 1));
        graphics.fillOval(8 + 4 * number, 12, 32, 32);
        graphics.dispose();
        return image;
    }
}
