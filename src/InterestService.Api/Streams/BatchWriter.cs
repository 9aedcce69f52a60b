using InterestService.Api.Storage;
using InterestService.Api.Writing;
using Npgsql;
using Message = Confluent.Kafka.ConsumeResult<byte[], byte[]>;

namespace InterestService.Api.Streams;

/// <summary>Stores the events of messages as an upload does: the same checks, one transaction, each event once.</summary>
internal sealed class BatchWriter(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>
    /// Stores all rows that break no rule. Where PostgreSQL refuses the data of a row all the same, the halves of the messages are stored
    /// separately, down to the message that it refuses: one message must not hold up its partition for ever.
    /// </summary>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellation">Cancels the transaction.</param>
    /// <returns>What became of the rows, once they are committed.</returns>
    public async Task<StoredRows> StoreAsync(IReadOnlyList<Message> messages, CancellationToken cancellation)
    {
        try
        {
            return await StoreTogetherAsync(messages, cancellation);
        }
        catch (PostgresException refusal) when (refusal.ConcernsData())
        {
            if (messages is [var message]) return new StoredRows(0, 0, 1, new([new(message, $"PostgreSQL refuses it: {refusal.MessageText}")]));
            int half = messages.Count / 2;
            var first = await StoreAsync([.. messages.Take(half)], cancellation);
            return first.And(await StoreAsync([.. messages.Skip(half)], cancellation));
        }
    }

    private async Task<StoredRows> StoreTogetherAsync(IReadOnlyList<Message> messages, CancellationToken cancellation)
    {
        var reader = new MessageReader();
        var refused = new Queue<RefusedMessage>();
        long staged = 0, rejected = 0;
        await using var writer = new EventWriter(database, time.GetUtcNow().AddDays(1));
        await writer.BeginAsync(cancellation);
        foreach (var message in messages)
        {
            long before = rejected;
            if (reader.Open(message.Message.Value) is not null) rejected++;
            else while (reader.Read())
            {
                if (writer.TryStage(reader.Row)) staged++;
                else rejected++;
                await writer.FlushAsync(cancellation);
            }

            if (rejected > before) refused.Enqueue(new(message));
        }

        long accepted = staged == 0 ? 0 : await writer.CommitAsync(cancellation);
        return new StoredRows(accepted, staged - accepted, rejected, refused);
    }
}

/// <summary>What became of the rows of messages.</summary>
/// <param name="Accepted">Rows that are stored now.</param>
/// <param name="Duplicates">Rows that were stored already or come earlier in the same batch.</param>
/// <param name="Rejected">Rows that break a rule, and messages that cannot be read or that PostgreSQL refuses.</param>
/// <param name="Refused">The messages with something rejected.</param>
internal sealed record StoredRows(long Accepted, long Duplicates, long Rejected, Queue<RefusedMessage> Refused)
{
    /// <summary>What became of these rows and of those of other messages.</summary>
    public StoredRows And(StoredRows others) =>
        new(Accepted + others.Accepted, Duplicates + others.Duplicates, Rejected + others.Rejected, new(Refused.Concat(others.Refused)));
}

/// <summary>A message with something that was not stored.</summary>
/// <param name="Message">The message.</param>
/// <param name="Reason">Why nothing of it was stored; null where that can be found in the message.</param>
internal sealed record RefusedMessage(Message Message, string? Reason = null);
