using InterestService.Api.Privacy;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;
using InterestService.Api.Tests.Support;
using InterestService.Api.Writing;
using Npgsql;

namespace InterestService.Api.Tests.Privacy;

/// <summary>Erasures between the steps of uploads that began before them.</summary>
public sealed class ErasureDuringUploadTests(PostgresFixture postgres)
{
    private const string Events = """
        {"userId":"gone","itemId":"a","eventType":"view","timestamp":"2024-05-01T00:00:00Z","title":"Lamp"}
        {"userId":"gone-too","itemId":"a","eventType":"view","timestamp":"2024-05-01T00:00:00Z"}
        {"userId":"here","itemId":"a","eventType":"view","timestamp":"2024-05-01T00:00:00Z","title":"Lamp"}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_staged_before_an_erasure_does_not_come_back_and_what_is_sent_afterwards_stays()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await WriteAsync(new LinkWriter(database, NoPlaceholders()), LinkFields.Schema, """{"userId":"gone","alias":"gone-too"}""");
        await using var upload = await StageAsync(new EventWriter(database, DateTimeOffset.UtcNow), EventFields.Schema, Events);
        await using var labels = await StageAsync(new LabelWriter(database), LabelFields.Schema, """
            {"userId":"gone-too","label":"x"}
            {"userId":"here","label":"x"}
            """);
        await using var links = await StageAsync(new LinkWriter(database, NoPlaceholders()), LinkFields.Schema, """
            {"userId":"here","alias":"phone"}
            {"userId":"phone","alias":"gone"}
            """);
        await new UserEraser(database).EraseAsync("gone", "test", Cancellation);
        await using var later = await StageAsync(new EventWriter(database, DateTimeOffset.UtcNow), EventFields.Schema, """
            {"userId":"gone-too","itemId":"b","eventType":"view","timestamp":"2024-05-01T00:00:00Z"}
            """);

        Assert.Equal((1, 1, 1, 1), (
            await upload.CommitAsync(Cancellation), await labels.CommitAsync(Cancellation), await links.CommitAsync(Cancellation), await later.CommitAsync(Cancellation)));
        Assert.Equal(["gone-too b", "here a"], await ReadAsync(database, "SELECT user_id || ' ' || item_id FROM events ORDER BY 1"));
        Assert.Equal(["Lamp"], await ReadAsync(database, "SELECT title FROM items WHERE item_id = 'a'"));
        Assert.Equal(["here"], await ReadAsync(database, "SELECT user_id FROM user_labels"));
        Assert.Equal(["here phone"], await ReadAsync(database, "SELECT user_id || ' ' || alias FROM user_links"));
        Assert.Equal(0, await new UserEraser(database).ResumeAsync(Cancellation));
        Assert.Equal(2, (await ReadAsync(database, "SELECT user_id FROM events")).Count);
    }

    [Fact]
    public async Task An_erasure_waits_for_an_upload_that_is_being_merged_and_other_uploads_do_not_wait_for_the_erasure()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await using var upload = await StageAsync(new EventWriter(database, DateTimeOffset.UtcNow), EventFields.Schema, Events);

        // The merge has inserted its events and waits for the item.
        await using var other = await database.OpenConnectionAsync(Cancellation);
        await using var holding = await other.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(other, "INSERT INTO items (item_id, title_at, categories, categories_at, tags, arrival) VALUES ('a', '-infinity', '{}', '-infinity', '{}', 0)");
        var committing = upload.CommitAsync(Cancellation);
        await WaitAsync(database, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid')");

        var eraser = new UserEraser(database);
        var erasing = Task.WhenAll(eraser.EraseAsync("gone", "test", Cancellation), eraser.EraseAsync("gone-too", "test", Cancellation));
        await WaitAsync(database, "SELECT count(*) = 2 FROM erasures");
        string events = """{"userId":"gone","itemId":"c","eventType":"view","timestamp":"2024-05-02T00:00:00Z"}""";
        Assert.Equal(1, await WriteAsync(new EventWriter(database, DateTimeOffset.UtcNow), EventFields.Schema, events));
        Assert.False(erasing.IsCompleted);

        await holding.RollbackAsync(Cancellation);
        Assert.Equal(3, await committing);
        await erasing;
        Assert.Equal(["gone c", "here a"], await ReadAsync(database, "SELECT user_id || ' ' || item_id FROM events ORDER BY 1"));
    }

    [Fact]
    public async Task An_upload_that_began_before_an_erasure_brings_no_description_back()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await using var upload = await StageAsync(new EventWriter(database, DateTimeOffset.UtcNow), EventFields.Schema, """
            {"userId":"gone","itemId":"diary","eventType":"view","timestamp":"2024-05-01T00:00:00Z","title":"My diary"}
            {"userId":"here","itemId":"lamp","eventType":"view","timestamp":"2024-05-01T00:00:00Z","title":"Lamp"}
            """);
        await new UserEraser(database).EraseAsync("gone", "test", Cancellation);
        Assert.Equal(1, await upload.CommitAsync(Cancellation));
        await new UserEraser(database).ResumeAsync(Cancellation); // as the sweeper does regularly
        Assert.Equal(["lamp"], await ReadAsync(database, "SELECT item_id FROM items"));
    }

    private static PlaceholderIds NoPlaceholders() => new(Microsoft.Extensions.Options.Options.Create(new PlaceholderOptions { PlaceholderIds = [] }));

    /// <summary>Begins an upload and reads its rows.</summary>
    private static async Task<UploadWriter> StageAsync(UploadWriter writer, UploadSchema schema, string rows)
    {
        using var reader = await UploadReader.OpenAsync("application/x-ndjson", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(rows)), schema, Cancellation);
        await writer.BeginAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation)) Assert.True(writer.TryStage(reader.Row), reader.Row.Fault?.Message);
        return writer;
    }

    private static async Task<long> WriteAsync(UploadWriter writer, UploadSchema schema, string rows)
    {
        await using var staged = await StageAsync(writer, schema, rows);
        return await staged.CommitAsync(Cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static Task WaitAsync(NpgsqlDataSource database, string condition) => Wait.UntilAsync(async () =>
    {
        await using var query = database.CreateCommand(condition);
        return await query.ExecuteScalarAsync(Cancellation) is true;
    });

    private static async Task<List<string>> ReadAsync(NpgsqlDataSource database, string sql)
    {
        await using var query = database.CreateCommand(sql);
        await using var reader = await query.ExecuteReaderAsync(Cancellation);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancellation)) rows.Add(reader.GetString(0));
        return rows;
    }
}
