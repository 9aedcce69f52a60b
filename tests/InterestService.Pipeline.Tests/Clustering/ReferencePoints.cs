using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Clustering;

/// <summary>Points that any language can generate, for expected values from other implementations.</summary>
internal static class ReferencePoints
{
    /// <summary>
    /// Groups around uniform centres in a cube of side 10, each wider than the previous one; row i is of group i % groups. With noise above
    /// 0 every noise-th row is uniform in the cube instead.
    /// </summary>
    public static Matrix Groups(int rows, int columns, int groups, uint seed, int noise, double spread)
    {
        // The generator of "Numerical Recipes".
        double Uniform() => (seed = (seed * 1664525) + 1013904223) / 4294967296.0;
        double[] centres = new double[groups * columns];
        for (int i = 0; i < centres.Length; i++)
            centres[i] = 10 * Uniform();
        var points = new Matrix(rows, columns);
        for (int row = 0; row < rows; row++)
        {
            int group = row % groups;
            bool far = noise > 0 && row % noise == noise - 1;
            for (int j = 0; j < columns; j++)
            {
                points.Row(row)[j] = (float)(far
                    ? 10 * Uniform()
                    : centres[(group * columns) + j]
                        + (spread * (1 + (group / 2.0)) * (Uniform() + Uniform() + Uniform() + Uniform() - 2)));
            }
        }

        return points;
    }

    /// <summary>Parses labels of one digit per point, with a dot for noise.</summary>
    public static int[] Labels(string digits) => [.. digits.Select(digit => digit == '.' ? -1 : digit - '0')];
}
