using System.Net;
using InterestService.Harness;

namespace InterestService.Endurance.Crashes;

/// <summary>A link of two ids, or its removal.</summary>
/// <param name="removes">Whether the link is taken back.</param>
internal sealed class LinkAct(bool removes) : Act(removes ? "remove link" : "link")
{
    private string _user = "", _alias = "";

    public override async Task PrepareAsync(ServiceProcess service, int attempt)
    {
        (_user, _alias) = ($"linked-{attempt}", $"alias-{attempt}");
        await service.CallAsync(HttpMethod.Post, "/events", Views(_user, 4));
        if (removes) await service.CallAsync(HttpMethod.Put, "/users/links", Links());
    }

    public override Task<bool> DoAsync(ServiceProcess service) => removes
        ? SucceedsAsync(service, HttpMethod.Delete, $"/users/links/{_alias}")
        : SucceedsAsync(service, HttpMethod.Put, "/users/links", Links());

    public override async Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings)
    {
        long joins = await CountAsync(service, "user_joins"), links = await CountAsync(service, "user_links");
        findings.Expect(joins == links, $"{Name}: {joins} statements and {links} links.");
        findings.Expect(!acknowledged || links == (removes ? 0 : 1), $"{Name}: acknowledged, and {links} links.");
    }

    private object[] Links() => [new { userId = _user, alias = _alias }];

    private Task<long> CountAsync(ServiceProcess service, string table) => service.ReadAsync<long>($"SELECT count(*) FROM {table} WHERE alias = '{_alias}'");
}

/// <summary>An opt-out.</summary>
internal sealed class OptOutAct() : Act("opt-out")
{
    private string _user = "";

    public override Task PrepareAsync(ServiceProcess service, int attempt)
    {
        _user = $"out-{attempt}";
        return service.CallAsync(HttpMethod.Post, "/events", Views(_user, 4));
    }

    public override Task<bool> DoAsync(ServiceProcess service) => SucceedsAsync(service, HttpMethod.Put, $"/users/{_user}/opt-out");

    public override async Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings) => ExpectWhole(
        findings, await service.ReadAsync<long>($"SELECT count(*) FROM opt_outs WHERE user_id = '{_user}'"), 1, acknowledged, "opt-outs");
}

/// <summary>The erasure of a user who is in the published clustering.</summary>
internal sealed class EraseAct() : Act("erase")
{
    private static readonly string[] _tables = ["events", "assignments", "user_labels", "user_links", "user_joins"];
    private string _user = "";
    private string[] _ids = [];

    public override async Task PrepareAsync(ServiceProcess service, int attempt)
    {
        _user = $"gone-{attempt}";
        _ids = [_user, $"{_user}-phone"];
        await service.CallAsync(HttpMethod.Post, "/events", Views(_user, 6));
        await service.CallAsync(HttpMethod.Post, "/events", Views(_ids[1], 2, $"own-{attempt}"));
        await service.CallAsync(HttpMethod.Put, "/users/links", new[] { new { userId = _user, alias = _ids[1] } });
        await service.CallAsync(HttpMethod.Put, "/users/labels", new[] { new { userId = _user, label = "x" } });
    }

    public override Task<bool> DoAsync(ServiceProcess service) => SucceedsAsync(service, HttpMethod.Delete, $"/users/{_ids[1]}");

    public override async Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings)
    {
        string ids = string.Join(", ", _ids.Select(id => $"'{id}'"));
        long events = await service.ReadAsync<long>($"SELECT count(*) FROM events WHERE user_id IN ({ids})");
        findings.Expect(events == 8 && !acknowledged || events == 0, $"{Name}: {events} of 8 events are left, {(acknowledged ? "acknowledged" : "not acknowledged")}.");
        if (events > 0) return;
        foreach (string table in _tables)
        {
            long rows = await service.ReadAsync<long>($"SELECT count(*) FROM {table} WHERE user_id IN ({ids})");
            findings.Expect(rows == 0, $"{Name}: {rows} rows in {table}.");
        }

        long items = await service.ReadAsync<long>($"SELECT count(*) FROM items WHERE item_id LIKE 'own-{_user[5..]}-%'");
        findings.Expect(items == 0, $"{Name}: {items} descriptions of items that only the user knew.");
        bool known = await service.TryCallAsync(HttpMethod.Get, $"/users/{_user}/cluster") is not (HttpStatusCode.NotFound, _);
        findings.Expect(!known, $"{Name}: the user is still looked up.");
    }
}
