using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Confluent.Kafka;

namespace InterestService.Api.Streams;

/// <summary>The topic of Kafka from which events are read, in section <c>InterestService:Kafka</c>. Default: none.</summary>
internal sealed partial class KafkaOptions
{
    public const string Subsection = "Kafka";

    /// <summary>What a batch depends on, so that no event is lost; <see cref="Settings"/> cannot change it.</summary>
    private static readonly string[] _own =
        ["bootstrap.servers", "group.id", "enable.auto.commit", "enable.auto.offset.store", "enable.partition.eof", "statistics.interval.ms"];

    /// <summary>Brokers to ask for all others, as <c>HOST:PORT</c>, separated by commas. Default null: no events are read.</summary>
    public string? BootstrapServers { get; set; }

    /// <summary>The topic. Default <c>events</c>.</summary>
    public string Topic { get; set; } = "events";

    /// <summary>The consumer group, whose members share the partitions. Default <c>interestservice</c>.</summary>
    [Required(ErrorMessage = "InterestService__Kafka__GroupId must be a name.")]
    public string GroupId { get; set; } = "interestservice";

    /// <summary>The topic that receives what is refused. Default null: the topic's name with <c>-rejected</c>.</summary>
    public string? DeadLetterTopic { get; set; }

    /// <summary>Maximum number of messages in a transaction. Default 10,000.</summary>
    [Range(1, 1_000_000, ErrorMessage = "InterestService__Kafka__BatchSize must be 1 to 1000000.")]
    public int BatchSize { get; set; } = 10_000;

    /// <summary>Time that a message waits at most for others of its batch. Default 500.</summary>
    [Range(0, 60_000, ErrorMessage = "InterestService__Kafka__LingerMilliseconds must be 0 to 60000.")]
    public int LingerMilliseconds { get; set; } = 500;

    /// <summary>Settings of librdkafka, such as <c>security.protocol</c>; underscores stand for dots, which shells do not permit in names.</summary>
    public Dictionary<string, string> Settings { get; set; } = [];

    /// <summary>Whether events are read.</summary>
    public bool IsOn => !string.IsNullOrWhiteSpace(BootstrapServers);

    /// <summary>The topic that receives what is refused.</summary>
    public string RejectedTopic => string.IsNullOrEmpty(DeadLetterTopic) ? $"{Topic}-rejected" : DeadLetterTopic;

    /// <summary>Returns the settings of the consumer: it reads what was sent before it existed, and commits nothing by itself.</summary>
    public ConsumerConfig ToConsumer() => new(Merge(new() { ["auto.offset.reset"] = "earliest" }))
    {
        GroupId = GroupId,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        EnablePartitionEof = false,
        StatisticsIntervalMs = (int)StreamState.Interval.TotalMilliseconds,
    };

    /// <summary>Returns the settings of the producer of what is refused: all replicas must have a message before its offset is committed.</summary>
    public ProducerConfig ToProducer() => new(Merge(new() { ["acks"] = "all", ["message.timeout.ms"] = "30000" }));

    /// <summary>Returns errors that annotations cannot express.</summary>
    public IEnumerable<string> Validate()
    {
        if (!IsOn) yield break;
        int found = 0;
        foreach (string broker in BootstrapServers!.Split(','))
        {
            if (Broker().IsMatch(broker.Trim())) continue;
            found++;
            yield return $"InterestService__Kafka__BootstrapServers: expected HOST:PORT, separated by commas, found '{broker}'.";
        }

        foreach (var (name, topic) in ((string, string)[])[(nameof(Topic), Topic), (nameof(DeadLetterTopic), RejectedTopic)])
        {
            if (TopicName().IsMatch(topic)) continue;
            found++;
            yield return $"InterestService__Kafka__{name}: expected 1 to 249 letters, digits, dots, underscores and hyphens, found '{topic}'.";
        }

        if (RejectedTopic == Topic)
        {
            found++;
            yield return $"InterestService__Kafka__DeadLetterTopic must be another topic than '{Topic}', from which events are read.";
        }

        foreach (string name in Settings.Keys.Select(Normalize).Where(_own.Contains))
        {
            found++;
            yield return $"InterestService__Kafka__Settings__{name} is set by the service.";
        }

        if (found == 0 && GroupId.Length > 0 && FindFault() is { } fault) yield return $"InterestService__Kafka__Settings: {fault}";
    }

    private static string Normalize(string name) => name.Replace('_', '.').ToLowerInvariant();

    private Dictionary<string, string> Merge(Dictionary<string, string> defaults)
    {
        defaults["client.id"] = "interestservice";
        foreach (var (name, value) in Settings) defaults[Normalize(name)] = value;
        defaults["bootstrap.servers"] = BootstrapServers!;
        return defaults;
    }

    /// <summary>Lets librdkafka check the settings, by clients without brokers.</summary>
    private string? FindFault()
    {
        try
        {
            var (reading, sending) = (ToConsumer(), ToProducer());
            reading.BootstrapServers = sending.BootstrapServers = null;
            using var consumer = new ConsumerBuilder<byte[], byte[]>(reading).SetLogHandler((_, _) => { }).Build();
            using var producer = new ProducerBuilder<byte[], byte[]>(sending).SetLogHandler((_, _) => { }).Build();
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or KafkaException)
        {
            return exception.Message;
        }
    }

    [GeneratedRegex(@"^([a-zA-Z_]+://)?(\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+)(:([1-9][0-9]{0,4}))?$")]
    private static partial Regex Broker();

    /// <summary>What Kafka permits; a name with other signs would be a pattern of names.</summary>
    [GeneratedRegex(@"^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$")]
    private static partial Regex TopicName();
}
