using Confluent.Kafka;

namespace InterestService.Api.Streams;

/// <summary>
/// A member of the consumer group. While one batch is stored, the next one is read; offsets are committed after the database. Everything happens on
/// the thread that calls <see cref="Run"/>, the changes of the partitions too, which come while it polls.
/// </summary>
internal sealed partial class GroupMember : IDisposable
{
    /// <summary>Time that an attempt to store a batch gets to end when its partitions are taken away.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _idle = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _busy = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _blocked = TimeSpan.FromSeconds(1);

    private readonly KafkaOptions _options;
    private readonly BatchDelivery _delivery;
    private readonly StreamState _state;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly Dictionary<TopicPartition, TopicPartitionOffset> _stored = []; // not committed yet
    private MessageBatch _filling;
    private Delivery? _delivering;
    private long _commitFailed;
    private bool _paused;

    public GroupMember(KafkaOptions options, BatchDelivery delivery, StreamState state, KafkaLog log, TimeProvider time, ILogger logger)
    {
        (_options, _delivery, _state, _time, _logger) = (options, delivery, state, time, logger);
        _filling = NewBatch();
        _consumer = new ConsumerBuilder<byte[], byte[]>(options.ToConsumer())
            .SetLogHandler((_, line) => log.Write(line))
            .SetStatisticsHandler((_, statistics) => state.Read(statistics))
            .SetPartitionsAssignedHandler((_, partitions) => Receive(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Release([.. partitions.Select(partition => partition.TopicPartition)], lost: false))
            .SetPartitionsLostHandler((_, partitions) => Release([.. partitions.Select(partition => partition.TopicPartition)], lost: true))
            .Build();
    }

    /// <summary>Reads and stores events until it is stopped; then leaves the group.</summary>
    /// <exception cref="KafkaException">The consumer cannot go on; another one can.</exception>
    public void Run(CancellationToken stopping)
    {
        _consumer.Subscribe(_options.Topic);
        try
        {
            while (!stopping.IsCancellationRequested) Turn();
        }
        finally
        {
            _consumer.Close(); // releases the partitions first
        }
    }

    public void Dispose()
    {
        _consumer.Dispose();
        _state.Leave();
    }

    private void Turn()
    {
        Poll();
        if (_delivering is { IsOver: true }) Settle();
        if (_delivering is null && _filling.IsDue)
        {
            _delivering = _delivery.Start(_filling);
            _filling = NewBatch();
        }

        if (_stored.Count > 0 && (_commitFailed == 0 || _time.GetElapsedTime(_commitFailed) > _blocked)) Commit();
        if (_delivering is not null && _filling.IsFull) Block(_delivering);
        else if (_paused) Resume();
    }

    private void Poll()
    {
        try
        {
            var message = _consumer.Consume(_paused ? TimeSpan.Zero : _delivering is null ? _idle : _busy);
            if (message is not null) _filling.Add(message);
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal)
        {
            LogNotRead(exception.Error.Reason); // such as a topic that does not exist yet
        }
    }

    /// <summary>Waits for the delivery while no more messages fit; when that lasts, polls without reading, so that the group keeps the member.</summary>
    private void Block(Delivery delivery)
    {
        if (delivery.Wait(_blocked)) return;
        _consumer.Pause(_consumer.Assignment);
        _paused = true;
    }

    private void Resume()
    {
        _consumer.Resume(_consumer.Assignment);
        _paused = false;
    }

    /// <summary>Takes what was delivered for stored; what was not remains to be delivered.</summary>
    private void Settle()
    {
        var batch = _delivering!.Batch;
        if (_delivering.HasSucceeded)
        {
            foreach (var next in batch.NextOffsets) _stored[next.TopicPartition] = next;
        }
        else
        {
            _filling.AddAll(batch);
            _state.Report(null); // the next delivery reports its own failures
        }

        _delivering.Dispose();
        _delivering = null;
    }

    private void Commit()
    {
        try
        {
            _consumer.Commit(_stored.Values);
            _stored.Clear();
            _commitFailed = 0;
        }
        catch (KafkaException exception)
        {
            _commitFailed = _time.GetTimestamp();
            LogNotCommitted(exception.Error.Reason);
        }
    }

    private void Receive(List<TopicPartition> partitions)
    {
        _paused = true; // those that were paused when they left are still
        _state.Report(null);
        LogReceived(partitions.Count);
    }

    /// <summary>Ends what concerns partitions before another member has them: it is stored and committed, or left to that member.</summary>
    private void Release(HashSet<TopicPartition> partitions, bool lost)
    {
        if (_delivering is not null && _delivering.Batch.HasAny(partitions))
        {
            _delivering.End(_patience);
            Settle();
        }

        _filling.Remove(partitions);
        if (!lost && _stored.Count > 0) Commit();
        foreach (var partition in partitions) _stored.Remove(partition);
        LogReleased(partitions.Count);
    }

    private MessageBatch NewBatch() => new(_options.BatchSize, TimeSpan.FromMilliseconds(_options.LingerMilliseconds), _time);

    [LoggerMessage(LogLevel.Warning, "Nothing is read from Kafka: {Reason}")]
    private partial void LogNotRead(string reason);

    [LoggerMessage(LogLevel.Warning, "Offsets of stored events cannot be committed: {Reason}. Should they not be later, the events are read again and recognized")]
    private partial void LogNotCommitted(string reason);

    [LoggerMessage(LogLevel.Information, "{Count} partitions of Kafka have come to this process")]
    private partial void LogReceived(int count);

    [LoggerMessage(LogLevel.Information, "{Count} partitions of Kafka have left this process")]
    private partial void LogReleased(int count);
}
