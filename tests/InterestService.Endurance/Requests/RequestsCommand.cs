using System.CommandLine;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Endurance.Requests;

/// <summary>Runs <see cref="HostileRequests"/>.</summary>
internal static class RequestsCommand
{
    public static Command Create()
    {
        var count = Commands.CreateOption("--count", "Number of requests.", 20_000);
        var seed = Commands.CreateOption("--seed", "Seed of the requests.", 1);
        var command = new Command("requests", "Send requests made from openapi.json with something wrong in them.") { count, seed };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(count), parsed.GetValue(seed)));
        return command;
    }

    private static async Task<int> RunAsync(int count, int seed)
    {
        await using var service = await ServiceProcess.StartAsync();
        await service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(20, "hiking", "cooking"));
        var clustering = await service.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 1 });
        var requests = new HostileRequests(service.Client);
        await requests.SendAsync(count, seed, [(string)clustering["id"]!]);
        AnsiConsole.WriteLine(string.Join(", ", requests.Statuses.Select(status => $"{status.Key}: {status.Value:N0}")));
        return requests.Findings.Print($"{count:N0} requests: no error of the server, and every error a problem document.");
    }
}
