using InterestService.Pipeline;

namespace InterestService.Api.Jobs;

/// <summary>Why a job failed.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
public sealed record JobFailure(FailureCode Code, string Message);
