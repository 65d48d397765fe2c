package io.github.sdfinetune.core.scheduler;

/** Integrals of the polynomial through some points, as weights of the values there (Adams' methods with uneven steps). */
final class Interpolation {
    private Interpolation() {}

    /**
     * The weights of the values at the nodes.
     *
     * @param nodes where the polynomial's values are known, no two the same
     * @param moments the integrals of 1, x, x² and so on, one for each node
     */
    static double[] weights(double[] nodes, double[] moments) {
        double[] weights = new double[nodes.length];
        for (int node = 0; node < nodes.length; node++) {
            double[] coefficients = basis(nodes, node);
            for (int power = 0; power < nodes.length; power++) {
                weights[node] += coefficients[power] * moments[power];
            }
        }
        return weights;
    }

    /** The coefficients, of 1, x, x² and so on, of the polynomial that is 1 at one node and 0 at the others. */
    private static double[] basis(double[] nodes, int one) {
        double[] coefficients = new double[nodes.length];
        coefficients[0] = 1;
        for (int other = 0; other < nodes.length; other++) {
            if (other != one) {
                double distance = nodes[one] - nodes[other];
                for (int power = nodes.length - 1; power >= 0; power--) {
                    double below = power > 0 ? coefficients[power - 1] : 0;
                    coefficients[power] = (below - nodes[other] * coefficients[power]) / distance;
                }
            }
        }
        return coefficients;
    }
}
