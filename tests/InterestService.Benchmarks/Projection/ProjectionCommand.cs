using System.CommandLine;
using System.Diagnostics;
using InterestService.Benchmarks.Planted;
using InterestService.Benchmarks.Training;
using InterestService.Demo.Scenarios;
using InterestService.Demo.Scenarios.Generation;
using InterestService.Harness;
using InterestService.Pipeline;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Numerics;
using EventLog = InterestService.Pipeline.Events.EventLog;

namespace InterestService.Benchmarks.Projection;

/// <summary>
/// Measures the maps of clusterings: how far they keep neighbourhoods, how far dots move when the newest events are added, and time and memory as
/// users grow.
/// </summary>
internal static class ProjectionCommand
{
    private const double LeastKept = .9;

    /// <summary>Limit for as many users as a map shows.</summary>
    private const double MostSeconds = 15;

    /// <summary>Part of the events, the oldest, from which the former map is made.</summary>
    private const double Former = .9;

    public static Command Create()
    {
        var files = new Argument<string[]>("files") { Description = "CSV files of events, gzipped or not, beside the generated scenarios.", Arity = ArgumentArity.ZeroOrMore };
        var users = Commands.CreateOption("--users", "Numbers of users with planted interests, 20 events each, separated by commas.", "5000,10000,20000,50000");
        var encoder = Commands.CreateOption("--encoder", "The encoder.", "communities");
        var threads = Commands.CreateOption("--threads", "Maximum number of threads.", Environment.ProcessorCount);
        var command = new Command("projection", "Measure the maps: neighbourhoods kept, displacement, time and memory.") { files, users, encoder, threads };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new PipelineOptions { Clusters = null, Encoder = parsed.GetValue(encoder)!, Threads = parsed.GetValue(threads), Device = "cpu" };
            Console.WriteLine(
                $"{"events",-28} {"users",7} {"shown",7} {"trust",6} {"continuity",10} {"moved",6} {"new trust",9} {"seconds",8} {"of all",7} {"MB",6}");
            bool good = true;
            foreach (string path in parsed.GetValue(files)!)
                good &= Measure(Path.GetFileName(path), (await EventFile.ReadAsync(path, cancellation)).Log, options, cancellation);
            foreach (var (name, domain) in AllScenarios.ByName)
                good &= Measure(name, LogOf(ScenarioGenerator.Generate(domain, new ScenarioOptions())), options, cancellation);
            foreach (int count in parsed.GetValue(users)!.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse))
            {
                var planted = new PlantedInterestsOptions { Users = count, Events = 20 * count };
                good &= Measure($"{planted.Interests} planted interests", PlantedInterests.Generate(planted).Log, options with { Clusters = planted.Interests }, cancellation);
            }

            return good ? 0 : 1;
        });
        return command;
    }

    /// <returns>Whether the goals are met.</returns>
    private static bool Measure(string name, EventLog log, PipelineOptions options, CancellationToken cancellation)
    {
        long[] times = [.. log.Times];
        Array.Sort(times);
        long end = times[(int)(Former * (times.Length - 1))];
        var former = Run(Until(log, end), ReferenceData.Empty, options, cancellation);
        var first = Run(Until(log, times[^1]), ReferenceData.Empty, options, cancellation);
        var next = Run(log, Continue(former.Result, first.Result.UserIds), options, cancellation);
        var (map, continued) = (first.Result.Map.Summary, next.Result.Map.Summary);
        Console.WriteLine(
            $"{name,-28} {map.Users,7} {map.Sampled,7} {map.Trustworthiness,6:F3} {map.Continuity,10:F3} {continued.MeanDisplacement,6:F3} "
            + $"{continued.Trustworthiness,9:F3} {first.Seconds,8:F1} {first.Share,7:F2} {first.Megabytes,6:F0}");
        return Math.Min(map.Trustworthiness ?? 1, map.Continuity ?? 1) >= LeastKept && first.Seconds <= MostSeconds;
    }

    private static Measured Run(EventLog log, ReferenceData reference, PipelineOptions options, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        double begin = 0;
        long before = 0;
        var result = InterestPipeline.Run(log, reference, options, progress =>
        {
            if (progress is not { Stage: PipelineStage.Project, Fraction: 0 }) return;
            GC.Collect();
            ProcessMemory.Current.ResetPeak();
            (begin, before) = (watch.Elapsed.TotalSeconds, ProcessMemory.Current.Resident);
        }, cancellation);
        double seconds = watch.Elapsed.TotalSeconds - begin;
        return new Measured(result, seconds, seconds / watch.Elapsed.TotalSeconds, (ProcessMemory.Current.Peak - before) / 1e6);
    }

    /// <summary>Returns what the service hands on from a published clustering to the next one.</summary>
    private static ReferenceData Continue(PipelineResult former, string[] userIds)
    {
        var rows = former.UserIds.Index().ToDictionary(user => user.Item, user => user.Index);
        var shown = former.Map.Rows.Index().ToDictionary(row => row.Item, row => row.Index);
        var (vectors, places) = (new Matrix(userIds.Length, former.Vectors.Columns), new Matrix(userIds.Length, 2));
        int[] clusters = new int[userIds.Length], mapped = new int[userIds.Length];
        for (int user = 0; user < userIds.Length; user++)
        {
            (clusters[user], mapped[user]) = (-1, -1);
            places.Row(user).Fill(float.NaN);
            if (!rows.TryGetValue(userIds[user], out int row)) continue;
            former.Vectors.Row(row).CopyTo(vectors.Row(user));
            clusters[user] = former.Partition.Nearest[row];
            if (!shown.TryGetValue(row, out int place)) continue;
            former.Map.Points.Row(place).CopyTo(places.Row(user));
            mapped[user] = clusters[user];
        }

        return ReferenceData.Empty with { Previous = new PreviousUsers(vectors, clusters), PreviousMap = new PreviousMap(places, mapped) };
    }

    private static EventLog Until(EventLog log, long end)
    {
        var builder = new EventLogBuilder();
        for (int user = 0; user < log.UserIds.Length; user++)
            for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
            {
                if (log.Times[e] > end) continue;
                float value = log.ValueOf(e);
                builder.Add(
                    log.UserIds[user], log.Items[e] == EventLog.NoItem ? null : log.ItemIds[log.Items[e]], log.TypeNames[log.Types[e]], log.Times[e],
                    value: float.IsNaN(value) ? null : value);
            }

        return builder.Build();
    }

    private static EventLog LogOf(Scenario scenario)
    {
        var builder = new EventLogBuilder();
        foreach (var e in scenario.Events)
        {
            bool rating = EventMeanings.DefaultRatingTypes.Contains(e.EventType);
            builder.Add(e.UserId, e.ItemId, e.EventType, e.Timestamp.ToUnixTimeMilliseconds(), e.Query, value: rating ? e.Value : null);
        }

        return builder.Build();
    }

    /// <param name="Result">Result of the run.</param>
    /// <param name="Seconds">Of the map.</param>
    /// <param name="Share">Of the map in the seconds of the whole run.</param>
    /// <param name="Megabytes">Growth of the memory while the map was made.</param>
    private sealed record Measured(PipelineResult Result, double Seconds, double Share, double Megabytes);
}
