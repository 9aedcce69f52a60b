namespace InterestService.Api.Storage.Entities;

/// <summary>
/// A step of a clustering on its way. A trigger of <c>clusterings</c> adds a row with every change of state, stage or progress, in the
/// transaction of the change, so that whoever writes it is followed, and removes the oldest rows beyond <see cref="Kept"/>.
/// </summary>
internal sealed class ProgressEvent
{
    /// <summary>The number of events that are kept of a clustering, the last ones; the trigger has the same number.</summary>
    public const int Kept = 1000;

    public required Guid ClusteringId { get; init; }

    /// <summary>From 1 within the clustering, without a gap, in the order of the commits.</summary>
    public required long Number { get; init; }

    /// <summary>See <see cref="LongJob.State"/>.</summary>
    public required string State { get; init; }

    /// <inheritdoc cref="LongJob.Stage"/>
    public string? Stage { get; init; }

    /// <inheritdoc cref="LongJob.Progress"/>
    public required double Progress { get; init; }

    /// <inheritdoc cref="LongJob.Loss"/>
    public double? Loss { get; init; }

    /// <inheritdoc cref="LongJob.RecallAt10"/>
    public double? RecallAt10 { get; init; }

    /// <inheritdoc cref="LongJob.Epoch"/>
    public int? Epoch { get; init; }

    /// <summary>Seconds since the run started; null while it is queued.</summary>
    public double? Elapsed { get; init; }
}
