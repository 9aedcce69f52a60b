using InterestService.Api.Clusterings;
using InterestService.Api.Hosting;
using InterestService.Api.Privacy;
using InterestService.Api.Publishing;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Tests.Publishing;

/// <summary>Two publishers, a deletion, an erasure and the snapshots of two processes, in every order.</summary>
public sealed class PublishScheduleTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_last_publisher_prevails_and_nothing_published_is_deleted()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(database);
        var (one, two) = (await stored.AddAsync(), await stored.AddAsync());
        var deletion = new ClusteringDeletion(database);
        foreach (int[] order in Schedule.Orders(2, 2, 1))
        {
            await stored.ExecuteAsync("""
                DELETE FROM publication;
                UPDATE clusterings SET published_at = NULL, replaced_at = NULL, deleted_at = NULL, based_on = NULL
                """);
            var (first, second) = (new Publishing(database, one), new Publishing(database, two));
            var deleted = DeletionResult.NotFound;
            await Schedule.RunAsync(
                database, order, [first.BeginAsync, first.CommitAsync], [second.BeginAsync, second.CommitAsync],
                [async () => deleted = await deletion.HideAsync(one, "test", TestContext.Current.CancellationToken)]);

            string schedule = string.Join(' ', order);
            Assert.True(second.Succeeded, schedule);
            Assert.True(first.Succeeded || deleted == DeletionResult.Deleted, schedule);
            Guid last = first.Succeeded && first.Committed > second.Committed ? one : two;
            Assert.Equal((last, first.Succeeded ? 2L : 1L), await PublishedAsync(database));
            Assert.False(deleted == DeletionResult.Deleted && last == one, schedule);
            Assert.Equal(0L, await stored.ExecuteAsync("SELECT count(*) FROM publication JOIN clusterings c ON c.id = clustering_id WHERE deleted_at IS NOT NULL OR replaced_at IS NOT NULL"));
            Assert.Equal(first.Succeeded ? 1L : 0L, await stored.ExecuteAsync("SELECT count(*) FROM clusterings WHERE published_at IS NOT NULL AND replaced_at IS NOT NULL"));
        }
    }

    [Fact]
    public async Task No_snapshot_shows_an_erased_user_whatever_is_published_meanwhile()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(database);
        var (one, two) = (await stored.AddAsync(), await stored.AddAsync());
        var eraser = new UserEraser(database);
        using var meters = new TestMeters();
        using var here = new PublishedSnapshot(database, Options.Create(new InterestServiceOptions()), meters.Factory, NullLogger<PublishedSnapshot>.Instance);
        using var there = new PublishedSnapshot(database, Options.Create(new InterestServiceOptions()), meters.Factory, NullLogger<PublishedSnapshot>.Instance);
        int users = 0;
        foreach (int[] order in Schedule.Orders(1, 2, 1, 1))
        {
            string erased = $"erased-{++users}";
            foreach (Guid clustering in new[] { one, two }) await stored.AddUsersAsync(clustering, $"VALUES ('{erased}')");
            await new Publishing(database, one).RunAsync();
            foreach (var snapshot in new[] { here, there })
            {
                await snapshot.RefreshAsync(TestContext.Current.CancellationToken);
                Assert.NotNull(snapshot.Current!.FindUser(erased));
            }

            var publishing = new Publishing(database, two);
            bool isErased = false;
            var shown = new List<string>();
            async Task RefreshAsync(PublishedSnapshot snapshot)
            {
                bool before = isErased;
                await snapshot.RefreshAsync(TestContext.Current.CancellationToken);
                if (before && snapshot.Current!.FindUser(erased) is not null) shown.Add(erased);
            }

            await Schedule.RunAsync(
                database, order,
                [async () =>
                {
                    await eraser.EraseAsync(erased, "test", TestContext.Current.CancellationToken);
                    isErased = true;
                }],
                [publishing.BeginAsync, publishing.CommitAsync],
                [() => RefreshAsync(here)],
                [() => RefreshAsync(there)]);
            foreach (var snapshot in new[] { here, there })
            {
                await RefreshAsync(snapshot);
                Assert.Equal(two, snapshot.Current!.ClusteringId);
                Assert.NotNull(snapshot.Current.FindUser("user-1"));
            }

            Assert.True(shown.Count == 0, $"{string.Join(' ', order)}: {erased}");
        }
    }

    private static async Task<(Guid Id, long Version)> PublishedAsync(NpgsqlDataSource database)
    {
        await using var query = database.CreateCommand("SELECT clustering_id, version FROM publication");
        await using var reader = await query.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        return (reader.GetGuid(0), reader.GetInt64(1));
    }

    /// <summary>A transaction that publishes a clustering, in two steps.</summary>
    private sealed class Publishing(NpgsqlDataSource database, Guid clustering)
    {
        private static long _commits;
        private NpgsqlConnection? _connection;
        private NpgsqlTransaction? _transaction;

        public bool Succeeded { get; private set; }

        /// <summary>Place of the commit among those of all publishers.</summary>
        public long Committed { get; private set; }

        public async Task BeginAsync()
        {
            _connection = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
            _transaction = await _connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            Succeeded = await Publisher.PublishAsync(_connection, clustering, "test", TestContext.Current.CancellationToken);
        }

        public async Task CommitAsync()
        {
            Committed = Interlocked.Increment(ref _commits); // while it holds the lock of the publication
            await _transaction!.CommitAsync(TestContext.Current.CancellationToken);
            await _connection!.DisposeAsync();
        }

        public async Task RunAsync()
        {
            await BeginAsync();
            await CommitAsync();
        }
    }
}
