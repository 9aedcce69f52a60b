using System.Text.Json.Nodes;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Options;
using InterestService.Pipeline.Tests.Events;
using TorchSharp;

namespace InterestService.Pipeline.Tests.Encoding;

/// <summary>Tests of the contract that every registered encoder fulfils. Each encoder has a class that inherits this one.</summary>
public abstract class EncoderContract(string name)
{
    /// <summary>Values for fast tests; an encoder ignores options that it does not have.</summary>
    private static readonly OptionValues _options = new()
    {
        ["dimensions"] = 8,
        ["epochs"] = 2,
        ["batchSize"] = 8,
        ["sequenceLength"] = 6,
        ["itemHalfLife"] = 2.0,
    };

    private static readonly InteractionSet _set = TestEvents.Weight(TestEvents.Blocks(2, 20, 10, 6, seed: 1));

    /// <summary>Other users of the same items.</summary>
    private static readonly InteractionSet _unseen = TestEvents.Weight(TestEvents.Blocks(2, 12, 10, 4, seed: 2) with { ItemIds = _set.Events.ItemIds });

    private static readonly ItemDescription[] _titles = [.. _set.Events.ItemIds.Select(item => new ItemDescription($"thing {item}", []))];

    /// <summary>Name under which the encoder is registered.</summary>
    public string Name => name;

    /// <summary>Number of vectors of <c>dimensions</c> components each that a user's vector consists of. Default 1.</summary>
    protected virtual int Members => 1;

    private EncoderDescriptor Encoder => Encoders.Named(name);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        using IUserEncoder first = Fit(_set), second = Fit(_set);
        Assert.Equal(Saved(first), Saved(second));
        Assert.Equal(first.Encode(_set, Cancellation).Values, second.Encode(_set, Cancellation).Values);
        Assert.Equal(first.Score(_set, [0, 1]).Values, second.Score(_set, [0, 1]).Values);
    }

    [Fact]
    public void A_loaded_encoder_gives_the_same_vectors_and_scores()
    {
        using var trained = Fit(_set);
        byte[] saved = Saved(trained);
        using var read = Load(saved);
        Assert.Equal(trained.Encode(_set, Cancellation).Values, read.Encode(_set, Cancellation).Values);
        Assert.Equal(trained.Score(_set, [3, 30]).Values, read.Score(_set, [3, 30]).Values);
        Assert.Equal(saved, Saved(read));
    }

    [Fact]
    public void Truncated_content_is_rejected()
    {
        using var trained = Fit(_set);
        byte[] saved = Saved(trained);
        foreach (int length in new[] { 0, 3, saved.Length / 2, saved.Length - 1 })
            Assert.Throws<InvalidDataException>(() => Load(saved[..length]));
    }

    [Fact]
    public void Vectors_have_unit_length_and_scores_have_one_column_per_item()
    {
        using var model = Fit(_set);
        EncoderRun.AssertUnitLength(model.Encode(_set, Cancellation), _set.UserCount, 8 * Members);
        var scores = model.Score(_set, [5, 2, 9]);
        Assert.Equal((3, _set.ItemCount), (scores.Rows, scores.Columns));
        Assert.Equal(model.Score(_set, [2]).Values, scores.Row(1).ToArray(), (a, b) => Math.Abs(a - b) < 1e-4f);
    }

    [Fact]
    public void Users_absent_from_training_are_encoded_by_their_items()
    {
        using var model = Fit(_set);
        EncoderRun.AssertUnitLength(model.Encode(_unseen, Cancellation), _unseen.UserCount, 8 * Members);

        // Users of the training with other ids get the same vectors.
        var renamed = _set with { Events = _set.Events with { UserIds = [.. _set.Events.UserIds.Select(user => $"new {user}")] } };
        Assert.Equal(model.Encode(_set, Cancellation).Values, model.Encode(renamed, Cancellation).Values);
    }

    [Fact]
    public void A_user_without_items_gets_finite_values_and_does_not_affect_others()
    {
        using var model = Fit(_set);
        int last = _set.Events.UserOffsets[^1];
        var with = _set with
        {
            Events = _set.Events with { UserIds = [.. _set.Events.UserIds, "nothing"], UserOffsets = [.. _set.Events.UserOffsets, last] },
            RowOffsets = [.. _set.RowOffsets, _set.RowOffsets[^1]],
        };
        int empty = with.UserCount - 1;
        var vectors = model.Encode(with, Cancellation);
        Assert.All(vectors.Row(empty).ToArray(), value => Assert.True(float.IsFinite(value)));
        Assert.True(EncoderRun.Cosine(vectors, empty, empty) is < 1e-5 or (> 1 - 1e-5 and < 1 + 1e-5));
        float[] alone = model.Encode(_set, Cancellation).Values;
        Assert.Equal(alone, vectors.Values[..alone.Length], (a, b) => Math.Abs(a - b) < 1e-5f);
        Assert.All(model.Score(with, [0, empty]).Values, score => Assert.True(float.IsFinite(score)));
    }

    [Fact]
    public void Training_stops_within_a_second_of_its_cancellation()
    {
        // The training takes minutes and is cancelled while it runs.
        var set = TestEvents.Weight(TestEvents.Blocks(10, 400, 60, 25, seed: 3));
        ItemDescription[] titles = [.. set.Events.ItemIds.Select(item => new ItemDescription($"thing {item}", []))];
        var options = _options.With("epochs", 10_000).With("dimensions", 64);
        double limit = Encoder.NeedsTexts ? 3 : 1; // a batch of texts is one call of the language model
        CancellationDelay.AssertAtMost(limit, cancelAfterMilliseconds: 200, stop => Encoder.Fit(EncoderRun.Input(set, titles, cancellation: stop), options).Dispose());
    }

    [Fact]
    public void What_is_disposed_leaves_no_native_tensor() => AssertNoTensorIsLeft(() =>
    {
        using var trained = Fit(_set);
        trained.Encode(_set, Cancellation);
        trained.Score(_set, [0, 1]);
        using var read = Load(Saved(trained));
        read.Encode(_unseen, Cancellation);
        Assert.Throws<InvalidDataException>(() => Load(Saved(trained)[..^1]));
    });

    [Fact]
    public void A_cancelled_training_or_encoding_leaves_no_native_tensor() => AssertNoTensorIsLeft(() =>
    {
        var cancelled = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => Fit(_ => { }, cancelled));
        using var trained = Fit(_set);
        Assert.ThrowsAny<OperationCanceledException>(() => trained.Encode(_set, cancelled));
        if (!Encoder.IsNetwork) return;
        foreach (int last in new[] { 1, 2 }) // in the middle of the training, and after it, where the sequence encoders encode
        {
            using var stop = new CancellationTokenSource();
            try
            {
                Fit(epoch => CancelAt(stop, epoch.Epoch == last), stop.Token).Dispose();
                Assert.Equal(2, last);
            }
            catch (OperationCanceledException)
            {
            }
        }
    });

    [Fact]
    public void A_training_that_fails_in_the_middle_leaves_no_native_tensor() => AssertNoTensorIsLeft(() =>
    {
        if (!Encoder.IsNetwork) return;
        Assert.Throws<PipelineException>(() => Fit(
            _ => throw new PipelineException(FailureCode.TrainingDiverged, "as by a loss that is not a number"), Cancellation));
        int calls = 0;
        var input = Input(_ => { }, Cancellation) with { Validate = _ => ++calls == 2 ? throw new InvalidOperationException("by a scorer") : .5 };
        Assert.Throws<InvalidOperationException>(() => Encoder.Fit(input, _options));
    });

    [Fact]
    public void Encoding_stops_when_cancelled()
    {
        using var model = Fit(_set);
        Assert.ThrowsAny<OperationCanceledException>(() => model.Encode(_set, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Concurrent_calls_give_the_same_results()
    {
        using var model = Fit(_set);
        int[][] users = [.. Enumerable.Range(0, _set.UserCount).Chunk(5)];
        float[] vectors = model.Encode(_set, Cancellation).Values;
        float[][] scores = [.. users.Select(some => model.Score(_set, some).Values)];
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancellation }, i =>
        {
            Assert.Equal(vectors, model.Encode(_set, Cancellation).Values);
            Assert.Equal(scores[i % users.Length], model.Score(_set, users[i % users.Length]).Values);
        });
    }

    [Fact]
    public void Dependence_on_the_order_of_events_matches_the_descriptor()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 20, 10, 6, seed: 1, noise: .3)); // most users have items of both blocks
        using var model = Encoder.Fit(EncoderRun.Input(set, [.. set.Events.ItemIds.Select(item => new ItemDescription($"thing {item}", []))]), _options);
        int[] items = [.. set.Events.Items];
        for (int user = 0; user < set.UserCount; user++) Array.Reverse(items, set.Events.UserOffsets[user], 6);
        var reversed = set with { Events = set.Events with { Items = [.. items] } };
        float[] vectors = model.Encode(set, Cancellation).Values, others = model.Encode(reversed, Cancellation).Values;
        Assert.Equal(Encoder.UsesOrder, vectors.Zip(others).Any(pair => Math.Abs(pair.First - pair.Second) > 1e-3));
    }

    [Fact]
    public void The_need_for_texts_matches_the_descriptor()
    {
        void FitWithoutTexts() => Encoder.Fit(EncoderRun.Input(_set), _options).Dispose();
        if (Encoder.NeedsTexts) Assert.Equal(FailureCode.NoTexts, Assert.Throws<PipelineException>(FitWithoutTexts).Code);
        else FitWithoutTexts();
    }

    [Fact]
    public void Unknown_options_are_ignored()
    {
        var more = _options.With("starts", 3).With("anything", "at all");
        using IUserEncoder first = Fit(_set), second = Encoder.Fit(EncoderRun.Input(_set, _titles), more);
        Assert.Equal(Saved(first), Saved(second));
    }

    private IUserEncoder Fit(InteractionSet set) => Encoder.Fit(EncoderRun.Input(set, _titles), _options);

    private IUserEncoder Fit(Action<EpochReport> report, CancellationToken cancellation) => Encoder.Fit(Input(report, cancellation), _options);

    private static EncoderInput Input(Action<EpochReport> report, CancellationToken cancellation) =>
        EncoderRun.Input(_set, _titles, report: report, cancellation: cancellation);

    private static void CancelAt(CancellationTokenSource source, bool now)
    {
        if (now) source.Cancel();
    }

    /// <summary>
    /// Asserts that all tensors of this thread are disposed when the work returns, without a finalizer, and that none lived outside of a
    /// scope, where a collection could free it during a call.
    /// </summary>
    private static void AssertNoTensorIsLeft(Action work)
    {
        var tensors = DisposeScopeManager.Statistics.TensorStatistics;
        var (alive, outside) = (tensors.ThreadTotalLiveCount, tensors.CreatedOutsideScopeCount);
        work();
        Assert.Equal((alive, outside), (tensors.ThreadTotalLiveCount, tensors.CreatedOutsideScopeCount));
    }

    private IUserEncoder Load(byte[] saved)
    {
        using var stream = new MemoryStream(saved);
        var options = new JsonObject { ["Dimensions"] = 8, ["SequenceLength"] = 6, ["ItemHalfLife"] = 2.0 };
        return Encoder.Load(stream, new EncoderShape(_set.ItemCount, _set.Events.TypeNames, "cpu", Threads: 2), options);
    }

    private static byte[] Saved(IUserEncoder encoder)
    {
        using var stream = new MemoryStream();
        encoder.Save(stream);
        return stream.ToArray();
    }
}
