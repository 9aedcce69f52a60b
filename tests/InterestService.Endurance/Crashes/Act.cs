using System.Net;
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
