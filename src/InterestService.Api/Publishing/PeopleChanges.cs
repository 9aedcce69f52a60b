using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Publishing;

/// <summary>
/// Changes of who a person is and what may be used of one: links, opt-outs and erasures. Each is a transaction that first takes the lock of
/// the publication, so that they come one after the other, and in one order with what is published. The end of a placement is announced in
/// the same way.
/// </summary>
internal static class PeopleChanges
{
    /// <summary>Admits one change at a time; readers do not wait.</summary>
    public static Task LockAsync(NpgsqlConnection connection, CancellationToken cancellation) => Publisher.LockAsync(connection, cancellation);

    /// <summary>Makes every process update its snapshot when the transaction commits.</summary>
    /// <param name="connection">Connection with the transaction.</param>
    /// <param name="links">Whether links have changed.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    public static async Task AnnounceAsync(NpgsqlConnection connection, bool links, CancellationToken cancellation)
    {
        await using var announce = new NpgsqlCommand($"""
            UPDATE publication SET people = people + 1{(links ? ", links = people + 1" : "")};
            NOTIFY {Publication.Channel}
            """, connection);
        await announce.ExecuteNonQueryAsync(cancellation);
    }
}
