using System.Text.Json;
using InterestService.Pipeline;

namespace InterestService.Api.Jobs;

/// <summary>A kind of long work, with a table of its own.</summary>
/// <param name="Name">For people.</param>
/// <param name="Table">Where its rows are.</param>
internal sealed record JobKind(string Name, string Table)
{
    public static readonly JobKind Clustering = new("Clustering", "clusterings");
    public static readonly JobKind Comparison = new("Comparison", "comparisons");
}

/// <summary>How far a job is.</summary>
/// <param name="Stage">What runs, as callers read it.</param>
/// <param name="Overall">0 to 1.</param>
/// <param name="Loss">Training loss of the last epoch.</param>
internal sealed record JobProgress(string Stage, double Overall, double? Loss = null)
{
    public static JobProgress From(PipelineProgress progress) =>
        new(JsonNamingPolicy.CamelCase.ConvertName(progress.Stage.ToString()), progress.Overall, progress.Loss);
}
