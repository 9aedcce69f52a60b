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

/// <summary>Publishers, a deletion, an erasure and the updates of a snapshot, statement by statement.</summary>
public sealed class PublishExplorationTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Publishers_come_one_after_the_other()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(database);
        var (zero, one, two) = (await stored.AddAsync(), await stored.AddAsync(), await stored.AddAsync());
        var schedules = await Exploration.RunAsync(database, 1, 50, async () =>
        {
            await stored.ExecuteAsync("""
                DELETE FROM publication;
                UPDATE clusterings SET published_at = NULL, replaced_at = NULL, deleted_at = NULL, based_on = NULL
                """);
            await PublishAsync(database, zero);
            bool first = false, second = false;
            var deleted = DeletionResult.NotFound;
            return new Scenario(
                [
                    async () => first = await PublishAsync(database, one),
                    async () => second = await PublishAsync(database, two),
                    async () => deleted = await new ClusteringDeletion(database).HideAsync(one, "test", TestContext.Current.CancellationToken),
                ],
                async () =>
                {
                    Assert.True(second);
                    Assert.True(first || deleted == DeletionResult.Deleted);
                    Assert.Equal(first ? 3L : 2L, await stored.ExecuteAsync("SELECT version FROM publication"));
                    // Each is based on the one before, which it has replaced, and what is published is there.
                    object? chain = await stored.ExecuteAsync("""
                        WITH RECURSIVE chain AS (
                            SELECT clusterings.* FROM clusterings JOIN publication ON clustering_id = clusterings.id
                                WHERE replaced_at IS NULL AND deleted_at IS NULL
                            UNION ALL
                            SELECT earlier.* FROM clusterings AS earlier JOIN chain ON earlier.id = chain.based_on WHERE earlier.replaced_at IS NOT NULL
                        )
                        SELECT count(*) FROM chain
                        """);
                    Assert.Equal(first ? 3L : 2L, chain);
                });
        });
        Assert.InRange(schedules.Count, 40, 50);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_snapshot_that_is_updated_after_an_erasure_never_shows_the_user_again(bool publishedBefore)
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(database);
        var (one, two) = (await stored.AddAsync(), await stored.AddAsync());
        using var meters = new TestMeters();
        using var snapshot = new PublishedSnapshot(database, Options.Create(new InterestServiceOptions()), meters.Factory, NullLogger<PublishedSnapshot>.Instance);
        int users = 0;
        var schedules = await Exploration.RunAsync(database, 1, 50, async () =>
        {
            string user = $"erased-{++users}";
            foreach (Guid clustering in new[] { one, two }) await stored.AddUsersAsync(clustering, $"VALUES ('{user}')");
            await PublishAsync(database, one);
            await snapshot.RefreshAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(snapshot.Current!.FindUser(user));
            bool erased = false, published = publishedBefore && await PublishAsync(database, two), withoutUser = false, withPublished = false;
            async Task RefreshAsync()
            {
                var (after, then) = (erased, published);
                await snapshot.RefreshAsync(TestContext.Current.CancellationToken);
                (withoutUser, withPublished) = (withoutUser || after, withPublished || then);
                Check();
            }

            void Check()
            {
                if (withoutUser) Assert.Null(snapshot.Current!.FindUser(user));
                if (withPublished) Assert.Equal(two, snapshot.Current!.ClusteringId);
                Assert.NotNull(snapshot.Current!.FindUser("user-1"));
            }

            return new Scenario(
                [
                    async () =>
                    {
                        await new UserEraser(database).EraseAsync(user, "test", TestContext.Current.CancellationToken);
                        erased = true;
                    },
                    async () => published |= !publishedBefore && await PublishAsync(database, two),
                    async () =>
                    {
                        await RefreshAsync();
                        await RefreshAsync();
                    },
                    RefreshAsync,
                ],
                async () =>
                {
                    Check(); // nor has a slower update, which began earlier, brought an older state back
                    await RefreshAsync();
                    Assert.Null(snapshot.Current!.FindUser(user));
                });
        }, waitsInProcess: true);
        Assert.InRange(schedules.Count, 40, 50);
    }

    private static async Task<bool> PublishAsync(NpgsqlDataSource database, Guid clustering)
    {
        await using var connection = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        bool published = await Publisher.PublishAsync(connection, clustering, "test", TestContext.Current.CancellationToken);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        return published;
    }
}
