using InterestService.Pipeline.Events;

namespace InterestService.Api.Storage.Entities;

/// <summary>Long-running work that callers can follow. Only the holder of the lease writes its row while it runs.</summary>
internal abstract class LongJob
{
    public required Guid Id { get; init; }

    public JobState State { get; set; } = JobState.Queued;

    /// <summary>The current or last stage.</summary>
    public string? Stage { get; set; }

    /// <summary>0 to 1 over the whole run.</summary>
    public double Progress { get; set; }

    /// <summary>Training loss of the last epoch.</summary>
    public double? Loss { get; set; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? StartedAt { get; set; }

    public DateTime? FinishedAt { get; set; }

    public JobFailure? Failure { get; set; }

    public bool CancelRequested { get; set; }

    /// <summary>Number of the lease, which grows each time it is taken. A worker writes only while this is its own number (a fencing token).</summary>
    public long LeaseNumber { get; set; }

    public DateTime? LeaseExpiresAt { get; set; }
}

/// <summary>Where a job is on its way.</summary>
public enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Canceled,
}

/// <summary>Why a job failed.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
public sealed record JobFailure(FailureCode Code, string Message);
