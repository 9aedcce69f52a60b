using InterestService.Pipeline.Events;
using InterestService.Pipeline.LanguageModels;

namespace InterestService.Pipeline.Tests.LanguageModels;

public sealed class OnnxTextModelTests
{
    private const int Unk = 1, Cls = 2, Sep = 3, Tea = 4, Pot = 5, Green = 6, Ball = 7, Query = 8, Colon = 9, Cyrillic = 12, Width = 13;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, new[] { Cls, Green, Tea, Sep })]
    [InlineData("mean", new[] { Cls, Green, Tea, Sep })]
    [InlineData("cls", new[] { Cls })]
    [InlineData("last", new[] { Sep })]
    public void The_pooling_chooses_the_tokens_that_count(string? pooling, int[] tokens)
    {
        using var folder = TinyFolder.WordPiece();
        AssertTokens(tokens, Encode(folder, new() { Pooling = pooling }, "green tea"));
    }

    [Theory]
    [InlineData("pooling_mode_mean_tokens", new[] { Cls, Ball, Sep })]
    [InlineData("pooling_mode_cls_token", new[] { Cls })]
    [InlineData("pooling_mode_lasttoken", new[] { Sep })]
    public void The_folder_says_how_tokens_are_pooled(string setting, int[] tokens)
    {
        using var folder = TinyFolder.WordPiece().With("1_Pooling/config.json", new Dictionary<string, object>
        {
            ["word_embedding_dimension"] = Width,
            ["pooling_mode_max_tokens"] = false,
            [setting] = true,
        });
        AssertTokens(tokens, Encode(folder, new(), "ball"));
        AssertTokens([Cls], Encode(folder, new() { Pooling = "CLS" }, "ball"));
    }

    [Theory]
    [InlineData("last_hidden_state,sentence_embedding", null, new[] { Cls, Ball, Sep })]
    [InlineData("last_hidden_state,sentence_embedding", "cls", new[] { Cls })]
    [InlineData("sentence_embedding", "cls", new[] { Cls, Ball, Sep })] // the graph has no tokens to choose from
    [InlineData("token_embeddings", "last", new[] { Sep })]
    public void The_output_is_that_of_the_tokens_or_that_of_the_sentence(string outputs, string? pooling, int[] tokens)
    {
        using var folder = TinyFolder.WordPiece().With("model.onnx", TinyGraph.OneHot(Width).With(outputs: outputs.Split(',')).ToBytes());
        AssertTokens(tokens, Encode(folder, new() { Pooling = pooling }, "ball"));
    }

    [Fact]
    public void All_inputs_of_the_graph_are_fed()
    {
        string[] inputs = ["input_ids", "attention_mask", "token_type_ids", "position_ids", "past_key_values.0.key"];
        using var folder = new TinyFolder().With("vocab.txt", "[CLS]\n[SEP]\n[UNK]\ntea")
            .With("onnx/model.onnx", TinyGraph.OneHot(4).With(inputs: inputs).ToBytes());
        // Places 0, 1 and 2 add to the first component.
        float[] expected = [1 + 0 + 1 + 2, 1, 0, 1];
        AssertVector(expected, Encode(folder, new(), "tea"));
    }

    [Fact]
    public void The_prefix_comes_before_each_text()
    {
        using var folder = TinyFolder.WordPiece();
        AssertTokens([Cls, Query, Colon, Tea, Sep], Encode(folder, new() { Prefix = "query: " }, "tea"));
    }

    [Fact]
    public void A_long_text_is_read_in_windows_whose_vectors_count_by_length()
    {
        using var folder = TinyFolder.WordPiece();
        // Ten tokens in windows of 6, two of which are the ends: three windows of 3, 3 and 4.
        float[] vector = Encode(folder, new() { MaximumTokens = 6 }, "tea tea tea tea tea tea pot pot pot ball");
        float[] expected = new float[Width];
        foreach (var (tea, pot, ball) in ((int, int, int)[])[(3, 0, 0), (3, 0, 0), (0, 3, 1)])
        {
            double norm = Math.Sqrt(2 + (tea * tea) + (pot * pot) + (ball * ball)), weight = (2 + tea + pot + ball) / norm;
            foreach (var (token, count) in ((int, int)[])[(Cls, 1), (Sep, 1), (Tea, tea), (Pot, pot), (Ball, ball)]) expected[token] += (float)(count * weight);
        }

        AssertVector(expected, vector);
        // The prefix stands in each window.
        float[] prefixed = Encode(folder, new() { MaximumTokens = 6, Prefix = "query: " }, "tea pot ball green");
        AssertTokens([Cls, Query, Colon, Tea, Pot, Sep, Cls, Query, Colon, Ball, Green, Sep], prefixed);
    }

    [Theory]
    [InlineData("sentence_bert_config.json", """{"max_seq_length":4}""")]
    [InlineData("tokenizer_config.json", """{"model_max_length":4}""")]
    [InlineData("config.json", """{"max_position_embeddings":4,"vocab_size":13}""")]
    public void A_window_is_not_longer_than_the_folder_allows(string file, string settings)
    {
        using var folder = TinyFolder.WordPiece().With(file, settings);
        AssertVector(Encode(folder, new() { MaximumTokens = 4 }, "tea tea tea pot"), Encode(folder, new() { MaximumTokens = 100 }, "tea tea tea pot"));
    }

    [Fact]
    public void A_vector_does_not_depend_on_the_other_texts()
    {
        using var folder = TinyFolder.WordPiece();
        using var model = folder.Open(new() { MaximumTokens = 6 });
        string[] texts = [.. Enumerable.Range(1, 90).Select(n => string.Join(' ', Enumerable.Range(0, n % 13).Select(i => (n + i) % 3 == 0 ? "tea" : "green pot")))];
        var together = model.Encode(texts, (_, _) => { }, Cancellation);
        for (int text = 0; text < texts.Length; text++)
            Assert.Equal(model.Encode([texts[text]], (_, _) => { }, Cancellation).Vectors.Values, together.Vectors.Row(text).ToArray());
    }

    [Fact]
    public void Tokens_that_cannot_be_read_are_counted()
    {
        using var folder = TinyFolder.WordPiece();
        using var model = folder.Open(new() { Prefix = "query: " });
        Assert.Equal([0, .5f, 1, 0], model.Encode(["green tea", "tea zzz", "йй", ""], (_, _) => { }, Cancellation).Unknown);
        Assert.NotEqual(Unk, Cyrillic);
    }

    public static TheoryData<string, string> Unusable => new()
    {
        { "no folder", "does not exist" },
        { "no graph", "neither model.onnx nor onnx/model.onnx" },
        { "no tokenizer", "vocab.txt, sentencepiece.bpe.model, tokenizer.model and tokenizer.json" },
        { "wrong graph", "cannot be used" },
        { "wrong json", "cannot be used" },
        { "no special token", "no '[UNK]'" },
        { "more tokens than the graph", "its tokenizer's 14 tokens" },
        { "more tokens than the settings", "has 13 tokens, and config.json says 12" },
        { "unknown pooling", "'max'" },
        { "unknown pooling of the folder", "pooling_mode_max_tokens" },
        { "unknown input", "'images'" },
        { "wrong output", "has the shape" },
        { "no room", "leaves none to a text" },
        { "numbers that are not finite", "not finite" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void What_cannot_be_used_is_told_with_the_first_texts(string fault, string reason)
    {
        using var folder = TinyFolder.WordPiece();
        var source = new TextModelSource();
        switch (fault)
        {
            case "no folder": source = source with { Location = folder.Path + "-none" }; break;
            case "no graph": File.Delete(Path.Combine(folder.Path, "model.onnx")); break;
            case "no tokenizer": File.Delete(Path.Combine(folder.Path, "vocab.txt")); break;
            case "wrong graph": folder.With("model.onnx", "nothing"); break;
            case "wrong json": folder.With("tokenizer_config.json", "{"); break;
            case "no special token": folder.With("vocab.txt", "[CLS]\n[SEP]\ntea"); break;
            case "more tokens than the graph": folder.With("vocab.txt", File.ReadAllText(Path.Combine(folder.Path, "vocab.txt")) + "\nmore"); break;
            case "more tokens than the settings": folder.With("config.json", """{"vocab_size":12}"""); break;
            case "unknown pooling": source = source with { Pooling = "max" }; break;
            case "unknown pooling of the folder": folder.With("1_Pooling/config.json", """{"pooling_mode_max_tokens":true}"""); break;
            case "unknown input": folder.With("model.onnx", TinyGraph.OneHot(Width).With(inputs: ["input_ids", "images"]).ToBytes()); break;
            case "wrong output": folder.With("model.onnx", TinyGraph.OneHot(Width).With(outputs: [TinyGraph.OneToken]).ToBytes()); break;
            case "no room": source = source with { MaximumTokens = 4, Prefix = "query: " }; break;
            default: folder.With("model.onnx", new TinyGraph { Rows = [.. Enumerable.Repeat((float[])[float.NaN, 1], Width)] }.ToBytes()); break;
        }

        var exception = Assert.Throws<PipelineException>(() =>
        {
            using var model = new TextModels().Open(source.Location is null ? source with { Location = folder.Path } : source, threads: 1);
            model.Encode(["tea"], (_, _) => { }, Cancellation);
        });
        Assert.Equal(FailureCode.TextModelUnusable, exception.Code);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_at_an_address_needs_access() => Assert.Contains(
        "no access", Assert.Throws<PipelineException>(() => new TextModels().Open(new() { Location = "http://localhost/v1" }, threads: 1)).Message,
        StringComparison.Ordinal);

    private static float[] Encode(TinyFolder folder, TextModelSource source, string text)
    {
        using var model = folder.Open(source);
        return model.Encode([text], (_, _) => { }, Cancellation).Vectors.Values;
    }

    /// <summary>Asserts that a vector is the sum of the rows of tokens, in unit length.</summary>
    private static void AssertTokens(int[] tokens, float[] vector)
    {
        float[] expected = new float[Width];
        foreach (int token in tokens) expected[token]++;
        AssertVector(expected, vector);
    }

    private static void AssertVector(float[] expected, float[] vector)
    {
        double norm = Math.Sqrt(expected.Sum(value => (double)value * value));
        Assert.Equal(expected.Length, vector.Length);
        for (int i = 0; i < vector.Length; i++) Assert.Equal(expected[i] / norm, vector[i], 1e-5);
    }
}
