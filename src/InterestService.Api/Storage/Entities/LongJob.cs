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

    /// <summary>Training loss of the last epoch of the running stage; null before the first and in stages that train nothing.</summary>
    public double? Loss { get; set; }

    /// <summary>Recall of held-out items after the last epoch of the running stage, 0 to 1; null when it was not measured.</summary>
    public double? RecallAt10 { get; set; }

    /// <summary>Number of the last epoch of the running stage, from 1; null before the first and in stages without epochs.</summary>
    public int? Epoch { get; set; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? StartedAt { get; set; }

    public DateTime? FinishedAt { get; set; }

    public JobFailure? Failure { get; set; }

    public bool CancelRequested { get; set; }

    /// <summary>What started it, as <c>traceparent</c> (W3C Trace Context), whose trace its runs continue; null where that has no trace.</summary>
    public string? TraceParent { get; set; }

    /// <summary>How often it was started again because its worker or the database was lost while it ran.</summary>
    public int Interruptions { get; set; }
}

/// <summary>A lease that a process holds, until it expires.</summary>
internal sealed class StoredLease
{
    /// <summary>Id of the work, for example of a job.</summary>
    public required Guid Id { get; init; }

    /// <summary>Drawn from a sequence each time the lease is taken. A process writes only while this is its own number (a fencing token).</summary>
    public required long Number { get; init; }

    public required DateTime ExpiresAt { get; init; }
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
