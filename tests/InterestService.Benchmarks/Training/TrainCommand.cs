using System.CommandLine;
using System.Runtime.InteropServices;
using InterestService.Benchmarks.Harness;
using InterestService.Benchmarks.Planted;
using InterestService.Harness;
using InterestService.Pipeline;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Options;
using Spectre.Console;

namespace InterestService.Benchmarks.Training;

/// <summary>Measures the training of the deep encoders against the same networks, batches and losses in PyTorch.</summary>
internal static class TrainCommand
{
    private static readonly string[] _encoders = ["autoencoder", "transformer", "rnn", "cnn"];

    public static Command Create()
    {
        var encoder = Commands.CreateOption("--encoder", "The encoder: autoencoder, transformer, rnn or cnn.", "autoencoder");
        encoder.AcceptOnlyFromAmong(_encoders);
        var events = Commands.CreateOption("--events", "Number of events.", 200_000);
        var items = Commands.CreateOption("--items", "Number of items, a multiple of 20.", 20_000);
        var epochs = Commands.CreateOption("--epochs", "Number of epochs.", 2);
        var pairs = Commands.CreateOption("--pairs", "Number of runs of each side.", 5);
        var device = DeviceOption.Create("The device of both sides: cpu, or cuda for the sequence encoders, in bfloat16.");
        var command = new Command("train", "Measure the training of an encoder against PyTorch: time and loss.") { encoder, events, items, epochs, pairs, device };
        command.SetAction(parsed => DeviceOption.IsThere(parsed.GetValue(device)!)
            ? Run(
                parsed.GetValue(encoder)!, parsed.GetValue(events), parsed.GetValue(items), parsed.GetValue(epochs), parsed.GetValue(pairs),
                parsed.GetValue(device)!)
            : 1);
        return command;
    }

    private static int Run(string encoder, int events, int items, int epochs, int pairs, string device)
    {
        if (device == "cuda" && encoder == "autoencoder")
        {
            AnsiConsole.MarkupLine("[red]--device cuda measures the sequence encoders: --encoder transformer, rnn or cnn.[/]");
            return 1;
        }

        var log = PlantedInterests.Generate(new PlantedInterestsOptions { Events = events, Users = events / 20, Items = items }).Log;
        var set = InteractionWeighting.Apply(log, new EventMeanings(), new WeightingOptions { HalfLifeDays = 1e6 });
        string folder = Directory.CreateTempSubdirectory("train-").FullName;
        Write<int>(folder, "offsets", log.UserOffsets);
        Write<int>(folder, "items", log.Items.Span);
        Write<long>(folder, "times", log.Times.Span);
        using var peer = Peer.Start(encoder == "autoencoder" ? "train_autoencoder.py" : "train_sequence.py", folder, log.ItemIds.Length, epochs, encoder, device);
        var duel = new Duel($"{encoder}, {epochs} epochs of {log.EventCount:N0} events, {log.ItemIds.Length:N0} items, and its loss", "ours", "PyTorch", encoder == "autoencoder" ? 1 / 1.5 : 1)
        {
            Pairs = pairs,
            QualityTolerance = .02,
            LowerIsBetter = true,
        };
        int status = duel.Run(() => WithSpeed(Duel.Time(() => Train(encoder, set, epochs, device))), () => WithSpeed(peer.Run()));
        Directory.Delete(folder, recursive: true);
        return status;

        Measurement WithSpeed(Measurement measured)
        {
            AnsiConsole.MarkupLineInterpolated($"[grey]{((double)epochs * log.EventCount / measured.Seconds).ToText("N0")} tokens/s[/]");
            return measured;
        }
    }

    /// <returns>The loss of the last epoch in nats per event.</returns>
    private static double? Train(string encoder, InteractionSet set, int epochs, string device)
    {
        double? loss = null;
        var catalogue = Enumerable.Repeat(new ItemDescription(null, []), set.ItemCount).ToArray();
        var input = new EncoderInput(set, catalogue, Seed: 1, device, Environment.ProcessorCount, CancellationToken.None)
        {
            Report = epoch => loss = epoch.Loss,
        };
        using var trained = Encoders.Named(encoder).Fit(input, OptionsOf(encoder, epochs));
        return loss;
    }

    /// <summary>Options with which an encoder takes the steps that the network in PyTorch takes; its own number follows the number of histories.</summary>
    private static OptionValues OptionsOf(string encoder, int epochs) => encoder == "autoencoder"
        ? new() { ["epochs"] = epochs, ["batchSize"] = 128 }
        : new() { ["epochs"] = epochs };

    private static void Write<T>(string folder, string name, ReadOnlySpan<T> values)
        where T : struct => File.WriteAllBytes(Path.Combine(folder, name), MemoryMarshal.AsBytes(values));
}
