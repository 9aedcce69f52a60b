using InterestService.Api.Requests;
using InterestService.Pipeline.Comparisons;

namespace InterestService.Api.Storage.Entities;

/// <summary>Encoders and algorithms tried against each other: what was asked for, how far it is, what came out.</summary>
internal sealed class Comparison : LongJob
{
    public required ComparisonRequest Request { get; init; }

    /// <summary>Events in the window, before cleaning.</summary>
    public long Events { get; set; }

    public int Users { get; set; }

    public int Items { get; set; }

    public ComparisonRow[] Rows { get; set; } = [];

    public ComparisonWinner? Winner { get; set; }
}
