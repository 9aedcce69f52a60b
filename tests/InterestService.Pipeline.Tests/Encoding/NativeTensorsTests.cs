using System.Diagnostics;
using System.Globalization;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding;

/// <summary>
/// Objects of libtorch while another thread collects garbage all the time. What libtorch reads and nothing holds is freed under its hands:
/// the process crashes or computes something else. Each test runs for a few seconds, or for <c>STRESS_SECONDS</c>; nothing runs beside it.
/// </summary>
[Collection(nameof(NativeTensorsTests))]
public sealed class NativeTensorsTests
{
    private static readonly InteractionSet _set = TestEvents.Weight(TestEvents.Blocks(2, 20, 10, 6, seed: 1));

    private static readonly ItemDescription[] _titles = [.. _set.Events.ItemIds.Select(item => new ItemDescription($"thing {item}", []))];

    private static readonly TimeSpan _duration = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("STRESS_SECONDS") ?? "2", CultureInfo.InvariantCulture));

    public static TheoryData<string> Networks => [.. Encoders.All.Where(encoder => encoder.IsNetwork).Select(encoder => encoder.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Training_under_constant_collection_gives_the_same_bytes(string name) => AssertSame(() => Train(name, textFeatures: false));

    [Fact]
    public void Texts_of_items_under_constant_collection_give_the_same_bytes() => AssertSame(() => Train("autoencoder", textFeatures: true));

    [Fact]
    public void Smoothing_under_constant_collection_gives_the_same_bytes()
    {
        var random = new Random(1);
        Matrix now = UnitRows(random), before = UnitRows(random);
        AssertSame(() => VectorSmoothing.Smooth(now, new PreviousUsers(before, new int[now.Rows]), .5, threads: 1).Values.SelectMany(BitConverter.GetBytes).ToArray());
    }

    private static byte[] Train(string name, bool textFeatures)
    {
        using var model = Encoders.Named(name).Fit(EncoderRun.Input(_set, _titles), new()
        {
            ["dimensions"] = 8,
            ["sequenceLength"] = 6,
            ["batchSize"] = 4,
            ["epochs"] = 5,
            ["textFeatures"] = textFeatures,
        });
        using var saved = new MemoryStream();
        model.Save(saved);
        return [.. saved.ToArray(), .. model.Encode(_set, TestContext.Current.CancellationToken).Values.SelectMany(BitConverter.GetBytes)];
    }

    private static void AssertSame(Func<byte[]> compute)
    {
        byte[] calm = compute();
        using var over = new CancellationTokenSource();
        var collector = new Thread(Collect);
        collector.Start();
        try
        {
            var watch = Stopwatch.StartNew();
            do Assert.Equal(calm, compute());
            while (watch.Elapsed < _duration);
        }
        finally
        {
            over.Cancel();
            collector.Join();
        }

        void Collect()
        {
            while (!over.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
    }

    private static Matrix UnitRows(Random random)
    {
        float[] values = [.. Enumerable.Range(0, 200).SelectMany(_ =>
        {
            double[] row = [.. Enumerable.Range(0, 4).Select(_ => random.NextDouble() - .5)];
            return row.Select(value => (float)(value / Math.Sqrt(row.Sum(other => other * other))));
        })];
        return new Matrix(200, 4, values);
    }
}

[CollectionDefinition(nameof(NativeTensorsTests), DisableParallelization = true)]
public sealed class NativeTensorsCollectionDefinition;
