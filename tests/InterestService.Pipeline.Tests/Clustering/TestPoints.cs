using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Clustering;

/// <summary>Generates points.</summary>
internal static class TestPoints
{
    /// <summary>Uniform in [-1, 1); with a grid above 0 rounded to multiples of 1 / grid, so that points repeat.</summary>
    public static Matrix Uniform(int rows, int columns, int seed, int grid = 0)
    {
        var random = new Random(seed);
        var points = new Matrix(rows, columns);
        for (int i = 0; i < points.Values.Length; i++)
        {
            double value = (2 * random.NextDouble()) - 1;
            // Adding 0 turns -0 into 0, so that equal points have equal bits.
            points.Values[i] = (float)(grid > 0 ? (Math.Round(value * grid) / grid) + 0.0 : value);
        }

        return points;
    }

    /// <summary>Spherical groups of equal size around uniform centres in a cube of side 20; row i is of group i % groups.</summary>
    public static Matrix Blobs(int rows, int columns, int groups, int seed, double spread)
    {
        Matrix centres = Uniform(groups, columns, seed);
        var random = new Random(seed + 1);
        var points = new Matrix(rows, columns);
        for (int row = 0; row < rows; row++)
        {
            for (int j = 0; j < columns; j++)
            {
                double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
                double normal = radius * Math.Cos(2 * Math.PI * random.NextDouble());
                points.Row(row)[j] = (float)((10 * centres.Row(row % groups)[j]) + (spread * normal));
            }
        }

        return points;
    }

    /// <summary>The same directions with length 1.</summary>
    public static Matrix Normalised(Matrix points)
    {
        var normalised = new Matrix(points.Rows, points.Columns);
        for (int row = 0; row < points.Rows; row++)
        {
            double norm = 0;
            foreach (float value in points.Row(row))
                norm += (double)value * value;
            for (int j = 0; j < points.Columns; j++)
                normalised.Row(row)[j] = (float)(points.Row(row)[j] / Math.Sqrt(norm));
        }

        return normalised;
    }

    public static Matrix Rows(Matrix points, IReadOnlyList<int> rows)
    {
        var selected = new Matrix(rows.Count, points.Columns);
        for (int i = 0; i < rows.Count; i++)
            points.Row(rows[i]).CopyTo(selected.Row(i));
        return selected;
    }

    public static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double total = 0;
        for (int j = 0; j < a.Length; j++)
            total += ((double)a[j] - b[j]) * ((double)a[j] - b[j]);
        return total;
    }

    /// <summary>Sum of the squared distances to the nearest centroid, in float64.</summary>
    public static double Inertia(Matrix points, Matrix centroids)
    {
        double inertia = 0;
        for (int row = 0; row < points.Rows; row++)
        {
            double nearest = double.PositiveInfinity;
            for (int c = 0; c < centroids.Rows; c++)
                nearest = Math.Min(nearest, SquaredDistance(points.Row(row), centroids.Row(c)));
            inertia += nearest;
        }

        return inertia;
    }
}
