using InterestService.Pipeline.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>The K-means of Microsoft.ML (k-means||, then Yinyang), as a reference for <see cref="KMeansClustering"/>.</summary>
internal static class MicrosoftMLKMeans
{
    public static AlgorithmDescriptor Descriptor { get; } =
        new AlgorithmDescriptor<MicrosoftMLKMeansOptions>("microsoft-ml-kmeans", Fit) { TakesClusterCount = true, IsReference = true };

    /// <summary>Clusters points on one thread, since the results repeat with no other number.</summary>
    private static AlgorithmResult Fit(AlgorithmInput input, MicrosoftMLKMeansOptions options)
    {
        try
        {
            return Train(input, options with { Clusters = input.Points.DistinctRows(options.Clusters) });
        }
        catch (AggregateException exception) when (exception.InnerException is OperationCanceledException cancelled)
        {
            throw new OperationCanceledException(cancelled.Message, exception, input.Cancellation); // thrown on the library's own threads
        }
    }

    private static AlgorithmResult Train(AlgorithmInput input, MicrosoftMLKMeansOptions options)
    {
        var (points, cancellation) = (input.Points, input.Cancellation);
        var context = new MLContext(options.Seed);
        var schema = SchemaDefinition.Create(typeof(Point));
        schema[nameof(Point.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, points.Columns);
        var rows = Enumerable.Range(0, points.Rows).Select(row =>
        {
            cancellation.ThrowIfCancellationRequested(); // the trainer takes no token, and reads the rows in every iteration
            return new Point { Features = points.Row(row).ToArray() };
        });
        var data = context.Data.LoadFromEnumerable(rows, schema);
        var model = context.Clustering.Trainers.KMeans(new KMeansTrainer.Options { NumberOfClusters = options.Clusters, NumberOfThreads = 1 }).Fit(data);
        // Predicted labels begin at 1.
        int[] labels = [.. model.Transform(data).GetColumn<uint>("PredictedLabel").Select(label => (int)label - 1)];
        return new AlgorithmResult(Partition.FromGroups(labels, labels));
    }

    private sealed class Point
    {
        public float[] Features { get; set; } = [];
    }
}

/// <summary>Options of <see cref="MicrosoftMLKMeans"/>; requests set none of them.</summary>
internal sealed record MicrosoftMLKMeansOptions
{
    public required int Clusters { get; init; }

    public required int Seed { get; init; }
}
