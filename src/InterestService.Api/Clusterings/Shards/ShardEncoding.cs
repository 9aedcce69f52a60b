using InterestService.Api.Publishing.Models;
using InterestService.Pipeline;
using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>Reads the events of a shard and encodes its users by the model.</summary>
internal static class ShardEncoding
{
    public static async Task<ShardFindings> RunAsync(NpgsqlDataSource database, ShardModel model, Shard shard, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var chunks = new List<UserChunk>();
        long events = 0;
        await foreach (var read in shard.Events.ReadAsync(connection, ShardChunks.Users, cancellation))
        {
            using var log = read;
            events += log.EventCount;
            var newItems = await NewItems.ReadAsync(database, model.Trained, log, cancellation);
            if (Encode(model.Trained, log, newItems, shard.MinimumItems, cancellation) is { } chunk) chunks.Add(chunk);
        }

        return new ShardFindings(
            chunks.Sum(chunk => chunk.UserIds.Length), (storing, stop) => ShardChunks.WriteAsync(storing, shard.Clustering, shard.Number, chunks, stop))
        {
            Events = events,
        };
    }

    /// <returns>Null when there is no user with an event that the model knows.</returns>
    private static UserChunk? Encode(
        TrainedModel model, EventLog log, IReadOnlyDictionary<string, ItemDescription> newItems, int minimumItems, CancellationToken cancellation)
    {
        using var set = model.Prepare(log, newItems);
        int[] users = Array.FindAll(set.AllUsers(), user => set.ActivityOf(user) >= minimumItems);
        return users.Length == 0 ? null : UserChunk.Create(set, model.Encode(set, cancellation), users, user => model.Encoder.Knows(set, user));
    }
}
