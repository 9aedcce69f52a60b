using System.Collections.Concurrent;
using System.Net.Http.Json;
using InterestService.Api.Cli;
using Microsoft.AspNetCore.Builder;

namespace InterestService.Api.Tests.Support;

/// <summary>
/// A process beside that of the tests, in which hosts of the service start and stop at their command. It lives as long as the tests, since most of what
/// a process of the service needs for one test is its start.
/// </summary>
internal sealed class ReplicaProcess
{
    /// <summary>The argument with which the program of the tests is such a process.</summary>
    public const string Command = "replica";

    private const string Hosts = "/hosts";

    private static readonly HttpClient _client = new() { Timeout = Wait.Limit };

    private readonly Uri _address;

    private ReplicaProcess(Uri address) => _address = new Uri(address, Hosts);

    /// <summary>Starts the process; it ends with that of the tests.</summary>
    public static async Task<ReplicaProcess> StartAsync()
    {
        var (_, address) = await LoggedProcess.StartAsync("InterestService.Api.Tests.dll", new Dictionary<string, string>(), [Command]);
        return new ReplicaProcess(address);
    }

    /// <summary>Starts a host.</summary>
    /// <param name="settings">Its settings, as on the command line.</param>
    /// <returns>Its address.</returns>
    public async Task<Uri> StartHostAsync(string[] settings)
    {
        using var answer = await _client.PostAsJsonAsync(_address, settings, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode ? new Uri(text) : throw new InvalidOperationException(text);
    }

    /// <summary>Stops a host.</summary>
    public async Task StopHostAsync(Uri address) =>
        (await _client.DeleteAsync(new Uri(_address, $"?address={address.OriginalString}"), CancellationToken.None)).EnsureSuccessStatusCode();

    /// <summary>What the process does until that of the tests ends.</summary>
    public static async Task<int> RunAsync()
    {
        var hosts = new ConcurrentDictionary<string, WebApplication>();
        await using var app = WebApplication.Create(["--urls=http://127.0.0.1:0", "--environment=Development"]);
        app.MapPost(Hosts, async (string[] settings, CancellationToken cancellation) =>
        {
            var host = Program.Build(settings);
            await host.PrepareAndStartAsync(cancellation);
            string address = host.Urls.Single();
            hosts[address] = host;
            return address;
        });
        app.MapDelete(Hosts, async (string address) =>
        {
            if (!hosts.TryRemove(address, out var host)) throw new ArgumentException($"There is no host at {address}.");
            await host.StopAsync(CancellationToken.None);
            await host.DisposeAsync();
        });
        await app.StartAsync();
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
