using InterestService.Api.Writing;
using Npgsql;
using Message = Confluent.Kafka.ConsumeResult<byte[], byte[]>;

namespace InterestService.Api.Streams;

/// <summary>Stores the events of messages as an upload does: the same checks, one transaction, each event once.</summary>
internal sealed class BatchWriter(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Stores all rows that break no rule.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellation">Cancels the transaction.</param>
    /// <returns>What became of the rows, once they are committed.</returns>
    public async Task<StoredRows> StoreAsync(IReadOnlyList<Message> messages, CancellationToken cancellation)
    {
        var reader = new MessageReader();
        var refused = new Queue<Message>();
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

            if (rejected > before) refused.Enqueue(message);
        }

        long accepted = staged == 0 ? 0 : await writer.CommitAsync(cancellation);
        return new StoredRows(accepted, staged - accepted, rejected, refused);
    }
}

/// <summary>What became of the rows of messages.</summary>
/// <param name="Accepted">Rows that are stored now.</param>
/// <param name="Duplicates">Rows that were stored already or come earlier in the same batch.</param>
/// <param name="Rejected">Rows that break a rule, and messages that cannot be read.</param>
/// <param name="Refused">The messages with something rejected.</param>
internal sealed record StoredRows(long Accepted, long Duplicates, long Rejected, Queue<Message> Refused);
