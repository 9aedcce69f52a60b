using System.Text;
using System.Text.Json;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;

namespace InterestService.Api.Clusterings.Progress;

/// <summary>The data of an event of <c>GET /clusterings/{id}/progress</c>.</summary>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>canceled</c>; the last three are the end.</param>
/// <param name="Stage"><c>load</c>, <c>clean</c>, <c>encode</c>, <c>cluster</c>, <c>evaluate</c>, <c>profile</c>, <c>project</c> or <c>save</c>; null before the first.</param>
/// <param name="Progress">0 to 1 over the whole run.</param>
/// <param name="Loss">Training loss of the last epoch of this stage, in nats an event; null where nothing is trained.</param>
/// <param name="RecallAt10">Recall of held-out items after that epoch, 0 to 1; null when it was not measured.</param>
/// <param name="Epoch">Number of that epoch, from 1.</param>
/// <param name="SecondsLeft">
/// Estimated seconds to the end, at the pace of the run so far; null while it is queued and at its very beginning, 0 when it is over.
/// </param>
public sealed record ClusteringProgress(
    JobState State, string? Stage, double Progress, double? Loss, double? RecallAt10, int? Epoch, double? SecondsLeft)
{
    /// <summary>The progress from which the pace of a run is known well enough for an estimate.</summary>
    private const double PaceKnown = .02;

    internal bool IsOver => State is JobState.Succeeded or JobState.Failed or JobState.Canceled;

    /// <param name="state">The state.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="progress">0 to 1.</param>
    /// <param name="elapsed">Seconds since the start; null before it.</param>
    internal static ClusteringProgress At(JobState state, string? stage, double progress, double? elapsed)
    {
        var now = new ClusteringProgress(state, stage, progress, null, null, null, null);
        return now with
        {
            SecondsLeft = now.IsOver ? 0 : state == JobState.Running && progress >= PaceKnown ? Math.Round(elapsed.GetValueOrDefault() * (1 - progress) / progress, 1) : null,
        };
    }
}

/// <summary>An event as it is sent, encoded once for all who listen.</summary>
/// <param name="Number">Its id.</param>
/// <param name="IsLast">Whether the clustering is over.</param>
/// <param name="Text">UTF-8 text of the event, its id and data (WHATWG HTML, 9.2.5).</param>
internal sealed record ProgressFrame(long Number, bool IsLast, byte[] Text)
{
    public static ProgressFrame Create(long number, ClusteringProgress progress) =>
        new(number, progress.IsOver, Encoding.UTF8.GetBytes($"id: {number}\ndata: {JsonSerializer.Serialize(progress, InterestDbContext.JsonOptions)}\n\n"));
}
