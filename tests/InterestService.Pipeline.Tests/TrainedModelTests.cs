using System.Text.Json;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Encoding;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests;

public sealed class TrainedModelTests
{
    private static readonly EventLog _planted = TestEvents.Blocks(2, 15, 8, 6, seed: 1);

    public static TheoryData<string> EncoderNames => [.. Encoders.Names];

    [Theory]
    [MemberData(nameof(EncoderNames))]
    public void A_deserialized_model_encodes_and_scores_identically(string encoder)
    {
        var result = Run(encoder);
        using TrainedModel first = TrainedModel.Read(result.Model, "cpu", Environment.ProcessorCount), second = TrainedModel.Read(result.Model, "cpu", Environment.ProcessorCount);
        var set = first.Prepare(_planted);
        Assert.Equal(result.UserIds, set.Events.UserIds);
        Assert.Equal(result.Vectors.Values, first.Encode(set, TestContext.Current.CancellationToken).Values);
        Assert.Equal(result.Memberships.Probabilities, first.Join(result.Vectors, set).Probabilities);
        float[] scores = first.Encoder.Score(set, [0, 1]).Values;
        Assert.Equal(scores, second.Encoder.Score(set, [0, 1]).Values);
        Assert.True(scores.Distinct().Count() > 1);
    }

    [Theory]
    [InlineData("autoencoder")]
    [InlineData("rnn")]
    [InlineData("ensemble")]
    public void Text_features_are_restored_with_the_model(string encoder)
    {
        var result = Run(encoder, textFeatures: true);
        using var model = TrainedModel.Read(result.Model, "cpu", Environment.ProcessorCount);
        Assert.Equal(result.Vectors.Values, model.Encode(model.Prepare(_planted), TestContext.Current.CancellationToken).Values);
    }

    [Fact]
    public void Unknown_items_and_users_without_known_items_are_omitted()
    {
        using var model = TrainedModel.Read(Run("svd").Model, "cpu", Environment.ProcessorCount);
        var set = model.Prepare(TestEvents.Log(("a", "i-0-1", "view", 1), ("a", "new", "view", 2), ("b", "new", "view", 3), ("c", null, "search", 4)));
        Assert.Equal(["a"], set.Events.UserIds);
        Assert.Equal("i-0-1", model.ItemIds[Assert.Single(set.Columns)]);
    }

    [Fact]
    public void Events_are_weighted_as_in_training()
    {
        var options = new CleaningOptions { Meanings = new() { SourceWeights = new Dictionary<string, float> { ["bot"] = 0, ["app"] = 3 }, FeedbackWeight = .5f } };
        using var model = TrainedModel.Read(Run("svd", cleaning: options).Model, "cpu", Environment.ProcessorCount);
        var builder = new EventLogBuilder();
        long end = _planted.Times.Max();
        builder.Add("u", "i-0-1", "view", end, origin: new EventOrigin("bot", false));
        builder.Add("u", "i-0-2", "view", end, origin: new EventOrigin("APP", true));
        Assert.Equal(MathF.Log(1 + 1.5f), Assert.Single(model.Prepare(builder.Build()).Weights), 1e-5f);
    }

    [Fact]
    public void New_users_are_near_users_with_the_same_items()
    {
        var result = Run("svd");
        using var model = TrainedModel.Read(result.Model, "cpu", Environment.ProcessorCount);
        var set = model.Prepare(TestEvents.Log(("new", "i-1-0", "view", 1), ("new", "i-1-3", "purchase", 2)));
        float[] vector = model.Encode(set, TestContext.Current.CancellationToken).Values;
        double[] similarities = [.. Enumerable.Range(0, 2).Select(block => Enumerable.Range(0, result.UserIds.Length)
            .Where(user => result.UserIds[user].StartsWith($"{block}-", StringComparison.Ordinal))
            .Average(user => vector.Zip(result.Vectors.Row(user).ToArray(), (a, b) => a * b).Sum()))];
        Assert.True(similarities[1] > similarities[0] + .3, $"{similarities[1]} and {similarities[0]}");
    }

    [Fact]
    public void Truncated_or_invalid_content_is_rejected()
    {
        byte[] model = Run("autoencoder").Model;
        int header = BitConverter.ToInt32(model);
        foreach (byte[] content in (byte[][])
            [[], [1, 2, 3], model[..100], model[..(header + 4)], model[..^1], [.. BitConverter.GetBytes(-1), .. model[4..]], [2, 0, 0, 0, .. "{}"u8], [4, 0, 0, 0, .. "null"u8]])
            Assert.Throws<InvalidDataException>(() => TrainedModel.Read(content, "cpu", threads: 1));
    }

    /// <summary>Serialized models stay the same across versions, even if encoders gain options.</summary>
    [Fact]
    public void The_header_contains_the_same_options_for_every_encoder()
    {
        byte[] model = Run("svd").Model;
        using var header = JsonDocument.Parse(model.AsMemory(4, BitConverter.ToInt32(model)));
        Assert.Equal(
            """{"Dimensions":8,"Epochs":2,"Patience":5,"BatchSize":null,"LearningRate":null,"Dropout":null,"Candidates":4096,"SequenceLength":100,"Repeats":false,"Layers":null,"Heads":2,"MixedPrecision":null,"TextFeatures":false,"TextModel":null}""",
            header.RootElement.GetProperty("Options").GetRawText());
    }

    private static PipelineResult Run(string encoder, bool textFeatures = false, CleaningOptions? cleaning = null)
    {
        var options = new PipelineOptions { Encoder = encoder, Clusters = 2, Device = "cpu", Cleaning = cleaning ?? new(), Parameters = new() { ["dimensions"] = 8, ["epochs"] = 2, ["textFeatures"] = textFeatures } };
        var log = TestEvents.Blocks(2, 15, 8, 6, seed: 1); // the run disposes it
        var reference = ReferenceData.Empty with { Items = log.ItemIds.ToDictionary(item => item, item => new ItemDescription($"thing {item}", [])) };
        return InterestPipeline.Run(log, reference, options, _ => { }, TestContext.Current.CancellationToken);
    }
}
