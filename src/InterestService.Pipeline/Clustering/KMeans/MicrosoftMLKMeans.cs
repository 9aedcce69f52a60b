using InterestService.Pipeline.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>The K-means of Microsoft.ML (k-means||, then Yinyang), as a reference for <see cref="KMeansClustering"/>.</summary>
internal static class MicrosoftMLKMeans
{
    /// <summary>Clusters points on one thread, since its results repeat with no other number.</summary>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="clusters">Number of clusters, 1 or more.</param>
    /// <param name="seed">Seed for all random draws.</param>
    /// <param name="cancellation">Checked before each row is read.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Partition Fit(Matrix points, int clusters, int seed, CancellationToken cancellation)
    {
        var context = new MLContext(seed);
        var schema = SchemaDefinition.Create(typeof(Point));
        schema[nameof(Point.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, points.Columns);
        var rows = Enumerable.Range(0, points.Rows).Select(row =>
        {
            cancellation.ThrowIfCancellationRequested(); // the trainer takes no token, and reads the rows in every iteration
            return new Point { Features = points.Row(row).ToArray() };
        });
        var data = context.Data.LoadFromEnumerable(rows, schema);
        var model = context.Clustering.Trainers.KMeans(new KMeansTrainer.Options { NumberOfClusters = clusters, NumberOfThreads = 1 }).Fit(data);
        // Predicted labels begin at 1.
        int[] labels = [.. model.Transform(data).GetColumn<uint>("PredictedLabel").Select(label => (int)label - 1)];
        return Partition.FromGroups(labels, labels);
    }

    private sealed class Point
    {
        public float[] Features { get; set; } = [];
    }
}
