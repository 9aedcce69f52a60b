using InterestService.Api.Ingestion;
using InterestService.Api.Tests.Reading.Formats;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Ingestion;

public sealed class ItemWriterTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Entry_is_replaced_as_a_whole()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        await host.PutItemsAsync(new UploadedItem("i", "Title", ["a", " b", "a"], ["t|u"], "Text"));
        Assert.Equal(["i Title {a,b} {t,u} Text"], await host.QueryAsync("item_id,title,categories,tags,description", "items"));
        await host.PutItemsAsync(new UploadedItem("i", Tags: ["t"]));
        Assert.Equal(["i - {} {t} -"], await host.QueryAsync("item_id,title,categories,tags,description", "items"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_catalogue_leaves_out_events_say_in_either_order(bool eventsFirst)
    {
        await using var host = await UploadHost.StartAsync(postgres);
        if (eventsFirst) await UploadAsync();
        await host.PutItemsAsync(new("titled", "Own"), new("sorted", Categories: ["own"]), new("tagged", Tags: ["t"]));
        if (!eventsFirst) await UploadAsync();
        string[] expected = ["sorted Event {own} {} -", "tagged Event {event} {t} -", "titled Own {event} {} -"];
        Assert.Equal(expected, await QueryAsync());
        Assert.Equal(3, (await host.PutItemsAsync(new("titled", "Own"), new("sorted", Categories: ["own"]), new("tagged", Tags: ["t"]))).Duplicates);
        Assert.Equal(expected, await QueryAsync());

        // What the catalogue takes back is empty until the next event brings it.
        await host.PutItemsAsync(new("titled", Description: "d"), new("sorted", Categories: []));
        Assert.Equal(["sorted Event {} {} -", "tagged Event {event} {t} -", "titled - {event} {} d"], await QueryAsync());
        await UploadAsync(day: 1);
        Assert.Equal(["sorted Event {event} {} -", "tagged Event {event} {t} -", "titled Event {event} {} d"], await QueryAsync());

        Task UploadAsync(int day = 0) => host.UploadAsync([.. new[] { "titled", "sorted", "tagged" }.Select(item => new UploadedEvent(
            "u", item, "view", new DateTimeOffset(2024, 5, 1 + day, 12, 0, 0, TimeSpan.Zero), Title: "Event", Category: "event"))]);
        Task<List<string>> QueryAsync() => host.QueryAsync("item_id,title,categories,tags,description", "items ORDER BY item_id");
    }

    [Fact]
    public async Task Last_row_of_an_item_is_kept_and_only_changes_are_accepted()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        var first = await host.PutItemsAsync(new("i", "one"), new("j", "other"), new("i", "two"));
        Assert.Equal((3, 2, 1, 0), (first.Received, first.Accepted, first.Duplicates, first.Rejected));
        var second = await host.PutItemsAsync(new("i", "two"), new("j", "changed"));
        Assert.Equal((2, 1, 1, 0), (second.Received, second.Accepted, second.Duplicates, second.Rejected));
        Assert.Equal(["i two", "j changed"], await host.QueryAsync("item_id,title", "items ORDER BY item_id"));
    }

    [Fact]
    public async Task Csv_separates_categories_and_tags_by_bars_and_invalid_rows_are_listed()
    {
        await using var host = await UploadHost.StartAsync(postgres);
        var csv = $"item_id,categories,tags,description\ni,a|b,,\n,a,,\nj,,t,{new string('d', 16385)}\n";
        using var answer = await host.SendAsync(HttpMethod.Put, "/items", ReadRow.Csv, System.Text.Encoding.UTF8.GetBytes(csv));
        var response = await UploadHost.ReadAsync(answer);
        Assert.Equal((3, 1, 0, 2), (response.Received, response.Accepted, response.Duplicates, response.Rejected));
        Assert.Equal(["itemId", "description"], response.Errors.Select(e => e.Field));
        Assert.Equal(["i {a,b} {}"], await host.QueryAsync("item_id,categories,tags", "items"));
    }
}
