using InterestService.Api.Comparisons;
using InterestService.Pipeline;
using InterestService.Pipeline.Comparisons;
using InterestService.Pipeline.Events;

namespace InterestService.Api.Tests.Comparisons;

public sealed class ProcessStageMeterTests
{
    [Fact]
    public void Time_and_memory_are_measured()
    {
        var options = new PipelineOptions { Clusters = 2, Device = "cpu", Parameters = new() { ["dimensions"] = 4 } };
        using var clean = new InterestPipeline(options, _ => { }, TestContext.Current.CancellationToken).Clean(Log());
        var row = PipelineComparison.Run(
            clean, ReferenceData.Empty, options, ["svd"], ["kmeans"], new ProcessStageMeter(), _ => { }, TestContext.Current.CancellationToken).Rows[0];
        Assert.Null(row.Error);
        Assert.True(row.Encoding!.Seconds > 0 && row.Clustering!.Seconds > 0);
        if (OperatingSystem.IsLinux()) Assert.InRange(row.Encoding.PeakMemoryBytes!.Value, 20_000_000, Environment.WorkingSet * 4L);
    }

    private static EventLog Log()
    {
        var builder = new EventLogBuilder();
        for (int user = 0; user < 20; user++)
            for (int item = 0; item < 6; item++)
                builder.Add($"u{user}", $"i{user % 2}-{(user + item) % 8}", "view", item * 3_600_000L);
        return builder.Build();
    }
}
