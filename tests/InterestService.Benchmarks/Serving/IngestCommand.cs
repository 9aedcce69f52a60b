using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using InterestService.Benchmarks.Harness;
using InterestService.Benchmarks.Planted;
using InterestService.Harness;
using Npgsql;
using Spectre.Console;

namespace InterestService.Benchmarks.Serving;

/// <summary>Measures uploads against <c>psql \copy</c> of the same rows into the same table with its keys.</summary>
internal static class IngestCommand
{
    private const long MegaByte = 1 << 20;

    public static Command Create()
    {
        var events = Commands.CreateOption("--events", "Number of events.", 1_000_000);
        var pairs = Commands.CreateOption("--pairs", "Number of runs of each side.", 5);
        var command = new Command("ingest", "Measure POST /events against psql \\copy, for new and for duplicate events.") { events, pairs };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(events), parsed.GetValue(pairs)));
        return command;
    }

    private static async Task<int> RunAsync(int events, int pairs)
    {
        var log = PlantedInterests.Generate(new PlantedInterestsOptions { Events = events, Users = events / 20 }).Log;
        string ndjson = PlantedFiles.WriteNdjson(log), csv = PlantedFiles.WriteCsv(log), parquet = PlantedFiles.WriteParquet(log), rows = Path.GetTempFileName();
        await using var service = await ServiceProcess.StartAsync();

        int status = 0;
        foreach (var (name, file, type, encoding) in new[]
        {
            ("NDJSON", ndjson, "application/x-ndjson", null), ("gzipped CSV", csv, "text/csv", "gzip"), ("Parquet", parquet, "application/vnd.apache.parquet", null),
        })
        {
            await EmptyAsync(service);
            await service.UploadAsync(file, type, encoding);
            Psql(service, $"\\copy (SELECT * FROM events ORDER BY arrival) TO '{rows}'");
            long before = service.Memory.Resident;
            service.Memory.ResetPeak();
            var duel = new Duel($"upload of {log.EventCount:N0} events, {name}", "ours", "psql \\copy", 1 / .6) { Pairs = pairs, QualityTolerance = 0 };
            status |= duel.Run(() => Upload(service, file, type, encoding, empty: true), () => Copy(service, rows));
            AnsiConsole.MarkupLineInterpolated($"The memory of the service grew by {(service.Memory.Peak - before) / MegaByte} MB (goal: less than 200).");

            var again = new Duel($"the same again, {name}", "all duplicates", "the first time", 1) { Pairs = pairs };
            status |= again.Run(
                () => Upload(service, file, type, encoding, empty: false), () => Upload(service, file, type, encoding, empty: true));
        }

        foreach (string file in new[] { ndjson, csv, parquet, rows }) File.Delete(file);
        return status;
    }

    private static Measurement Upload(ServiceProcess service, string file, string type, string? encoding, bool empty)
    {
        if (empty) EmptyAsync(service).Wait();
        var watch = Stopwatch.StartNew();
        long accepted = service.UploadAsync(file, type, encoding).Result;
        return new Measurement(watch.Elapsed.TotalSeconds, accepted);
    }

    private static Measurement Copy(ServiceProcess service, string rows)
    {
        EmptyAsync(service).Wait();
        var watch = Stopwatch.StartNew();
        string answer = Psql(service, $"\\copy events FROM '{rows}'");
        return new Measurement(watch.Elapsed.TotalSeconds, long.Parse(answer.Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    /// <summary>Empties the table and writes all pending changes to disk.</summary>
    private static async Task EmptyAsync(ServiceProcess service)
    {
        await service.ExecuteAsync("TRUNCATE events");
        await service.ExecuteAsync("CHECKPOINT");
    }

    private static string Psql(ServiceProcess service, string command)
    {
        var connection = new NpgsqlConnectionStringBuilder(service.ConnectionString);
        var start = new ProcessStartInfo("psql", ["-X", "-v", "ON_ERROR_STOP=1", "-c", command]) { RedirectStandardOutput = true };
        start.Environment["PGHOST"] = connection.Host;
        start.Environment["PGPORT"] = connection.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = connection.Username;
        start.Environment["PGPASSWORD"] = connection.Password;
        start.Environment["PGDATABASE"] = connection.Database;
        using var psql = Process.Start(start)!;
        string answer = psql.StandardOutput.ReadToEnd().Trim();
        psql.WaitForExit();
        return psql.ExitCode == 0 ? answer : throw new InvalidOperationException($"psql failed on: {command}");
    }
}
