using System.CommandLine;
using System.Runtime.InteropServices;
using InterestService.Benchmarks.Harness;
using InterestService.Benchmarks.Planted;
using InterestService.Harness;

namespace InterestService.Benchmarks.Serving;

/// <summary>Measures the time from upload to published clustering against a program with pandas, PyTorch and scikit-learn.</summary>
internal static class WholeCommand
{
    public static Command Create()
    {
        var encoder = Commands.CreateOption("--encoder", "The encoder; none for a request that names nothing.", "");
        var events = Commands.CreateOption("--events", "Number of events.", 1_000_000);
        var pairs = Commands.CreateOption("--pairs", "Number of runs of each side.", 5);
        var command = new Command("whole", "Measure upload to published clustering against pandas, PyTorch and scikit-learn.") { encoder, events, pairs };
        command.SetAction((parsed, _) => DuelAsync(parsed.GetValue(encoder)!, parsed.GetValue(events), parsed.GetValue(pairs)));
        return command;
    }

    private static async Task<int> DuelAsync(string encoder, int events, int pairs)
    {
        var planted = WholeRun.Generate(events);
        string csv = PlantedFiles.WriteCsv(planted.Log), groups = Path.GetTempFileName();
        await File.WriteAllBytesAsync(groups, MemoryMarshal.AsBytes(planted.MainInterests.AsSpan()).ToArray());
        using var peer = Peer.Start("whole.py", csv, groups, WholeRun.Clusters);
        string work = $"{planted.Log.EventCount:N0} events, upload to published clusters ({(encoder.Length > 0 ? encoder : "the default")}), and ARI";
        var duel = new Duel(work, "ours", "pandas, PyTorch, scikit-learn", .2) { Pairs = pairs };
        int status = duel.Run(() => WholeRun.RunAsync(planted, csv, encoder.Length > 0 ? WholeRun.Request(encoder) : new { }).Result.Measurement, peer.Run);
        File.Delete(csv);
        File.Delete(groups);
        return status;
    }
}
