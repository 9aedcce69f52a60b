using InterestService.Api.Ingestion;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Ingestion;

public sealed class EventWriterTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset _noon = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_field_is_stored_unchanged()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        await host.UploadAsync(
            new("用户1", "a/b", " view ", _noon.AddTicks(1234567), -2.5, "q", null, null, "web", "e", "r"),
            new("u", null, "search", _noon, null, "shoes"));
        Assert.Equal(
            ["u - search - shoes - - -", "用户1 a/b view -2.5 q web e r"],
            await host.QueryAsync("user_id,item_id,event_type,value,query,source,event_id,recommendation_id", "events ORDER BY user_id"));
        Assert.Equal(
            ["2024-05-01 12:00:00.123456"],
            await host.QueryAsync("occurred_at AT TIME ZONE 'UTC'", "events WHERE event_id IS NOT NULL"));
    }

    [Fact]
    public async Task Uploading_twice_changes_nothing()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        UploadedEvent[] events =
            [new("u", "i", "view", _noon), new("u", "i", "view", _noon, 7), new("u", "i", "view", _noon.AddSeconds(1))];
        var first = await host.UploadAsync(events);
        Assert.Equal((3, 2, 1, 0), (first.Received, first.Accepted, first.Duplicates, first.Rejected));
        var stored = await host.QueryAsync("user_id,occurred_at,value,arrival", "events ORDER BY arrival");
        var second = await host.UploadAsync(events);
        Assert.Equal((3, 0, 3, 0), (second.Received, second.Accepted, second.Duplicates, second.Rejected));
        Assert.Equal(stored, await host.QueryAsync("user_id,occurred_at,value,arrival", "events ORDER BY arrival"));
    }

    [Fact]
    public async Task Of_a_users_events_with_equal_ids_only_the_first_is_kept()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        var first = await host.UploadAsync(
            new("u", "i", "view", _noon, EventId: "e"),
            new("u", "j", "cart", _noon.AddDays(-1), EventId: "e"),
            new("v", "i", "view", _noon, EventId: "e"));
        Assert.Equal((2, 1), (first.Accepted, first.Duplicates));
        var second = await host.UploadAsync(new("u", "k", "view", _noon.AddDays(1), EventId: "e"), new("u", "i", "view", _noon));
        Assert.Equal((1, 1), (second.Accepted, second.Duplicates));
        Assert.Equal(["u i", "v i"], await host.QueryAsync("user_id,item_id", "events WHERE event_id = 'e' ORDER BY user_id"));
    }

    [Fact]
    public async Task Events_with_equal_times_keep_their_order_of_arrival()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        var items = Enumerable.Range(0, 50).Select(i => $"{i * 37 % 50}").ToArray();
        await host.UploadAsync([.. items[..20].Select(i => new UploadedEvent("u", i, "buy", _noon))]);
        await host.UploadAsync([.. items[20..].Select(i => new UploadedEvent("u", i, "buy", _noon))]);
        Assert.Equal(items, await host.QueryAsync("item_id", "events ORDER BY occurred_at, arrival"));
    }

    [Fact]
    public async Task Concurrent_uploads_of_the_same_events_store_each_once()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(seed => Task.Run(() => host.UploadAsync(Shuffled(seed)))));
        Assert.Equal(2000, answers.Sum(a => a.Accepted));
        Assert.Equal((6 * 4000) - 2000, answers.Sum(a => a.Duplicates));
        Assert.Equal(["2000"], await host.QueryAsync("count(*)", "events"));
        Assert.Equal(["100"], await host.QueryAsync("count(*)", "items"));

        static UploadedEvent[] Shuffled(int seed)
        {
            var random = new Random(seed);
            var byContent = Enumerable.Range(0, 1000).Select(
                i => new UploadedEvent($"u{i % 10}", $"i{i % 100}", "view", _noon.AddSeconds(i), Title: $"t{seed}"));
            var byId = Enumerable.Range(0, 1000).Select(
                i => new UploadedEvent($"u{i % 10}", $"i{i % 100}", "view", _noon.AddSeconds(random.Next(99)), EventId: $"e{i}"));
            UploadedEvent[] once = [.. byContent, .. byId];
            UploadedEvent[] twice = [.. once, .. once];
            random.Shuffle(twice);
            return twice;
        }
    }

    [Fact]
    public async Task Titles_and_categories_of_the_latest_events_fill_only_missing_catalogue_fields()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        await host.PutItemsAsync(new("kept", "Title", ["own"], ["tag"]), new("untitled", null, ["own"]), new("uncategorised", "Title"));
        await host.UploadAsync(
            new("u", "new", "view", _noon),
            new("u", "new", "buy", _noon, Category: " b | a||b "),
            new("u", "new", "cart", _noon, Title: "First", Category: "c"),
            new("u", "new", "view", _noon.AddDays(1), Title: "Second"),
            new("u", "kept", "view", _noon, Title: "Other", Category: "other"),
            new("u", "untitled", "view", _noon, Title: "Filled", Category: "other"),
            new("u", "uncategorised", "view", _noon, Title: "Other", Category: "filled"));
        await host.UploadAsync(new("v", "new", "view", _noon, Title: "Third", Category: "d"), new("v", "plain", "view", _noon));
        Assert.Equal(
            ["kept Title {own} {tag}", "new Second {d} {}", "uncategorised Title {filled} {}", "untitled Filled {own} {}"],
            await host.QueryAsync("item_id,title,categories,tags", "items ORDER BY item_id"));
    }

    [Fact]
    public async Task What_describes_an_item_depends_neither_on_the_order_nor_on_the_division_of_uploads()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        var random = new Random(5);
        var events = Enumerable.Range(0, 400).Select(i =>
        {
            int item = random.Next(12);
            string? title = random.Next(3) == 0 ? null : $"t{random.Next(4)}", category = random.Next(3) == 0 ? null : $"c{random.Next(3)}";
            return (Item: item, Title: title, Category: category, Time: _noon.AddHours(random.Next(60)), User: $"u{i}");
        }).ToArray();
        var expected = events.GroupBy(e => e.Item).OrderBy(g => $"{g.Key:D2}", StringComparer.Ordinal).Select(g =>
            $"{g.Where(e => e.Title is not null).OrderBy(e => (e.Time, e.Title)).Last().Title} {{{g.Where(e => e.Category is not null).OrderBy(e => (e.Time, e.Category)).Last().Category}}}").ToList();
        foreach (int size in new[] { 1000, 37, 3 })
        {
            random.Shuffle(events);
            foreach (var part in events.Chunk(size))
                await host.UploadAsync([.. part.Select(e => new UploadedEvent($"{e.User}-{size}", $"{size}/{e.Item:D2}", "view", e.Time, Title: e.Title, Category: e.Category))]);
            Assert.Equal(expected, await host.QueryAsync("title,categories", $"items WHERE item_id LIKE '{size}/%' ORDER BY item_id"));
        }
    }

    [Fact]
    public async Task A_title_of_the_catalogue_stays_and_one_of_an_event_with_a_wrong_clock_gives_way()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        await host.UploadAsync(
            new("u", "early", "view", DateTimeOffset.UtcNow.AddYears(3), Title: "From the future"), new("u", "own", "view", _noon, Title: "Same"));
        await host.PutItemsAsync(new UploadedItem("own", "Same"), new UploadedItem("gap", null, ["own"]));
        await host.UploadAsync(
            new("v", "early", "view", _noon, Title: "Right"), new("v", "own", "view", _noon.AddDays(1), Title: "Later"),
            new("v", "gap", "view", _noon, Title: "Filled", Category: "other"), new("w", "early", "view", _noon.AddDays(-1)));
        Assert.Equal(
            ["early Right {}", "gap Filled {own}", "own Same {}"], await host.QueryAsync("item_id,title,categories", "items ORDER BY item_id"));
    }
}
