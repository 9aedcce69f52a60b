using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace InterestService.Api.Streams;

/// <summary>How the stream of events fares in this process. Thread-safe.</summary>
internal sealed class StreamState
{
    /// <summary>Time between two reports of librdkafka.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private long _lag;
    private volatile bool _disconnected;
    private volatile string? _failure;

    /// <summary>Messages of the partitions of this process that are not committed, as of the last answer of the brokers.</summary>
    public long Lag => Interlocked.Read(ref _lag);

    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Problem => _failure ?? (_disconnected ? "No broker of Kafka can be reached." : null);

    /// <summary>Reports that something has failed and is tried again; null: that it has succeeded.</summary>
    public void Report(string? failure) => _failure = failure;

    /// <summary>Reports that this process has left the group.</summary>
    public void Leave() => Interlocked.Exchange(ref _lag, 0);

    /// <summary>Reads the regular report of librdkafka on itself (https://github.com/confluentinc/librdkafka/blob/master/STATISTICS.md).</summary>
    public void Read(string statistics)
    {
        using var report = JsonDocument.Parse(statistics);
        _disconnected = !report.RootElement.GetProperty("brokers").EnumerateObject().Any(broker => broker.Value.GetProperty("state").GetString() == "UP");
        long lag = (
            from topic in report.RootElement.GetProperty("topics").EnumerateObject()
            from partition in topic.Value.GetProperty("partitions").EnumerateObject()
            where partition.Value.GetProperty("fetch_state").GetString() == "active"
            select Math.Max(0, Number(partition.Value, "hi_offset") - Math.Max(Number(partition.Value, "committed_offset"), Number(partition.Value, "lo_offset")))).Sum();
        Interlocked.Exchange(ref _lag, lag);
    }

    /// <summary>Returns an offset, which is negative where it is not known: then 0.</summary>
    private static long Number(JsonElement partition, string name) => Math.Max(0, partition.GetProperty(name).GetInt64());
}

/// <summary>Is degraded while events cannot be read or stored: the process still serves requests.</summary>
internal sealed class StreamCheck(StreamState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Problem is { } problem ? HealthCheckResult.Degraded(problem) : HealthCheckResult.Healthy());
}
