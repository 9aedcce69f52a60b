using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Demo;
using InterestService.Pipeline;
using Microsoft.Extensions.Options;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace InterestService.Api.Cli;

/// <summary>Starts the service on an empty database, loads events, clusters the users and prints the result.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var events = new Option<FileInfo[]>("--events") { Description = "Files to load (CSV, NDJSON, JSON or Parquet, compressed with .gz, .br, .zst or not); without one a generated scenario." };
        var scenario = new Option<string>("--scenario") { Description = "The generated domain, when there are no files.", DefaultValueFactory = _ => "ecommerce" };
        var encoder = new Option<string?>("--encoder") { Description = "How users become vectors." };
        encoder.AcceptOnlyFromAmong([EncoderChoice.Auto, .. Encoders.Names]);
        var algorithm = new Option<string?>("--algorithm") { Description = "How vectors become clusters." };
        algorithm.AcceptOnlyFromAmong([.. Algorithms.Names]);
        var clusters = new Option<string?>("--clusters") { Description = "Number of clusters, or auto. Default: the default of the configuration." };
        clusters.Validators.Add(result =>
        {
            string value = result.Tokens.Single().Value;
            if (value != "auto" && !(int.TryParse(value, out int number) && number > 0)) result.AddError($"--clusters: expected a number or auto, found '{value}'.");
        });
        var exit = new Option<bool>("--exit") { Description = "Exit when the result has been printed. By default the service continues to run." };
        var json = new Option<bool>("--json") { Description = "Print the result to stdout as one JSON document, and everything else to stderr." };
        scenario.AcceptOnlyFromAmong([.. DemoRunner.Scenarios]);
        return new Command("demo", "Load events, cluster the users and show the result.") { events, scenario, encoder, algorithm, clusters, json, exit }
            .Runs((parsed, settings, cancellation) => RunAsync(
                new DemoOptions(
                    parsed.GetValue(events) ?? [], parsed.GetValue(scenario)!, parsed.GetValue(encoder), parsed.GetValue(algorithm), parsed.GetValue(clusters),
                    parsed.GetValue(exit)),
                settings, parsed.GetValue(json), cancellation));
    }

    private static async Task<int> RunAsync(DemoOptions options, string[] settings, bool json, CancellationToken cancellation)
    {
        var stdout = Console.Out;
        if (json) Console.SetOut(Console.Error); // errors in the log too
        string key = RandomNumberGenerator.GetHexString(32, lowercase: true); // outside Development calls need one
        await using var app = Program.Build([.. InOwnFolder(settings), .. SettingsCommand.Quiet, .. Admitting(key)]);
        var database = await app.OpenDatabaseAsync(cancellation);
        await database.ClearAsync(cancellation);
        await app.PrepareAndStartAsync(cancellation);
        using var client = new HttpClient { BaseAddress = CallableAddress(app.Urls.First()), Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Add(ApiKeyAuthorization.HeaderName, key);
        var console = DemoConsole.Create(Console.Out, json ? !Console.IsErrorRedirected : !Console.IsOutputRedirected);
        int result = await DemoRunner.RunAsync(client, options, console, json ? stdout : null, cancellation);
        bool stays = result == 0 && !options.Exit;
        if (stays && !app.Environment.IsDevelopment()) console.WriteLine($"Calls need the header {ApiKeyAuthorization.HeaderName}: {key}");
        if (!stays) await app.StopAsync(CancellationToken.None);
        else await app.WaitForShutdownAsync(cancellation);
        return result;
    }

    /// <summary>The address by which this process calls itself: one of all interfaces, as containers have it, is none to call.</summary>
    internal static Uri CallableAddress(string address)
    {
        var uri = new Uri(address);
        bool isAny = IPAddress.TryParse(uri.Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        return isAny ? new UriBuilder(uri) { Host = IPAddress.Loopback.ToString() }.Uri : uri;
    }

    /// <summary>Returns the settings of a key for the demo's own calls, beside those that are configured.</summary>
    private static string[] Admitting(string key)
    {
        const string Entry = $"--{InterestServiceOptions.Section}:{nameof(InterestServiceOptions.ApiKeys)}:demo:";
        return [$"{Entry}Name=demo", $"{Entry}Key={key}", $"{Entry}Scopes:0={Scopes.Admin}"];
    }

    /// <summary>
    /// Places the embedded PostgreSQL of the demo in a folder of its own, so that it can be emptied each time without touching the data of a
    /// service.
    /// </summary>
    private static string[] InOwnFolder(string[] settings)
    {
        using var app = Program.Build(settings);
        string folder = app.Services.GetRequiredService<IOptions<InterestServiceOptions>>().Value.DataDirectory;
        return [.. settings, $"--{InterestServiceOptions.Section}:{nameof(InterestServiceOptions.DataDirectory)}={Path.Combine(folder, "demo")}"];
    }
}
