using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Encoding.Sequences;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.Sequences;

/// <summary>Properties of all three sequence encoders.</summary>
public sealed class SequenceEncoderTests
{
    private static readonly TransformerOptions _small = new()
    {
        Dimensions = 8,
        Layers = 1,
        SequenceLength = 8,
        Epochs = 15,
        BatchSize = 4,
        LearningRate = 2e-2,
        Dropout = .1,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => ["transformer", "rnn", "cnn"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_successor_of_the_last_item_ranks_first(string name)
    {
        var training = TestEvents.Weight(Chains(users: 80, items: 12, events: 8, seed: 1));
        var losses = new List<double>();
        using var model = Fit(name, training, _small, report: epoch => losses.Add(epoch.Loss!.Value));
        Assert.InRange(losses[0], losses[^1] * 2, 2 * Math.Log(12));

        double ndcg = SuccessorNdcg(model, Chains(users: 40, items: 12, events: 4, seed: 2));
        Assert.True(ndcg > .95, $"nDCG@10 {ndcg:F3}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sampled_softmax_learns_the_successor(string name)
    {
        var training = TestEvents.Weight(Chains(users: 80, items: 40, events: 8, seed: 3));
        using var model = Fit(name, training, _small with { Candidates = 24, BatchSize = 2 });
        double ndcg = SuccessorNdcg(model, Chains(users: 40, items: 40, events: 4, seed: 4));
        Assert.True(ndcg > .8, $"nDCG@10 {ndcg:F3}");
    }

    [Theory]
    [InlineData("transformer")]
    [InlineData("cnn")]
    public void An_encoder_in_mixed_precision_learns_the_successor_with_rounded_vectors(string name)
    {
        var training = TestEvents.Weight(Chains(users: 80, items: 12, events: 8, seed: 1));
        var history = Chains(users: 40, items: 12, events: 4, seed: 2);
        using var full = Fit(name, training, _small);
        using var mixed = Fit(name, training, _small with { MixedPrecision = true });
        double ndcg = SuccessorNdcg(mixed, history);
        Assert.True(ndcg > .95, $"nDCG@10 {ndcg:F3}");
        Assert.NotEqual(full.Encode(training, Cancellation).Values, mixed.Encode(training, Cancellation).Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_users_vector_does_not_depend_on_the_other_users_encoded(string name)
    {
        var set = TestEvents.Weight(Irregular(seed: 5));
        using var model = Fit(name, set, _small with { Epochs = 1 });
        var vectors = model.Encode(set, Cancellation);
        for (int user = 0; user < set.UserCount; user++)
        {
            var alone = model.Encode(Only(set, user), Cancellation);
            for (int i = 0; i < vectors.Columns; i++) Assert.Equal(vectors.Row(user)[i], alone.Row(0)[i], 1e-5f);
            Assert.Equal(1, EncoderRun.Cosine(vectors, user, user), 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Events_beyond_the_sequence_length_are_ignored(string name)
    {
        var set = TestEvents.Weight(Chains(users: 10, items: 20, events: 15, seed: 6));
        using var model = Fit(name, set, _small with { Epochs = 1, SequenceLength = 5 });
        int[] items = [.. set.Events.Items];
        for (int user = 0; user < set.UserCount; user++) items[set.Events.UserOffsets[user]] = Successor(set.Events, user);
        var changed = TestEvents.Weight(set.Events with { Items = [.. items] });
        Assert.Equal(model.Encode(set, Cancellation).Values, model.Encode(changed, Cancellation).Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Repeated_items_are_ignored_unless_repeats_are_enabled(string name)
    {
        var log = Chains(users: 10, items: 20, events: 4, seed: 12);
        // Users a, b and c view items 1, 2 and 3, of which b and c repeat one; user d has another order.
        var users = TestEvents.Weight(WithCatalogue(TestEvents.Log(
            ("a", "i-1", "view", 0), ("a", "i-2", "view", 60), ("a", "i-3", "view", 120),
            ("b", "i-1", "view", 0), ("b", "i-2", "view", 60), ("b", "i-1", "view", 90), ("b", "i-3", "view", 120),
            ("c", "i-1", "view", 0), ("c", "i-2", "view", 60), ("c", "i-3", "view", 120), ("c", "i-2", "view", 200),
            ("d", "i-3", "view", 0), ("d", "i-1", "view", 60), ("d", "i-2", "view", 120)), 20));

        using var model = Fit(name, TestEvents.Weight(log), _small with { Epochs = 1 });
        var vectors = model.Encode(users, Cancellation);
        Assert.All([1, 2], user => Assert.Equal(1, EncoderRun.Cosine(vectors, 0, user), 1e-5));
        Assert.True(EncoderRun.Cosine(vectors, 0, 3) < .999);

        using var repeating = Fit(name, TestEvents.Weight(log), _small with { Epochs = 1, Repeats = true });
        vectors = repeating.Encode(users, Cancellation);
        Assert.All([1, 2], user => Assert.True(EncoderRun.Cosine(vectors, 0, user) < .999));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_bytes(string name)
    {
        var set = TestEvents.Weight(Irregular(seed: 7));
        ItemDescription[] catalogue = [.. set.Events.ItemIds.Select(item => new ItemDescription(item, []))];
        byte[] Run(int seed, int candidates, bool texts = false)
        {
            using var model = Fit(name, set, _small with { Epochs = 1, Candidates = candidates, TextFeatures = texts }, seed, catalogue);
            var saved = new MemoryStream();
            model.Save(saved);
            return saved.ToArray();
        }

        Assert.Equal(Run(7, 4096), Run(7, 4096));
        Assert.Equal(Run(7, 16), Run(7, 16));
        Assert.NotEqual(Run(7, 4096), Run(8, 4096));
        byte[] withTexts = Run(7, 4096, texts: true);
        Assert.Equal(withTexts, Run(7, 4096, texts: true));
        Assert.True(withTexts.Length >= Run(7, 4096).Length + (40 * 8 * sizeof(float)), "the texts are not among the saved weights");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Planted_blocks_are_separated(string name)
    {
        var set = TestEvents.Weight(TestEvents.Blocks(3, 20, 10, 6, seed: 8));
        using var model = Fit(name, set, _small);
        var vectors = model.Encode(set, Cancellation);
        var clustering = KMeansClustering.Fit(vectors, new KMeansOptions { Clusters = 3 }, cancellation: Cancellation);
        Assert.InRange(AdjustedRandIndex.Compute(TestEvents.BlockOf(set.Events.UserIds), clustering.Labels), .9, 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_stops_when_cancelled(string name)
    {
        var set = TestEvents.Weight(Chains(users: 10, items: 20, events: 6, seed: 9));
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Fit(name, set, _small, report: epoch => { if (epoch.Epoch == 2) stop.Cancel(); }, cancellation: stop.Token));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Event_types_absent_from_training_can_be_encoded(string name)
    {
        using var model = Fit(name, TestEvents.Weight(Chains(users: 10, items: 20, events: 6, seed: 10)), _small with { Epochs = 1 });
        var log = Chains(users: 5, items: 20, events: 6, seed: 11);
        var renamed = TestEvents.Weight(log with { TypeNames = [.. log.TypeNames.Select(type => "new-" + type)] });
        Assert.All(model.Encode(renamed, Cancellation).Values, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_small_log_is_trained_for_200_steps()
    {
        var reports = new List<EpochReport>();
        var set = TestEvents.Weight(Chains(users: 20, items: 20, events: 7, seed: 14));
        // 140 events in steps of 4 windows of 8.
        using var model = Fit("rnn", set, _small with { Epochs = null }, report: reports.Add);
        Assert.Equal(200 / 5, reports.Count);
    }

    /// <summary>Users who start at a random item and continue from item n to item n + 7, modulo the number of items.</summary>
    private static EventLog Chains(int users, int items, int events, int seed)
    {
        var random = new Random(seed);
        var list = new List<(string, string?, string, double)>();
        for (int user = 0; user < users; user++)
        {
            int item = random.Next(items);
            for (int e = 0; e < events; e++, item = Next(item, items)) list.Add(($"u-{user:D4}", $"i-{item}", "view", 60 * e));
        }

        return WithCatalogue(TestEvents.Log([.. list]), items);
    }

    private static int Next(int item, int items) => (item + 7) % items;

    private static double SuccessorNdcg(IUserEncoder model, EventLog log)
    {
        int[] users = [.. Enumerable.Range(0, log.UserIds.Length)];
        var held = new HeldOutItems(users, [.. users.Select(user => Successor(log, user))]);
        return RankingMetrics.Evaluate(model.Score, TestEvents.Weight(log), held, TestContext.Current.CancellationToken).NdcgAt10;
    }

    /// <summary>Returns the successor of a user's last item.</summary>
    private static int Successor(EventLog log, int user) => Next(log.Items[log.UserOffsets[user + 1] - 1], log.ItemIds.Length);

    /// <summary>Renumbers the items, so that item <c>i-n</c> is number n in every log.</summary>
    private static EventLog WithCatalogue(EventLog log, int items) => log with
    {
        ItemIds = [.. Enumerable.Range(0, items).Select(item => $"i-{item}")],
        Items = [.. log.Items.Select(item => int.Parse(log.ItemIds[item].AsSpan(2), System.Globalization.CultureInfo.InvariantCulture))],
    };

    /// <summary>Users with 1 to 30 events of two types, at irregular times.</summary>
    private static EventLog Irregular(int seed)
    {
        var random = new Random(seed);
        var list = new List<(string, string?, string, double)>();
        for (int user = 0; user < 30; user++)
            for (int e = 0; e <= user; e++) list.Add(($"u-{user:D2}", $"i-{random.Next(40)}", e % 3 == 0 ? "like" : "view", e * e * 100));
        return WithCatalogue(TestEvents.Log([.. list]), 40);
    }

    private static InteractionSet Only(InteractionSet set, int user)
    {
        var (log, range) = (set.Events, set.Events.UserOffsets[user]..set.Events.UserOffsets[user + 1]);
        return TestEvents.Weight(log with
        {
            UserIds = [log.UserIds[user]],
            UserOffsets = [0, range.End.Value - range.Start.Value],
            Items = [.. log.Items[range]],
            Types = [.. log.Types[range]],
            Times = [.. log.Times[range]],
        });
    }

    /// <summary>The options of a transformer include those of every sequence encoder.</summary>
    private static SequenceEncoder Fit(
        string name, InteractionSet set, TransformerOptions options, int seed = 1, IReadOnlyList<ItemDescription>? catalogue = null,
        Action<EpochReport>? report = null, CancellationToken? cancellation = null)
    {
        var input = EncoderRun.Input(set, catalogue, seed, report, cancellation);
        return name switch
        {
            "transformer" => TransformerEncoder.Fit(input, options),
            "rnn" => RnnEncoder.Fit(input, options),
            _ => CnnEncoder.Fit(input, options),
        };
    }
}
