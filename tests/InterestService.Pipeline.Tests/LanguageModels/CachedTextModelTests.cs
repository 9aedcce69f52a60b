using InterestService.Pipeline.Encoding.Text;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.LanguageModels;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Encoding;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.LanguageModels;

public sealed class CachedTextModelTests
{
    private const int EntryBytes = 150 + (sizeof(float) * 3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_text_is_computed_once_for_each_version_of_a_model()
    {
        var (cache, first, other) = (new VectorCache(1 << 20), new Counting(), new Counting());
        Assert.Equal([1f, 2, 3], Encode("first", first, cache, "a", "bb", "ccc"));
        Assert.Equal([3f, 4, 1], Encode("first", first, cache, "ccc", "dddd", "a"));
        Assert.Equal(["a", "bb", "ccc", "dddd"], first.Asked);
        Encode("other", other, cache, "a");
        Assert.Equal(["a"], other.Asked);
    }

    [Fact]
    public void A_model_is_not_opened_where_nothing_is_missing()
    {
        var cache = new VectorCache(1 << 20);
        Encode("one", new Counting(), cache, "a", "bb");
        using var model = new CachedTextModel("one", () => throw new InvalidOperationException("opened"), cache);
        var reports = new List<(int, int)>();
        var texts = model.Encode(["bb", "a"], (batch, batches) => reports.Add((batch, batches)), Cancellation);
        Assert.Equal([2f, 1], Lengths(texts));
        Assert.Equal([.5f, .5f], texts.Unknown);
        Assert.Equal([(1, 1)], reports);
    }

    [Fact]
    public void The_texts_that_were_used_the_longest_time_ago_are_dropped()
    {
        var (cache, model) = (new VectorCache(2 * EntryBytes), new Counting());
        Encode("one", model, cache, "a", "bb");
        Encode("one", model, cache, "a");
        Encode("one", model, cache, "ccc"); // in the place of bb
        model.Asked.Clear();
        Encode("one", model, cache, "a", "ccc");
        Assert.Empty(model.Asked);
        Encode("one", model, cache, "bb");
        Assert.Equal(["bb"], model.Asked);
    }

    [Fact]
    public void Without_memory_nothing_is_kept()
    {
        var (cache, model) = (new VectorCache(0), new Counting());
        Encode("one", model, cache, "a");
        Assert.Equal([1f, 2], Encode("one", model, cache, "a", "bb"));
        Assert.Equal(["a", "a", "bb"], model.Asked);
    }

    [Fact]
    public void A_graph_that_was_replaced_is_another_model()
    {
        var models = new TextModels();
        using var folder = TinyFolder.WordPiece();
        var source = new TextModelSource { Location = folder.Path };
        float[] before = Encode();
        Assert.Equal(before, Encode());
        folder.With("model.onnx", new TinyGraph { Rows = [.. Enumerable.Range(0, 13).Select(token => (float[])[token, 1])] }.ToBytes());
        Assert.Equal(2, Encode().Length);

        float[] Encode()
        {
            using var model = models.Open(source, threads: 1);
            return model.Encode(["green tea"], (_, _) => { }, Cancellation).Vectors.Values;
        }
    }

    [Fact]
    public void The_vectors_of_MiniLM_and_of_users_are_the_same_with_and_without_a_cache()
    {
        string[] words = ["red wine glasses", "garden hose", "a long story about a dog and the sea", "tea", "toddler socks", "lawn mower", "冰"];
        string[] texts = [.. from a in words from b in words select $"{a}, {b}"];
        using var plain = new TextModels(cacheMegabytes: 0).Open(null, threads: 2);
        var together = plain.Encode(texts, (_, _) => { }, Cancellation);
        for (int text = 0; text < texts.Length; text += 5)
            Assert.Equal(plain.Encode([texts[text]], (_, _) => { }, Cancellation).Vectors.Values, together.Vectors.Row(text).ToArray());

        var models = new TextModels();
        using (var some = models.Open(null, threads: 2)) some.Encode([.. texts.Where((_, text) => text % 3 == 0)], (_, _) => { }, Cancellation);
        InteractionSet set = TestEvents.Weight(TestEvents.Log([.. texts.Select((title, user) => ($"u{user}", (string?)title, "view", 0.0))]));
        ItemDescription[] catalogue = [.. set.Events.ItemIds.Select(title => new ItemDescription(title, []))];
        using TextEncoder cached = Fit(models), again = Fit(models), without = Fit(new TextModels(cacheMegabytes: 0));
        float[] vectors = without.Encode(set, Cancellation).Values;
        Assert.Equal(vectors, cached.Encode(set, Cancellation).Values);
        Assert.Equal(vectors, again.Encode(set, Cancellation).Values);

        TextEncoder Fit(TextModels opened) => TextEncoder.Fit(
            EncoderRun.Input(set, catalogue, threads: 2) with { TextModels = opened }, new TextOptions { Dimensions = 8 });
    }

    private static float[] Encode(string version, Counting model, VectorCache cache, params string[] texts)
    {
        using var cached = new CachedTextModel(version, () => model, cache);
        return Lengths(cached.Encode(texts, (_, _) => { }, Cancellation));
    }

    private static float[] Lengths(ModelTexts texts) => [.. Enumerable.Range(0, texts.Vectors.Rows).Select(row => texts.Vectors.Row(row)[0])];

    /// <summary>A model whose vectors are the lengths of the texts; it remembers what it was asked for.</summary>
    private sealed class Counting : ITextModel
    {
        public List<string> Asked { get; } = [];

        public ModelTexts Encode(IReadOnlyList<string> texts, Action<int, int> report, CancellationToken cancellation)
        {
            Asked.AddRange(texts);
            var vectors = new Matrix(texts.Count, 2);
            for (int text = 0; text < texts.Count; text++) vectors.Row(text)[0] = texts[text].Length;
            return new ModelTexts(texts, vectors, [.. texts.Select(_ => .5f)]);
        }

        public void Dispose()
        {
        }
    }
}
