using System.Net;
using InterestService.Harness;

namespace InterestService.Endurance.Kills;

/// <summary>
/// Clients that upload without a pause, and repeat what was not acknowledged as the contract says, while the service and PostgreSQL are killed
/// in turn. In the end every acknowledged event is stored once, and none is stored that nobody sent.
/// </summary>
internal sealed class KilledUploads
{
    private const int BatchSize = 250;

    private readonly Findings _findings = new();
    private long _acknowledged;

    /// <param name="Findings">What was found.</param>
    /// <param name="Kills">Number of kills.</param>
    /// <param name="Acknowledged">Number of events that were acknowledged.</param>
    public sealed record Result(Findings Findings, int Kills, long Acknowledged);

    /// <summary>Runs until all kills are done.</summary>
    /// <param name="rounds">Number of rounds, in each of which the service is killed and then PostgreSQL.</param>
    /// <param name="clients">Number of clients.</param>
    /// <param name="report">Receives each kill.</param>
    public static async Task<Result> RunAsync(int rounds, int clients, Action<string> report)
    {
        var run = new KilledUploads();
        await using var service = await ServiceProcess.StartAsync();
        using var stop = new CancellationTokenSource();
        var uploading = Enumerable.Range(0, clients).Select(client => run.UploadAsync(service, client, stop.Token)).ToArray();
        var random = new Random(1);
        for (int kill = 0; kill < 2 * rounds; kill++)
        {
            await Task.Delay(random.Next(200, 1500));
            bool database = kill % 2 == 1;
            long before = Interlocked.Read(ref run._acknowledged);
            if (database)
            {
                await service.KillDatabaseAsync();
                await service.RestartDatabaseAsync();
            }
            else
            {
                await service.KillServiceAsync();
                await service.StartServiceAsync();
            }

            bool goesOn = await Calls.UntilAsync(() => Task.FromResult(Interlocked.Read(ref run._acknowledged) > before), TimeSpan.FromSeconds(30));
            run._findings.Expect(goesOn, $"No upload succeeds within 30 s of the kill of {(database ? "PostgreSQL" : "the service")}.");
            report($"kill {kill + 1} of {(database ? "PostgreSQL" : "the service")}: {Interlocked.Read(ref run._acknowledged):N0} events acknowledged");
        }

        await stop.CancelAsync();
        long[] batches = await Task.WhenAll(uploading);
        for (int client = 0; client < clients; client++)
        {
            long stored = await service.ReadAsync<long>($"SELECT count(*) FROM events WHERE user_id LIKE 'client-{client}-%'");
            run._findings.Expect(stored == batches[client] * BatchSize, $"Client {client}: {batches[client] * BatchSize} events were acknowledged, and {stored} are stored.");
        }

        return new Result(run._findings, 2 * rounds, run._acknowledged);
    }

    /// <summary>Uploads batch after batch; repeats each until it is acknowledged.</summary>
    /// <returns>Number of acknowledged batches.</returns>
    private async Task<long> UploadAsync(ServiceProcess service, int client, CancellationToken stop)
    {
        for (long batch = 0; ; batch++)
        {
            object[] events =
            [
                .. Enumerable.Range(0, BatchSize).Select(e => new
                {
                    userId = $"client-{client}-{batch}-{e % 10}", itemId = $"item-{e}", eventType = "view", timestamp = $"2026-03-01T08:{e % 60:00}:00Z", title = $"Item {e % 7}",
                }),
            ];
            while (true)
            {
                if (stop.IsCancellationRequested) return await FinishAsync(service, client, batch, events);
                if (await service.TryCallAsync(HttpMethod.Post, "/events", events) is not (HttpStatusCode.OK, { } answer))
                {
                    await Task.Delay(20, CancellationToken.None);
                    continue;
                }

                int known = (int)answer["accepted"]! + (int)answer["duplicates"]!;
                _findings.Expect(known == BatchSize, $"An upload of {BatchSize} events is answered with {answer}.");
                Interlocked.Add(ref _acknowledged, known);
                break;
            }
        }
    }

    /// <summary>Repeats the last batch, which may be stored and not acknowledged.</summary>
    private static async Task<long> FinishAsync(ServiceProcess service, int client, long batch, object[] events)
    {
        bool stored = await Calls.UntilAsync(
            async () => await service.TryCallAsync(HttpMethod.Post, "/events", events) is (HttpStatusCode.OK, _), TimeSpan.FromSeconds(30));
        return stored ? batch + 1 : throw new InvalidOperationException($"Client {client} cannot upload.");
    }
}
