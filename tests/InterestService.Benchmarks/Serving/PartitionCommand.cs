using System.Diagnostics;
using InterestService.Harness;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace InterestService.Benchmarks.Serving;

/// <summary>Measures the start and the memory of api processes that hold all users or a part of them.</summary>
internal static class PartitionCommand
{
    public static Command Create()
    {
        var users = Commands.CreateOption("--users", "Number of users of the published clustering.", 1_000_000);
        var parts = Commands.CreateOption("--parts", "Number of parts.", 2);
        var command = new Command("partition", "Measure api processes that hold a part of the users.") { users, parts };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(users), parsed.GetValue(parts)));
        return command;
    }

    private static async Task<int> RunAsync(int users, int parts)
    {
        await using var service = await ServiceProcess.StartAsync();
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns($"{users:N0} users", "start to ready", "memory", "of it allocated");
        await MeasureAsync("none", null); // nothing is published
        await PublishedUsers.PrepareAsync(service, users);
        await MeasureAsync("all", null);
        for (int part = 1; part <= parts; part++) await MeasureAsync($"part {part}/{parts}", $"{part}/{parts}");
        AnsiConsole.Write(table);
        return 0;

        async Task MeasureAsync(string name, string? part)
        {
            var environment = new Dictionary<string, string> { ["InterestService__Role"] = "api", ["InterestService__SaveLookups"] = "false" };
            if (part is not null) environment["InterestService__Partition"] = part;
            var watch = Stopwatch.StartNew();
            await using var process = await service.JoinAsync(environment);
            double seconds = watch.Elapsed.TotalSeconds;
            table.AddRow(name, $"{seconds.ToText("F1")} s", $"{process.Memory.Resident >> 20} MB", $"{process.Memory.Anonymous >> 20} MB");
        }
    }
}
