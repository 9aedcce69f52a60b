using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using InterestService.Pipeline;
using InterestService.Pipeline.Clustering.Hierarchical;

namespace InterestService.Api.Requests;

/// <summary>Settings of the stages; what is left out takes the pipeline's default.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClusteringParameters
{
    /// <summary>Length of a user vector. Default 64.</summary>
    [Range(2, 1024)]
    public int? Dimensions { get; init; }

    /// <summary>Most passes of the encoder's training; it stops earlier when held-out recall does not rise any more.</summary>
    [Range(1, 10_000)]
    public int? Epochs { get; init; }

    /// <summary>Epochs without a better recall after which training stops. Default 5.</summary>
    [Range(1, 1000)]
    public int? Patience { get; init; }

    /// <summary>Users in one step of training.</summary>
    [Range(1, 65_536)]
    public int? BatchSize { get; init; }

    /// <summary>Step size of training.</summary>
    [Range(1e-6, 1.0)]
    public double? LearningRate { get; init; }

    /// <summary>Part of the input, or of the activations, hidden while training.</summary>
    [Range(0.0, .95)]
    public double? Dropout { get; init; }

    /// <summary>Items of a user, the latest that the user came to, that the sequence encoders see. Default 100.</summary>
    [Range(2, 10_000)]
    public int? SequenceLength { get; init; }

    /// <summary>Layers of the sequence encoders. Default 2, of <c>rnn</c> 1.</summary>
    [Range(1, 48)]
    public int? Layers { get; init; }

    /// <summary>Attention heads of a transformer layer; they divide the dimensions. Default 2.</summary>
    [Range(1, 64)]
    public int? Heads { get; init; }

    /// <summary>Whether the autoencoder and the sequence encoders know the items' titles and categories too. Default false.</summary>
    public bool? TextFeatures { get; init; }

    /// <summary>Independent starts of K-means, of which the best counts. Default 1: each goes on by swapping centroids.</summary>
    [Range(1, 1000)]
    public int? Starts { get; init; }

    /// <summary>Whether K-means measures angles. Default true; false: Euclidean distances.</summary>
    public bool? Spherical { get; init; }

    /// <summary>Of agglomerative clustering: <c>ward</c> (default), <c>average</c>, <c>complete</c> or <c>single</c>.</summary>
    public Linkage? Linkage { get; init; }

    /// <summary>Largest distance of neighbours of DBSCAN. Default: the knee of the curve of distances.</summary>
    [Range(1e-9, 2.0)]
    public double? Epsilon { get; init; }

    /// <summary>Neighbours, itself counted, that make a user dense, of DBSCAN and HDBSCAN.</summary>
    [Range(1, 100_000)]
    public int? MinimumPoints { get; init; }

    /// <summary>Fewest users of a cluster of HDBSCAN. Default: a hundredth of the users, 5 to 100.</summary>
    [Range(2, 1_000_000)]
    public int? MinimumClusterSize { get; init; }

    /// <summary>An event this many days old counts half. Default 180.</summary>
    [Range(.01, 100_000)]
    public double? HalfLifeDays { get; init; }

    /// <summary>The same act again within this many seconds counts once. Default 30; 0 keeps all.</summary>
    [Range(0.0, 86_400)]
    public double? RepeatWindowSeconds { get; init; }

    /// <summary>Items with fewer different users are left out. Default 2.</summary>
    [Range(1, 1_000_000)]
    public int? MinimumItemUsers { get; init; }

    /// <summary>Users with fewer different items are left out. Default 1.</summary>
    [Range(1, 1_000_000)]
    public int? MinimumUserItems { get; init; }

    /// <summary>
    /// How much of a user's vector comes from the published clustering, when that was made by the same request but for its seed: users
    /// stay where they were unless something changed. Default .75; 0: the clustering stands alone.
    /// </summary>
    [Range(0.0, .99)]
    public double? CarryOver { get; init; }

    /// <summary>Weights of event types over the configured ones, a view being 1; 0 and below: left out.</summary>
    [Weights]
    public NamedWeights? TypeWeights { get; init; }

    /// <summary>Weights of the events of each source over the configured ones, times that of the type; 0 and below: left out.</summary>
    [Weights]
    public NamedWeights? SourceWeights { get; init; }

    /// <summary>
    /// Weight of events that followed from a recommendation, times the others. Default: the configuration's, 1 unless changed; 0: left out.
    /// </summary>
    [Range(0.0, 1_000_000)]
    public float? FeedbackWeight { get; init; }

    internal PipelineOptions ApplyTo(PipelineOptions options) => options with
    {
        CarryOver = CarryOver ?? options.CarryOver,
        Cleaning = options.Cleaning with
        {
            RepeatWindow = RepeatWindowSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : options.Cleaning.RepeatWindow,
            TypeWeights = TypeWeights?.Over(options.Cleaning.TypeWeights) ?? options.Cleaning.TypeWeights,
            SourceWeights = SourceWeights?.Over(options.Cleaning.SourceWeights) ?? options.Cleaning.SourceWeights,
            FeedbackWeight = FeedbackWeight ?? options.Cleaning.FeedbackWeight,
            MinimumItemUsers = MinimumItemUsers ?? options.Cleaning.MinimumItemUsers,
            MinimumUserItems = MinimumUserItems ?? options.Cleaning.MinimumUserItems,
        },
        Weighting = options.Weighting with { HalfLifeDays = HalfLifeDays ?? options.Weighting.HalfLifeDays },
        Clustering = options.Clustering with
        {
            Starts = Starts ?? options.Clustering.Starts,
            Spherical = Spherical ?? options.Clustering.Spherical,
            Linkage = Linkage ?? options.Clustering.Linkage,
            Epsilon = Epsilon ?? options.Clustering.Epsilon,
            MinimumPoints = MinimumPoints ?? options.Clustering.MinimumPoints,
            MinimumClusterSize = MinimumClusterSize ?? options.Clustering.MinimumClusterSize,
        },
        Encoding = options.Encoding with
        {
            Dimensions = Dimensions ?? options.Encoding.Dimensions,
            Epochs = Epochs ?? options.Encoding.Epochs,
            Patience = Patience ?? options.Encoding.Patience,
            BatchSize = BatchSize ?? options.Encoding.BatchSize,
            LearningRate = LearningRate ?? options.Encoding.LearningRate,
            Dropout = Dropout ?? options.Encoding.Dropout,
            SequenceLength = SequenceLength ?? options.Encoding.SequenceLength,
            Layers = Layers ?? options.Encoding.Layers,
            Heads = Heads ?? options.Encoding.Heads,
            TextFeatures = TextFeatures ?? options.Encoding.TextFeatures,
        },
    };
}
