using Confluent.Kafka;
using Message = Confluent.Kafka.ConsumeResult<byte[], byte[]>;

namespace InterestService.Api.Streams;

/// <summary>Messages that are stored in one transaction.</summary>
/// <param name="maximum">Number of messages that fill it.</param>
/// <param name="linger">Time after its first message when it is to be stored although it is not full.</param>
/// <param name="time">The clock.</param>
internal sealed class MessageBatch(int maximum, TimeSpan linger, TimeProvider time)
{
    /// <summary>Size of the messages that fill a batch, whatever their number.</summary>
    private const long MaxBytes = 16 << 20;

    private readonly List<Message> _messages = [];
    private long _bytes;
    private long _began;

    public IReadOnlyList<Message> Messages => _messages;

    public bool IsFull => _messages.Count >= maximum || _bytes >= MaxBytes;

    /// <summary>Whether it is time to store the batch.</summary>
    public bool IsDue => IsFull || (_messages.Count > 0 && time.GetElapsedTime(_began) >= linger);

    /// <summary>The offsets to commit once the batch is stored: those behind its last messages, by partition.</summary>
    public IEnumerable<TopicPartitionOffset> NextOffsets =>
        from message in _messages
        group message by message.TopicPartition into partition
        let last = partition.MaxBy(message => message.Offset.Value)
        select new TopicPartitionOffset(last.TopicPartition, last.Offset + 1, last.LeaderEpoch);

    public void Add(Message message)
    {
        if (_messages.Count == 0) _began = time.GetTimestamp();
        _messages.Add(message);
        _bytes += SizeOf(message);
    }

    public void AddAll(MessageBatch other)
    {
        foreach (var message in other._messages) Add(message);
    }

    /// <summary>Whether it has messages of these partitions.</summary>
    public bool HasAny(ICollection<TopicPartition> partitions) => _messages.Exists(message => partitions.Contains(message.TopicPartition));

    /// <summary>Removes the messages of these partitions.</summary>
    public void Remove(ICollection<TopicPartition> partitions)
    {
        _messages.RemoveAll(message => partitions.Contains(message.TopicPartition));
        _bytes = _messages.Sum(SizeOf);
    }

    private static long SizeOf(Message message) => (message.Message.Key?.Length ?? 0) + (message.Message.Value?.Length ?? 0);
}
