using System.Diagnostics.Metrics;
using InterestService.Api.Hosting;

namespace InterestService.Api.Streams;

/// <summary>Counts the messages and rows that were read from Kafka, and shows the lag. Thread-safe.</summary>
internal sealed class StreamInstruments
{
    private readonly Counter<long> _messages;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _retries;

    public StreamInstruments(IMeterFactory meters, StreamState state)
    {
        var meter = meters.Service();
        _messages = meter.CreateCounter<long>("interestservice.stream.messages", "{message}", "Messages of Kafka that are stored or refused for good.");
        _rows = meter.CreateCounter<long>("interestservice.stream.rows", "{row}", "Rows of these messages by result.");
        _retries = meter.CreateCounter<long>("interestservice.stream.retries", "{retry}", "Times that a batch of messages could not be stored, or its dead letters not be sent, and was tried again.");
        meter.CreateObservableGauge("interestservice.stream.lag", () => state.Lag, "{message}", "Messages of the partitions of this process that are not committed.");
        _messages.Add(0);
        _retries.Add(0);
        Count(0, new StoredRows(0, 0, 0, []));
    }

    /// <summary>Counts a batch whose rows are committed and whose dead letters are acknowledged.</summary>
    /// <param name="messages">Number of its messages.</param>
    /// <param name="stored">What became of the rows.</param>
    public void Count(int messages, StoredRows stored)
    {
        _messages.Add(messages);
        _rows.Add(stored.Accepted, new KeyValuePair<string, object?>("result", "accepted"));
        _rows.Add(stored.Duplicates, new KeyValuePair<string, object?>("result", "duplicate"));
        _rows.Add(stored.Rejected, new KeyValuePair<string, object?>("result", "rejected"));
    }

    public void CountRetry() => _retries.Add(1);
}
