using System.Globalization;
using System.Text;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;
using InterestService.Api.Tests.Reading.Formats;
using InterestService.Api.Tests.Support;
using InterestService.Api.Writing;
using Npgsql;

namespace InterestService.Api.Tests.Allocations;

/// <summary>Allocations of an uploaded event, from the bytes of its row to those of the COPY.</summary>
public sealed class UploadAllocationTests(PostgresFixture postgres)
{
    // All of them fit into the buffers of reader and writer, so that nothing is awaited.
    private const int Events = 300;

    // Measured: 24.5 bytes in each format, all of them for the descriptions of the ten items; up to 97.5 (CSV) in a Debug build.
    private static readonly double _budget = AllocationBudget.Select(release: 26, debug: 100);

    [Theory]
    [InlineData(ReadRow.Json)]
    [InlineData(ReadRow.Ndjson)]
    [InlineData(ReadRow.Csv)]
    public async Task Reading_checking_and_staging_an_event_stays_within_the_budget(string mediaType)
    {
        byte[] body = Encoding.UTF8.GetBytes(Write(mediaType));
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await AllocationBudget.AssertWithinAsync(_budget, async () =>
        {
            await using var writer = new EventWriter(database, DateTimeOffset.MaxValue);
            await writer.BeginAsync(TestContext.Current.CancellationToken);
            using var reader = await UploadReader.OpenAsync(mediaType, new MemoryStream(body), EventFields.Schema, TestContext.Current.CancellationToken);
            double bytes = AllocationBudget.Measure(Events, () =>
            {
                while (ReadAtOnce(reader))
                    if (!writer.TryStage(reader.Row)) Assert.Fail(reader.Row.Fault!.Message);
            });
            Assert.Equal(Events, reader.Row.Index + 1);
            return bytes;
        });
    }

    private static bool ReadAtOnce(UploadReader reader)
    {
        var read = reader.ReadAsync(CancellationToken.None).AsTask();
        if (!read.IsCompletedSuccessfully) Assert.Fail("The row was not read synchronously.");
        return read.Result;
    }

    /// <summary>Writes events on recurring items; each item is described by its first event.</summary>
    private static string Write(string mediaType)
    {
        var events = Enumerable.Range(0, Events).Select(i => (
            User: $"user-{i}", Item: $"item-{i % 10}", Type: i % 4 == 0 ? " purchase" : "view",
            Time: DateTime.UnixEpoch.AddSeconds(i).ToString("O", CultureInfo.InvariantCulture), Category: "Hiking|Tents", Title: $"Tent {i % 10}"));
        var json = events.Select(e =>
            $$"""{"userId":"{{e.User}}","itemId":"{{e.Item}}","eventType":"{{e.Type}}","timestamp":"{{e.Time}}","value":1.5,"category":"{{e.Category}}","title":"{{e.Title}}"}""");
        return mediaType switch
        {
            ReadRow.Json => $"[{string.Join(',', json)}]",
            ReadRow.Ndjson => string.Join('\n', json),
            _ => "user_id,item_id,event_type,timestamp,value,category,title\n"
                + string.Join('\n', events.Select(e => $"{e.User},{e.Item},{e.Type},{e.Time},1.5,{e.Category},{e.Title}")),
        };
    }
}
