namespace InterestService.Api.Storage;

/// <summary>The trained encoder of a clustering, so that unseen events can be encoded without training again.</summary>
internal sealed class Model
{
    public required Guid ClusteringId { get; init; }

    public required string Encoder { get; init; }

    /// <summary>What the encoder's own <c>Save</c> wrote.</summary>
    public required byte[] Content { get; init; }
}
