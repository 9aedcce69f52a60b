using System.CommandLine;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Endurance.Fuzzing;

/// <summary>Runs a <see cref="FuzzLoop"/> for each reader of uploads.</summary>
internal static class FuzzCommand
{
    public static Command Create()
    {
        var formats = Commands.CreateOption("--formats", "Whose readers are tried.", FuzzLoop.MediaTypes.Keys.ToArray());
        formats.AllowMultipleArgumentsPerToken = true;
        formats.AcceptOnlyFromAmong([.. FuzzLoop.MediaTypes.Keys]);
        var seconds = Commands.CreateOption("--seconds", "Time for each reader.", 600);
        var seed = Commands.CreateOption("--seed", "Seed of the changes.", Environment.TickCount);
        var keep = new Option<DirectoryInfo?>("--keep") { Description = "Folder for the bodies that reached new branches; none by default." };
        var command = new Command("fuzz", "Read damaged and hostile bodies by the instrumented readers of uploads.") { formats, seconds, seed, keep };
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed.GetValue(formats)!, parsed.GetValue(seconds), parsed.GetValue(seed), parsed.GetValue(keep)?.FullName ?? "")));
        return command;
    }

    private static int Run(string[] formats, int seconds, int seed, string keep)
    {
        using var instrumented = new Instrumentation();
        var findings = new Findings();
        foreach (string format in formats)
            foreach (string finding in instrumented.Call<string[]>(TryFormat, format, seconds, seed, keep)) findings.Add(finding);
        return findings.Print($"Every body gave rows or one clear refusal (seed {seed}).");
    }

    /// <returns>The findings.</returns>
    private static string[] TryFormat(string format, int seconds, int seed, string keep)
    {
        using var coverage = new Coverage();
        var loop = new FuzzLoop(format, seed, coverage);
        long end = Environment.TickCount64 + seconds * 1000L;
        int tried = loop.RunAsync(_ => Environment.TickCount64 > end).GetAwaiter().GetResult();
        var (valid, invalid, refused) = loop.Target.Counts;
        AnsiConsole.WriteLine($"{format}: {tried:N0} bodies, {coverage.Reached:N0} pairs of branches; {valid:N0} with valid rows, {invalid:N0} without, {refused:N0} refused.");
        if (keep.Length > 0)
        {
            string folder = Directory.CreateDirectory(Path.Combine(keep, format)).FullName;
            foreach (var (number, body) in loop.Found.Index()) File.WriteAllBytes(Path.Combine(folder, $"{number:D4}"), body);
        }

        return [.. loop.Target.Findings.All];
    }
}
