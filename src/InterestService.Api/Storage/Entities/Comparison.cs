using InterestService.Api.Requests;
using InterestService.Pipeline.Comparisons;

namespace InterestService.Api.Storage.Entities;

/// <summary>A comparison of encoders and algorithms: its request, progress and result.</summary>
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
