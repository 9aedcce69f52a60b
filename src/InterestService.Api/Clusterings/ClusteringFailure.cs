using InterestService.Pipeline;

namespace InterestService.Api.Clusterings;

/// <summary>Why a clustering failed.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
public sealed record ClusteringFailure(FailureCode Code, string Message);
