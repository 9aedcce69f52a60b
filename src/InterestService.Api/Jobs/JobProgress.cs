using System.Text.Json;
using InterestService.Pipeline;

namespace InterestService.Api.Jobs;

/// <summary>How far a job is.</summary>
/// <param name="Stage">What runs, as callers read it.</param>
/// <param name="Overall">0 to 1.</param>
/// <param name="Loss">Training loss of the last epoch.</param>
internal sealed record JobProgress(string Stage, double Overall, double? Loss = null)
{
    public static JobProgress Of(PipelineProgress progress) =>
        new(JsonNamingPolicy.CamelCase.ConvertName(progress.Stage.ToString()), progress.Overall, progress.Loss);
}
