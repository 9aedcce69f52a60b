using InterestService.Harness;

namespace InterestService.Endurance.Crashes;

/// <summary>An upload of events.</summary>
internal sealed class UploadAct() : Act("upload")
{
    private const int Events = 40;
    private string _user = "";

    public override Task PrepareAsync(ServiceProcess service, int attempt)
    {
        _user = $"upload-{attempt}";
        return Task.CompletedTask;
    }

    public override Task<bool> DoAsync(ServiceProcess service) => SucceedsAsync(service, HttpMethod.Post, "/events", Views(_user, Events));

    public override async Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings)
    {
        ExpectWhole(findings, await CountAsync(service), Events, acknowledged, "events");
        var again = await service.CallAsync(HttpMethod.Post, "/events", Views(_user, Events));
        findings.Expect((int)again!["accepted"]! + (int)again["duplicates"]! == Events, $"{Name}: repeated, it answers {again}.");
        ExpectWhole(findings, await CountAsync(service), Events, true, "events after it was repeated");
    }

    private Task<long> CountAsync(ServiceProcess service) => service.ReadAsync<long>($"SELECT count(*) FROM events WHERE user_id = '{_user}'");
}

/// <summary>An upload of catalogue entries.</summary>
internal sealed class CatalogueAct() : Act("catalogue")
{
    private const int Items = 20;
    private string _item = "";

    public override Task PrepareAsync(ServiceProcess service, int attempt)
    {
        _item = $"entry-{attempt}";
        return Task.CompletedTask;
    }

    public override Task<bool> DoAsync(ServiceProcess service) => SucceedsAsync(
        service, HttpMethod.Put, "/items", Enumerable.Range(0, Items).Select(i => new { itemId = $"{_item}-{i}", title = "Entry", categories = new[] { "Entries" } }));

    public override async Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings) => ExpectWhole(
        findings, await service.ReadAsync<long>($"SELECT count(*) FROM items WHERE item_id LIKE '{_item}-%' AND title = 'Entry'"), Items, acknowledged, "entries");
}
