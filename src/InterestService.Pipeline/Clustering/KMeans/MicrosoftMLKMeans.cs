using InterestService.Pipeline.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>Microsoft.ML's K-means (k-means||, then Yinyang), what <see cref="KMeansClustering"/> is compared with. On one thread, since it repeats on no other number.</summary>
internal static class MicrosoftMLKMeans
{
    public static AlgorithmDescriptor Descriptor { get; } =
        new AlgorithmDescriptor<MicrosoftMLKMeansOptions>("microsoft-ml-kmeans", Fit) { TakesClusterCount = true, IsReference = true };

    private static AlgorithmResult Fit(AlgorithmInput input, MicrosoftMLKMeansOptions options)
    {
        try
        {
            return Train(input, options);
        }
        catch (AggregateException exception) when (exception.InnerException is OperationCanceledException cancelled)
        {
            throw new OperationCanceledException(cancelled.Message, exception, input.Cancellation); // thrown on the library's own threads
        }
    }

    private static AlgorithmResult Train(AlgorithmInput input, MicrosoftMLKMeansOptions options)
    {
        var context = new MLContext(options.Seed);
        var schema = SchemaDefinition.Create(typeof(Point));
        schema[nameof(Point.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, input.Points.Columns);
        var rows = Enumerable.Range(0, input.Points.Rows).Select(row =>
        {
            input.Cancellation.ThrowIfCancellationRequested(); // it has no token of its own, and reads the rows in every round
            return new Point { Features = input.Points.Row(row).ToArray() };
        });
        var data = context.Data.LoadFromEnumerable(rows, schema);
        var model = context.Clustering.Trainers.KMeans(new KMeansTrainer.Options { NumberOfClusters = options.Clusters, NumberOfThreads = 1 }).Fit(data);
        // Numbered from 1.
        int[] labels = [.. model.Transform(data).GetColumn<uint>("PredictedLabel").Select(label => (int)label - 1)];
        var partition = Partition.FromGroups(labels, labels);
        return new AlgorithmResult(partition);
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
