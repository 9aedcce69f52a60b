using System.Text.Json.Serialization;
using InterestService.Pipeline;

namespace InterestService.Api.Requests;

/// <summary>The request of a comparison; every field is optional.</summary>
public sealed record StartComparisonRequest
{
    private static readonly string[] _encoders = [.. Pipeline.Encoders.Names];
    private static readonly string[] _algorithms = [.. Pipeline.Algorithms.ComparisonNames];

    /// <summary>Default: all.</summary>
    public IReadOnlyList<string>? Encoders { get; init; }

    /// <summary>Those of clusterings and <c>microsoft-ml-kmeans</c>, to compare with. Default: all.</summary>
    public IReadOnlyList<string>? Algorithms { get; init; }

    /// <summary>
    /// Number of clusters, 1 to 10,000, or <c>"auto"</c>: chosen for each pair. Default: the configuration's or 10, the same for all pairs, or
    /// fewer with fewer different users. The density algorithms find it themselves.
    /// </summary>
    public ClusterCount? Clusters { get; init; }

    /// <summary>Of the split and of everything random. Default 1.</summary>
    public int? Seed { get; init; }

    /// <summary>Leave out events before this time.</summary>
    [JsonConverter(typeof(OffsetTimeConverter))]
    public DateTimeOffset? From { get; init; }

    /// <summary>Leave out events at or after this time.</summary>
    [JsonConverter(typeof(OffsetTimeConverter))]
    public DateTimeOffset? To { get; init; }

    /// <summary><c>auto</c> (a GPU where there is one), <c>cpu</c> or <c>cuda</c>. Default: the configuration's.</summary>
    public string? Device { get; init; }

    /// <summary>Settings of the stages, for all pairs.</summary>
    public ClusteringParameters? Parameters { get; init; }

    /// <summary>Fills in defaults.</summary>
    internal ComparisonRequest Complete(int? defaultClusters, string defaultDevice) => new(
        Encoders ?? _encoders, Algorithms ?? _algorithms, Clusters ?? new ClusterCount(defaultClusters ?? ClusterCountSelection.WithoutGroups), Seed ?? 1,
        From?.ToUniversalTime(), To?.ToUniversalTime(), Device ?? defaultDevice, Parameters ?? new())
    {
        FewerClusters = Clusters is null,
    };

    /// <summary>Errors by field; empty when there are none.</summary>
    internal Dictionary<string, string[]> Validate()
    {
        var check = new RequestValidator();
        check.Some("encoders", Encoders, _encoders);
        check.Some("algorithms", Algorithms, _algorithms);
        check.OneOf("device", Device, RequestValidator.Devices);
        check.Clusters(Clusters);
        check.Window(From, To);
        check.Parameters(Parameters);
        return check.Errors;
    }
}

/// <summary>What a comparison is asked to do, complete: every default filled in. Stored with it.</summary>
/// <param name="Encoders">Tried with each algorithm.</param>
/// <param name="Algorithms">Tried with each encoder.</param>
/// <param name="Clusters">Number of clusters, or <c>"auto"</c>.</param>
/// <param name="Seed">Of the split and of everything random.</param>
/// <param name="From">Events before this time are left out; null: no bound.</param>
/// <param name="To">Events at or after this time are left out; null: no bound.</param>
/// <param name="Device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Parameters">Settings of the stages.</param>
public sealed record ComparisonRequest(
    IReadOnlyList<string> Encoders,
    IReadOnlyList<string> Algorithms,
    ClusterCount Clusters,
    int Seed,
    DateTimeOffset? From,
    DateTimeOffset? To,
    string Device,
    ClusteringParameters Parameters)
{
    /// <summary>Whether fewer users with different vectors than <c>clusters</c> get fewer clusters: the request named no number.</summary>
    public bool FewerClusters { get; init; }
}
