namespace InterestService.Api.Jobs;

/// <summary>Where a job is on its way.</summary>
public enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Canceled,
}
