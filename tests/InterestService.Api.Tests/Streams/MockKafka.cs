using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace InterestService.Api.Tests.Streams;

/// <summary>
/// A Kafka cluster of one broker within this process: that of librdkafka's mock, which belongs to a producer and listens on a port of 127.0.0.1.
/// </summary>
internal sealed class MockKafka : IDisposable
{
    /// <summary>Kinds of requests, by their numbers in Kafka's protocol.</summary>
    public const short Produce = 0, OffsetCommit = 8, JoinGroup = 11, LeaveGroup = 13;

    private const int TopicAuthorizationFailed = 29, GroupAuthorizationFailed = 30;

    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly nint _library;
    private readonly nint _cluster;

    /// <param name="partitions">Number of partitions of <see cref="Topic"/>.</param>
    public MockKafka(int partitions = 1)
    {
        var config = new ProducerConfig { LingerMs = 0, MessageMaxBytes = 4_000_000 };
        config.Set("test.mock.num.brokers", "1");
        _producer = new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
        // The clients choose among several builds of the library by what the machine has.
        string path = Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Select(module => module.FileName).First(name => name.Contains("librdkafka", StringComparison.Ordinal));
        _library = NativeLibrary.Load(path);
        var handle = (SafeHandle)typeof(Handle).GetProperty("LibrdkafkaHandle", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(_producer.Handle)!;
        _cluster = Function<FindCluster>("rd_kafka_handle_mock_cluster")(handle.DangerousGetHandle());
        Brokers = Marshal.PtrToStringUTF8(Function<FindBrokers>("rd_kafka_mock_cluster_bootstraps")(_cluster))!;
        Function<SetNumber>("rd_kafka_mock_group_initial_rebalance_delay_ms")(_cluster, 100);
        Function<Act>("rd_kafka_mock_start_request_tracking")(_cluster);
        CreateTopic(Topic, partitions);
        CreateTopic(RejectedTopic, 1);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint FindCluster(nint client);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Act(nint target);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint ListRequests(nint cluster, out nuint count);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void DestroyRequests(nint requests, nuint count);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate short ReadKind(nint request);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint FindBrokers(nint cluster);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void SetNumber(nint cluster, int number);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Create(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partitions, int replicas);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void PushErrors(nint cluster, short request, nuint count, int[] errors);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void ClearErrors(nint cluster, short request);

    public static string Topic => "events";

    public static string RejectedTopic => "events-rejected";

    /// <summary>The consumer group of the hosts.</summary>
    public static string Group => "interestservice";

    /// <summary>Address of the broker.</summary>
    public string Brokers { get; }

    /// <summary>Settings of a host that reads the topic, as on the command line.</summary>
    /// <param name="settings">Further settings within section <c>InterestService:Kafka</c>, as <c>key=value</c>.</param>
    public string[] Settings(params string[] settings) =>
    [
        .. ((string[])[$"BootstrapServers={Brokers}", "LingerMilliseconds=20", .. settings]).Select(setting => $"--InterestService:Kafka:{setting}"),
    ];

    /// <summary>Sends a message.</summary>
    /// <returns>Its offset.</returns>
    public async Task<long> SendAsync(string? value, int partition = 0, string? key = null)
    {
        var message = new Message<byte[]?, byte[]?> { Key = Bytes(key), Value = Bytes(value) };
        return (await _producer.ProduceAsync(new TopicPartition(Topic, partition), message, TestContext.Current.CancellationToken)).Offset.Value;

        static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Returns the offset that the group has committed in a partition; -1 without one.</summary>
    public Task<long> ReadCommittedAsync(int partition = 0) => Task.Run(() =>
    {
        using var consumer = BuildConsumer(Group);
        long offset = consumer.Committed([new TopicPartition(Topic, partition)], TimeSpan.FromMinutes(1))[0].Offset.Value;
        return offset < 0 ? -1 : offset;
    });

    /// <summary>Joins the group, waits for partitions, and leaves it without having read anything.</summary>
    /// <param name="settings">Those of the hosts, as <see cref="Settings"/> takes them.</param>
    public Task JoinAndLeaveAsync(params string[] settings) => Task.Run(() =>
    {
        var config = new ConsumerConfig { BootstrapServers = Brokers, GroupId = Group, EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Earliest };
        foreach (string[] setting in settings.Select(setting => setting.Split('=')))
            config.Set(setting[0].Replace("Settings:", "", StringComparison.Ordinal).Replace('_', '.'), setting[1]);
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe(Topic);
        while (consumer.Assignment.Count == 0) consumer.Consume(TimeSpan.FromMilliseconds(50));
        consumer.Close();
    });

    /// <summary>Reads the first dead letters.</summary>
    /// <param name="count">Their number.</param>
    public Task<List<DeadLetter>> ReadDeadLettersAsync(int count) => Task.Run(() =>
    {
        using var consumer = BuildConsumer("reader");
        consumer.Assign(new TopicPartitionOffset(RejectedTopic, 0, Offset.Beginning));
        var letters = new List<DeadLetter>();
        while (letters.Count < count)
        {
            var message = consumer.Consume(TestContext.Current.CancellationToken).Message;
            letters.Add(new DeadLetter(Text(message.Key), Text(message.Value), message.Headers.ToDictionary(header => header.Key, header => Text(header.GetValueBytes())!)));
        }

        return letters;

        static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
    });

    /// <summary>Returns the number of dead letters.</summary>
    public Task<long> CountDeadLettersAsync() => Task.Run(() =>
    {
        using var consumer = BuildConsumer("reader");
        return consumer.QueryWatermarkOffsets(new TopicPartition(RejectedTopic, 0), TimeSpan.FromMinutes(1)).High.Value;
    });

    /// <summary>Returns the number of requests of a kind that the broker has received.</summary>
    public int CountRequests(short kind)
    {
        nint requests = Function<ListRequests>("rd_kafka_mock_get_requests")(_cluster, out nuint count);
        var read = Function<ReadKind>("rd_kafka_mock_request_api_key");
        int found = Enumerable.Range(0, (int)count).Count(i => read(Marshal.ReadIntPtr(requests, i * nint.Size)) == kind);
        Function<DestroyRequests>("rd_kafka_mock_request_destroy_array")(requests, count);
        return found;
    }

    /// <summary>Makes the broker refuse offsets until <see cref="AcceptCommits"/>.</summary>
    public void RefuseCommits() => Push(OffsetCommit, GroupAuthorizationFailed);

    public void AcceptCommits() => Function<ClearErrors>("rd_kafka_mock_clear_request_errors")(_cluster, OffsetCommit);

    /// <summary>Makes the broker refuse messages until <see cref="AcceptMessages"/>.</summary>
    public void RefuseMessages() => Push(Produce, TopicAuthorizationFailed);

    public void AcceptMessages() => Function<ClearErrors>("rd_kafka_mock_clear_request_errors")(_cluster, Produce);

    public void Dispose() => _producer.Dispose();

    private void CreateTopic(string topic, int partitions) => Assert.Equal(0, Function<Create>("rd_kafka_mock_topic_create")(_cluster, topic, partitions, 1));

    private void Push(short request, int error)
    {
        int[] errors = [.. Enumerable.Repeat(error, 10_000)];
        Function<PushErrors>("rd_kafka_mock_push_request_errors_array")(_cluster, request, (nuint)errors.Length, errors);
    }

    private IConsumer<byte[]?, byte[]?> BuildConsumer(string group) => new ConsumerBuilder<byte[]?, byte[]?>(
        new ConsumerConfig { BootstrapServers = Brokers, GroupId = group, EnableAutoCommit = false }).SetLogHandler((_, _) => { }).Build();

    private T Function<T>(string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(_library, name));
}

/// <param name="Key">Key of the message.</param>
/// <param name="Value">Its value.</param>
/// <param name="Headers">Its headers as text.</param>
internal sealed record DeadLetter(string? Key, string? Value, IReadOnlyDictionary<string, string> Headers);
