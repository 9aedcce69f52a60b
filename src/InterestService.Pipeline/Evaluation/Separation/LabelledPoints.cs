using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>Points with their clusters, numbered without gaps in the order of their ids; noise (a label below 0) is excluded.</summary>
internal sealed class LabelledPoints
{
    public LabelledPoints(Matrix points, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length != points.Rows)
            throw new ArgumentException($"There are {points.Rows} points and {labels.Length} labels.", nameof(labels));
        Points = points;
        Ids = [.. labels.Where(label => label >= 0).Distinct().Order()];
        var clusterOfId = Ids.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        var members = Array.ConvertAll(Ids, _ => new List<int>());
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] < 0)
                continue;
            if (!double.IsFinite(RowMath.SquaredNorm(points.Row(row))))
                throw new ArgumentException($"Row {row} holds NaN or infinity.", nameof(points));
            members[clusterOfId[labels[row]]].Add(row);
            Count++;
        }

        Members = Array.ConvertAll(members, rows => rows.ToArray());
    }

    public Matrix Points { get; }

    /// <summary>Number of points that are not noise.</summary>
    public int Count { get; }

    /// <summary>The id of each cluster, ascending, <c>[clusters]</c>.</summary>
    public int[] Ids { get; }

    /// <summary>The rows of each cluster, <c>[clusters]</c>.</summary>
    public int[][] Members { get; }

    /// <summary>Computes the mean of each cluster, <c>[clusters x columns]</c>.</summary>
    public Matrix Centroids()
    {
        var centroids = new Matrix(Ids.Length, Points.Columns);
        for (int c = 0; c < Ids.Length; c++)
            Mean(Members[c], centroids.Row(c));
        return centroids;
    }

    /// <summary>Computes the mean of the given rows.</summary>
    public void Mean(int[] rows, Span<float> mean)
    {
        double[] sums = new double[mean.Length];
        foreach (int row in rows)
            RowMath.Add(sums, Points.Row(row), 1);
        for (int j = 0; j < mean.Length; j++)
            mean[j] = (float)(sums[j] / rows.Length);
    }
}
