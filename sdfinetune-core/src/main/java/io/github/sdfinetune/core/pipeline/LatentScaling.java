package io.github.sdfinetune.core.pipeline;

/** Scales latents to another size, as {@code torch.nn.functional.interpolate} does without {@code align_corners}. */
final class LatentScaling {
    private LatentScaling() {}

    /** Each latent becomes the one that lies where it lay; mode nearest. */
    static float[] nearest(float[] latents, LatentShape from, LatentShape to) {
        float[] scaled = new float[to.count()];
        int planes = to.batch() * to.channels();
        for (int plane = 0, target = 0; plane < planes; plane++) {
            int source = plane * from.height() * from.width();
            for (int y = 0; y < to.height(); y++) {
                int row = source + nearest(y, from.height(), to.height()) * from.width();
                for (int x = 0; x < to.width(); x++) {
                    scaled[target++] = latents[row + nearest(x, from.width(), to.width())];
                }
            }
        }
        return scaled;
    }

    private static int nearest(int index, int from, int to) {
        return (int) ((long) index * from / to);
    }

    /** Mixes the four nearest latents; mode bilinear, without antialiasing. */
    static float[] bilinear(float[] latents, LatentShape from, LatentShape to) {
        Mixture[] columns = mixtures(from.width(), to.width());
        Mixture[] rows = mixtures(from.height(), to.height());
        float[] scaled = new float[to.count()];
        int planes = to.batch() * to.channels();
        for (int plane = 0, target = 0; plane < planes; plane++) {
            int source = plane * from.height() * from.width();
            for (Mixture row : rows) {
                int upper = source + row.first * from.width();
                int lower = source + row.second * from.width();
                for (Mixture column : columns) {
                    float above = column.of(latents[upper + column.first], latents[upper + column.second]);
                    float below = column.of(latents[lower + column.first], latents[lower + column.second]);
                    scaled[target++] = row.of(above, below);
                }
            }
        }
        return scaled;
    }

    /** Two neighbours and the share of the second. */
    private record Mixture(int first, int second, float share) {
        float of(float atFirst, float atSecond) {
            return (1 - share) * atFirst + share * atSecond;
        }
    }

    private static Mixture[] mixtures(int from, int to) {
        Mixture[] mixtures = new Mixture[to];
        for (int i = 0; i < to; i++) {
            double centre = Math.max((i + 0.5) * from / to - 0.5, 0);
            int first = Math.min((int) centre, from - 1);
            mixtures[i] = new Mixture(first, Math.min(first + 1, from - 1), (float) (centre - first));
        }
        return mixtures;
    }
}
