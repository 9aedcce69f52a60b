using System.Text.Json.Serialization;
using InterestService.Pipeline;

namespace InterestService.Api.Requests;

/// <summary>The request of a clustering; every field is optional.</summary>
public sealed record StartClusteringRequest
{
    private static readonly string[] _encoders = [EncoderChoice.Auto, .. Encoders.Names];
    private static readonly string[] _algorithms = [.. Algorithms.Names];
    private static readonly string[] _publish = ["auto", "manual"];

    /// <summary>
    /// How users become vectors: <c>auto</c> (default), <c>communities</c>, <c>text</c>, <c>autoencoder</c>, <c>transformer</c>, <c>rnn</c>,
    /// <c>cnn</c>, <c>tale</c>, <c>svd</c>, <c>nmf</c> or <c>lda</c>. With <c>auto</c>, <c>communities</c> runs where most events are on items that
    /// several users have in common or where nothing has a text, else <c>text</c>.
    /// </summary>
    public string? Encoder { get; init; }

    /// <summary>How vectors become clusters: <c>kmeans</c> (default), <c>dbscan</c>, <c>hdbscan</c>, <c>agglomerative</c> or <c>leiden</c>.</summary>
    public string? Algorithm { get; init; }

    /// <summary>
    /// Number of clusters, 1 to 10,000, or <c>"auto"</c>: chosen by prediction strength, 1 where users have no separate groups. Default: the
    /// configuration's; without one, as with <c>"auto"</c>, but 10 where users have no separate groups, or fewer with fewer than 50 users. The
    /// density algorithms and, without a number, <c>leiden</c> find it themselves.
    /// </summary>
    public ClusterCount? Clusters { get; init; }

    /// <summary>Seed of everything random. Default 1: the same events give the same clusters.</summary>
    public int? Seed { get; init; }

    /// <summary>Leave out events before this time.</summary>
    [JsonConverter(typeof(OffsetTimeConverter))]
    public DateTimeOffset? From { get; init; }

    /// <summary>Leave out events at or after this time.</summary>
    [JsonConverter(typeof(OffsetTimeConverter))]
    public DateTimeOffset? To { get; init; }

    /// <summary><c>auto</c> (a GPU where there is one), <c>cpu</c> or <c>cuda</c>. Default: the configuration's.</summary>
    public string? Device { get; init; }

    /// <summary><c>auto</c> (default): publish on success, unless it is worse than what is published. <c>manual</c>: wait for <c>POST /clusterings/{id}/publish</c>.</summary>
    public string? Publish { get; init; }

    /// <summary>Settings of the stages.</summary>
    public ClusteringParameters? Parameters { get; init; }

    /// <summary>Fills in defaults.</summary>
    internal ClusteringRequest Complete(int? defaultClusters, string defaultDevice) => new(
        Encoder ?? _encoders[0], Algorithm ?? _algorithms[0], Clusters ?? new ClusterCount(defaultClusters), Seed ?? 1,
        From?.ToUniversalTime(), To?.ToUniversalTime(), Device ?? defaultDevice, Publish ?? _publish[0], Parameters ?? new())
    {
        FewerClusters = Clusters is null,
    };

    /// <summary>Errors by field; empty when there are none.</summary>
    internal Dictionary<string, string[]> Validate()
    {
        var check = new RequestValidator();
        check.OneOf("encoder", Encoder, _encoders);
        check.OneOf("algorithm", Algorithm, _algorithms);
        check.OneOf("device", Device, RequestValidator.Devices);
        check.OneOf("publish", Publish, _publish);
        check.Clusters(Clusters);
        check.Window(From, To);
        check.Parameters(Parameters);
        return check.Errors;
    }
}

/// <summary>What a clustering is asked to do, complete: every default filled in. Stored with the clustering.</summary>
/// <param name="Encoder">How users become vectors; <c>auto</c>: the service chooses.</param>
/// <param name="Algorithm">How vectors become clusters.</param>
/// <param name="Clusters">Number of clusters, or <c>"auto"</c>.</param>
/// <param name="Seed">Seed of everything random: the same events and seed give the same clusters.</param>
/// <param name="From">Events before this time are left out; null: no bound.</param>
/// <param name="To">Events at or after this time are left out; null: no bound.</param>
/// <param name="Device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Publish"><c>auto</c>: publish on success, unless it is worse than what is published by more than the configured margins. <c>manual</c>: wait for <c>POST /clusterings/{id}/publish</c>.</param>
/// <param name="Parameters">Settings of the stages.</param>
public sealed record ClusteringRequest(
    string Encoder,
    string Algorithm,
    ClusterCount Clusters,
    int Seed,
    DateTimeOffset? From,
    DateTimeOffset? To,
    string Device,
    string Publish,
    ClusteringParameters Parameters)
{
    /// <summary>
    /// Whether the request named no number: fewer users with different vectors than <c>clusters</c> get fewer clusters, and users without
    /// separate groups are divided all the same.
    /// </summary>
    public bool FewerClusters { get; init; }

    /// <summary>
    /// Whether another request asks for the same, possibly with another seed, on another device or to be published otherwise.
    /// </summary>
    internal bool IsSameKindAs(ClusteringRequest other) => this == other with { Seed = Seed, Device = Device, Publish = Publish };
}
