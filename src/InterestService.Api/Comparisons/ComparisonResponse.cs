using InterestService.Api.Requests;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Comparisons;

namespace InterestService.Api.Comparisons;

/// <summary>A comparison: its request, progress and results.</summary>
/// <param name="Id">Of the comparison.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>canceled</c>.</param>
/// <param name="Stage"><c>load</c>, then the encoder at work, or the pair: <c>svd</c>, <c>svd x kmeans</c>.</param>
/// <param name="Progress">0 to 1 over the whole run.</param>
/// <param name="Loss">Training loss of the last epoch of this stage, in nats an event; null where nothing is trained.</param>
/// <param name="CreatedAt">Time of the request.</param>
/// <param name="StartedAt">Time when a worker started it.</param>
/// <param name="FinishedAt">Time when it ended.</param>
/// <param name="Interruptions">How often it was started again because its worker or the database was lost; at 5 it fails.</param>
/// <param name="Request">What was asked for, defaults filled in.</param>
/// <param name="Events">Events in the window, before cleaning.</param>
/// <param name="Users">Users that were clustered.</param>
/// <param name="Items">Items that the encoders know.</param>
/// <param name="Rows">A row for each pair: quality, time, memory. In the order of encoders, then algorithms, unless sorted.</param>
/// <param name="Winner">The pair to take, and the rule that says so; null when none qualifies.</param>
/// <param name="Error">Why it failed.</param>
public sealed record ComparisonResponse(
    Guid Id,
    JobState State,
    string? Stage,
    double Progress,
    double? Loss,
    DateTime CreatedAt,
    DateTime? StartedAt,
    DateTime? FinishedAt,
    int Interruptions,
    ComparisonRequest Request,
    long Events,
    int Users,
    int Items,
    IReadOnlyList<ComparisonRow> Rows,
    ComparisonWinner? Winner,
    JobFailure? Error)
{
    internal static ComparisonResponse From(Comparison comparison, IReadOnlyList<ComparisonRow>? rows = null) => new(
        comparison.Id, comparison.State, comparison.Stage, comparison.Progress, comparison.Loss,
        comparison.CreatedAt, comparison.StartedAt, comparison.FinishedAt, comparison.Interruptions, comparison.Request,
        comparison.Events, comparison.Users, comparison.Items, rows ?? comparison.Rows, comparison.Winner, comparison.Failure);
}
