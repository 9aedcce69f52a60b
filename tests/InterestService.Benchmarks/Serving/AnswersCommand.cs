using System.CommandLine;
using System.Net.Http.Json;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using InterestService.Api.Storage.Entities;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Benchmarks.Serving;

/// <summary>Measures the latency of similar users and of recommendations, and the recall of similar users against brute force.</summary>
internal static class AnswersCommand
{
    private const int Neighbours = 20;
    private const int RecallSample = 300;

    public static Command Create()
    {
        var users = Commands.CreateOption("--users", "Number of users of the published clustering.", 100_000);
        var encoder = Commands.CreateOption("--encoder", "The encoder.", "autoencoder");
        var seconds = Commands.CreateOption("--seconds", "Duration of the load for each kind of request.", 20);
        var command = new Command("answers", "Measure the latency of similar users at 100/s and of recommendations at 200/s.") { users, encoder, seconds };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(users), parsed.GetValue(encoder)!, parsed.GetValue(seconds)));
        return command;
    }

    private static async Task<int> RunAsync(int users, string encoder, int seconds)
    {
        await using var service = await ServiceProcess.StartAsync();
        await PublishedUsers.PrepareAsync(service, users, encoder);
        var random = new Random(1);
        double recall = await RecallAsync(service, users, random);
        double similar = await P99Async("similar", 100);
        double recommendations = await P99Async("recommendations", 200);
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns($"{users:N0} users, {encoder}", "measured", "goal");
        table.AddRow("similar users, p99 at 100/s", Milliseconds(similar), "under 10 ms");
        table.AddRow($"similar users, recall@{Neighbours} of brute force", recall.ToText("F3"), ".950 or more");
        table.AddRow("recommendations, p99 at 200/s", Milliseconds(recommendations), "under 20 ms");
        AnsiConsole.Write(table);
        return similar < 10 && recall >= .95 && recommendations < 20 ? 0 : 1;

        async Task<double> P99Async(string what, double rate)
        {
            await OpenLoop.RunAsync(service.Client, _ => Path(what), rate / 2, (int)rate * 3); // a warm-up
            double[] latencies = await OpenLoop.RunAsync(service.Client, _ => Path(what), rate, (int)rate * seconds);
            AnsiConsole.MarkupLineInterpolated($"[grey]{what}: median {Milliseconds(latencies[latencies.Length / 2])}, p99 {Milliseconds(latencies[(int)(latencies.Length * .99)])}, maximum {Milliseconds(latencies[^1])}[/]");
            return latencies[(int)(latencies.Length * .99)];
        }

        string Path(string what) => $"/users/user-{random.Next(users):D6}/{what}?limit={(what == "similar" ? Neighbours : 10)}";
    }

    private static async Task<double> RecallAsync(ServiceProcess service, int users, Random random)
    {
        var (ids, vectors) = await ReadVectorsAsync(service, users);
        double found = 0;
        for (int i = 0; i < RecallSample; i++)
        {
            int user = random.Next(ids.Count);
            float[] cosines = [.. Enumerable.Range(0, ids.Count).Select(other => TensorPrimitives.Dot<float>(vectors[user], vectors[other]))];
            cosines[user] = float.NegativeInfinity;
            // Users with the same vector are interchangeable: every user with at least the cosine of the last one counts.
            float last = cosines.OrderDescending().ElementAt(Neighbours - 1);
            var answer = await service.Client.GetFromJsonAsync<JsonNode>($"/users/{ids[user]}/similar?limit={Neighbours}");
            found += answer!.AsArray().Count(other => other!["similarity"]!.GetValue<float>() >= last - 1e-5f) / (double)Neighbours;
        }

        return found / RecallSample;
    }

    private static async Task<(List<string> Ids, List<float[]> Vectors)> ReadVectorsAsync(ServiceProcess service, int users)
    {
        await using var query = service.Database.CreateCommand(
            "SELECT user_id, vector FROM assignments JOIN publication USING (clustering_id) ORDER BY user_id");
        await using var reader = await query.ExecuteReaderAsync();
        var (ids, vectors) = (new List<string>(users), new List<float[]>(users));
        while (await reader.ReadAsync())
        {
            ids.Add(reader.GetString(0));
            vectors.Add(Packed.Unpack<float>(reader.GetFieldValue<byte[]>(1)).ToArray());
        }

        return (ids, vectors);
    }

    private static string Milliseconds(double value) => $"{value.ToText("F1")} ms";
}
