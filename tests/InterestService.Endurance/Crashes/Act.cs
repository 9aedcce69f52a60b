using System.Net;
using System.Text.Json.Nodes;
using InterestService.Harness;

namespace InterestService.Endurance.Crashes;

/// <summary>Something that callers ask the service to do, and what must hold once the service has been started again after a crash.</summary>
/// <param name="name">Name in reports.</param>
internal abstract class Act(string name)
{
    public string Name => name;

    /// <summary>Creates what the act works on. Each attempt has its own.</summary>
    /// <param name="service">The service.</param>
    /// <param name="attempt">Number of the attempt, unique in the run.</param>
    public abstract Task PrepareAsync(ServiceProcess service, int attempt);

    /// <summary>Acts, and waits until all that follows is over or the service has died.</summary>
    /// <returns>Whether the service has acknowledged the act.</returns>
    public abstract Task<bool> DoAsync(ServiceProcess service);

    /// <summary>Checks the result of the act.</summary>
    public abstract Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings);

    protected static async Task<bool> SucceedsAsync(ServiceProcess service, HttpMethod method, string path, object? body = null) =>
        await service.TryCallAsync(method, path, body) is ( >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices, _);

    /// <summary>Adds a finding unless a change is there as a whole or, if it was not acknowledged, not at all.</summary>
    protected void ExpectWhole(Findings findings, long found, long whole, bool acknowledged, string what) => findings.Expect(
        found == whole || (found == 0 && !acknowledged), $"{Name}: {found} of {whole} {what}, {(acknowledged ? "acknowledged" : "not acknowledged")}.");

    protected static object[] Views(string user, int events, string item = "hiking") =>
    [
        .. Enumerable.Range(0, events).Select(e => new
        {
            userId = user,
            itemId = $"{item}-{e}",
            eventType = "view",
            timestamp = $"2026-04-{1 + e % 28:00}T08:00:00Z",
            title = $"{item} {e}",
            category = item,
        }),
    ];
}

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

/// <summary>The name of a cluster.</summary>
internal sealed class NameAct() : Act("name")
{
    private string _label = "";

    public override Task PrepareAsync(ServiceProcess service, int attempt)
    {
        _label = $"Name {attempt}";
        return Task.CompletedTask;
    }

    public override Task<bool> DoAsync(ServiceProcess service) => SucceedsAsync(service, HttpMethod.Patch, "/clusters/1", new { label = _label, note = _label });

    public override async Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings)
    {
        var cluster = await service.CallAsync(HttpMethod.Get, "/clusters/1");
        bool label = (string?)cluster!["label"] == _label, note = (string?)cluster["note"] == _label;
        findings.Expect(label == note, $"{Name}: half of the change: {cluster["label"]}, {cluster["note"]}.");
        findings.Expect(label || !acknowledged, $"{Name}: acknowledged, and the label is {cluster["label"]}.");
    }
}

/// <summary>The publication of another clustering than the published one, or the deletion of one that is not published.</summary>
/// <param name="deletes">Whether it is deleted.</param>
internal sealed class ClusteringAct(bool deletes) : Act(deletes ? "delete clustering" : "publish")
{
    private string _id = "";

    public override async Task PrepareAsync(ServiceProcess service, int attempt) => _id = deletes
        ? await RunAct.FinishAsync(service, new { encoder = "svd", clusters = 2, seed = attempt, publish = "manual" }) ?? throw new InvalidOperationException("The clustering was not started.")
        : (await service.ReadAsync<Guid>("SELECT id FROM clusterings WHERE state = 'succeeded' AND deleted_at IS NULL AND id <> (SELECT clustering_id FROM publication) ORDER BY id LIMIT 1")).ToString();

    public override Task<bool> DoAsync(ServiceProcess service) => deletes
        ? SucceedsAsync(service, HttpMethod.Delete, $"/clusterings/{_id}")
        : SucceedsAsync(service, HttpMethod.Post, $"/clusterings/{_id}/publish");

    public override async Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings)
    {
        if (!deletes)
        {
            var published = await service.ReadAsync<Guid>("SELECT clustering_id FROM publication");
            findings.Expect(!acknowledged || published == Guid.Parse(_id), $"{Name}: acknowledged, and {published} is published instead of {_id}.");
            return;
        }

        bool listed = await service.TryCallAsync(HttpMethod.Get, $"/clusterings/{_id}") is not (HttpStatusCode.NotFound, _);
        findings.Expect(!acknowledged || !listed, $"{Name}: acknowledged, and it is still there.");
        if (listed) return;
        bool gone = await Calls.UntilAsync(
            async () => await service.ReadAsync<long>($"SELECT count(*) FROM assignments WHERE clustering_id = '{_id}'") == 0, TimeSpan.FromSeconds(60));
        findings.Expect(gone, $"{Name}: it is gone, and assignments are left.");
    }
}

/// <summary>A clustering from its start to its publication.</summary>
internal sealed class RunAct() : Act("clustering")
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);
    private object _request = new();
    private string? _id;

    public override Task PrepareAsync(ServiceProcess service, int attempt)
    {
        _request = new { encoder = "svd", clusters = 2, seed = attempt };
        _id = null;
        return Task.CompletedTask;
    }

    public override async Task<bool> DoAsync(ServiceProcess service)
    {
        _id = await FinishAsync(service, _request);
        return _id is not null;
    }

    public override async Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings)
    {
        if (_id is null) return;
        var clustering = await service.CallAsync(HttpMethod.Get, $"/clusterings/{_id}");
        findings.Expect((string?)clustering!["state"] == "succeeded", $"{Name}: it ended as {clustering["state"]} {clustering["error"]}.");
        bool refused = clustering["gates"]!.AsArray().Any(gate => (bool?)gate!["passed"] is false);
        findings.Expect((bool?)clustering["published"] != refused, $"{Name}: published {clustering["published"]}, and the gates say {clustering["gates"]}.");
    }

    /// <summary>Starts a clustering and waits until it is over or the service has died.</summary>
    /// <returns>Its id; null when the start was not acknowledged.</returns>
    public static async Task<string?> FinishAsync(ServiceProcess service, object request)
    {
        if (await service.TryCallAsync(HttpMethod.Post, "/clusterings", request) is not (HttpStatusCode.Accepted, JsonNode started)) return null;
        string id = (string)started["id"]!;
        await Calls.UntilAsync(
            async () => service.HasEnded || (await service.TryCallAsync(HttpMethod.Get, $"/clusterings/{id}") is (_, { } body) && (string?)body["state"] is not ("queued" or "running")),
            _limit);
        return id;
    }
}
