using System.Globalization;
using System.Text;
using Confluent.Kafka;
using InterestService.Api.Reading;
using Microsoft.Extensions.Options;
using Message = Confluent.Kafka.ConsumeResult<byte[], byte[]>;

namespace InterestService.Api.Streams;

/// <summary>Sends what is refused to the topic of dead letters, with its place and the reason in headers. Thread-safe.</summary>
internal sealed class DeadLetters(IOptions<KafkaOptions> options, KafkaLog log) : IDisposable
{
    /// <summary>Number of letters that are sent at a time.</summary>
    private const int MaxSending = 1000;

    private readonly string _topic = options.Value.RejectedTopic;
    private readonly IProducer<byte[]?, byte[]?> _producer =
        new ProducerBuilder<byte[]?, byte[]?>(options.Value.ToProducer()).SetLogHandler((_, line) => log.Write(line)).Build();

    /// <summary>Sends the refused rows of messages, and whole messages that cannot be read or stored.</summary>
    /// <param name="refused">The messages; those whose letters the brokers have acknowledged are removed, so that another try goes on behind them.</param>
    /// <param name="cancellation">Cancels waiting for the brokers.</param>
    /// <exception cref="KafkaException">The brokers did not acknowledge a letter.</exception>
    public async Task SendAsync(Queue<RefusedMessage> refused, CancellationToken cancellation)
    {
        var reader = new MessageReader();
        var sending = new List<Task>();
        while (refused.Count > 0)
        {
            int messages = 0;
            foreach (var message in refused)
            {
                await SendAsync(message, reader, sending, cancellation);
                messages++;
                if (sending.Count >= MaxSending) break;
            }

            await AwaitAsync(sending);
            while (messages-- > 0) refused.Dequeue();
        }
    }

    public void Dispose() => _producer.Dispose();

    private static async Task AwaitAsync(List<Task> sending)
    {
        await Task.WhenAll(sending);
        sending.Clear();
    }

    private async Task SendAsync(RefusedMessage refused, MessageReader reader, List<Task> sending, CancellationToken cancellation)
    {
        var message = refused.Message;
        if ((refused.Reason ?? reader.Open(message.Message.Value)) is { } fault)
        {
            sending.Add(SendAsync(message, message.Message.Value, [("reason", fault)], cancellation));
            return;
        }

        while (reader.Read())
        {
            if (EventChecks.TryCheck(reader.Row, out _)) continue;
            var (row, field, reason) = reader.Fault!;
            if (sending.Count >= MaxSending) await AwaitAsync(sending);
            sending.Add(SendAsync(message, reader.CopyText(), [("row", Text(row)), ("field", field), ("reason", reason)], cancellation));
        }
    }

    private async Task SendAsync(Message source, byte[]? value, (string Name, string? Text)[] fault, CancellationToken cancellation)
    {
        var letter = new Message<byte[]?, byte[]?> { Key = source.Message.Key, Value = value, Headers = [] };
        AddHeaders([("source-topic", source.Topic), ("source-partition", Text(source.Partition.Value)), ("source-offset", Text(source.Offset.Value)), .. fault]);
        try
        {
            await _producer.ProduceAsync(_topic, letter, cancellation);
        }
        catch (KafkaException exception) when (exception.Error.Code == ErrorCode.MsgSizeTooLarge && value is not null)
        {
            // With its headers the letter is longer than a message may be; they tell where its value is.
            letter.Value = null;
            AddHeaders([("value", "too large, see the source")]);
            await _producer.ProduceAsync(_topic, letter, cancellation);
        }

        void AddHeaders(IEnumerable<(string Name, string? Text)> headers)
        {
            foreach (var (name, text) in headers)
                if (text is not null) letter.Headers.Add(name, Encoding.UTF8.GetBytes(text));
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
