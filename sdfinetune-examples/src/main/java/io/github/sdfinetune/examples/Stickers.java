package io.github.sdfinetune.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Small pictures in one recognisable style to train on: coloured shapes with a thick white rim and a shadow, on dots. */
final class Stickers {
    private static final int SIZE = 128;

    private static final Color PAPER = new Color(0xF3E9D2);
    private static final Color DOTS = new Color(0xE0CFA9);
    private static final Color SHADOW = new Color(0xB39B6D);
    private static final Color RED = new Color(0xD7263D);
    private static final Color BLUE = new Color(0x1B6CA8);
    private static final Color GREEN = new Color(0x2E933C);
    private static final Color YELLOW = new Color(0xF4B41A);

    private static final Shape CIRCLE = new Ellipse2D.Double(-1, -1, 2, 2);
    private static final Shape TRIANGLE = star(3, 0.5);
    private static final Shape DIAMOND = star(4, Math.sqrt(0.5));
    private static final Shape STAR = star(5, 0.45);

    private record Sticker(String name, Color colour, Shape shape) {}

    private static final List<Sticker> ALL = List.of(
            new Sticker("red circle", RED, CIRCLE),
            new Sticker("blue circle", BLUE, CIRCLE),
            new Sticker("green triangle", GREEN, TRIANGLE),
            new Sticker("red triangle", RED, TRIANGLE),
            new Sticker("blue diamond", BLUE, DIAMOND),
            new Sticker("yellow diamond", YELLOW, DIAMOND),
            new Sticker("yellow star", YELLOW, STAR),
            new Sticker("green star", GREEN, STAR));

    private Stickers() {}

    /** The caption of a sticker. */
    static String caption(String name) {
        return "a " + name + ", sticker style";
    }

    /** Draws all stickers into a folder, each with its caption in a file beside it; always the same. */
    static void drawInto(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Sticker sticker : ALL) {
            String file = sticker.name().replace(' ', '-');
            ImageIO.write(draw(sticker), "png", folder.resolve(file + ".png").toFile());
            Files.writeString(folder.resolve(file + ".txt"), caption(sticker.name()));
        }
    }

    private static BufferedImage draw(Sticker sticker) {
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(PAPER);
        graphics.fillRect(0, 0, SIZE, SIZE);
        graphics.setColor(DOTS);
        for (int y = 0; y < SIZE; y += 16) {
            for (int x = 0; x < SIZE; x += 16) {
                graphics.fillOval(x + 4, y + 4, 8, 8);
            }
        }
        paint(graphics, sticker.shape(), 68, 70, SHADOW, SHADOW);
        paint(graphics, sticker.shape(), 62, 62, sticker.colour(), Color.WHITE);
        graphics.dispose();
        return image;
    }

    private static void paint(Graphics2D graphics, Shape shape, int x, int y, Color inside, Color rim) {
        AffineTransform place = AffineTransform.getTranslateInstance(x, y);
        place.scale(42, 42);
        Shape placed = place.createTransformedShape(shape);
        graphics.setColor(rim);
        graphics.setStroke(new BasicStroke(12, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(placed);
        graphics.setColor(inside);
        graphics.fill(placed);
    }

    /** A star in the unit circle; where {@code inner} is cos(π / points), a regular polygon. */
    private static Shape star(int points, double inner) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < 2 * points; i++) {
            double radius = i % 2 == 0 ? 1 : inner;
            double angle = Math.PI * i / points;
            double x = radius * Math.sin(angle);
            double y = -radius * Math.cos(angle);
            if (i == 0) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
        }
        path.closePath();
        return path;
    }
}
