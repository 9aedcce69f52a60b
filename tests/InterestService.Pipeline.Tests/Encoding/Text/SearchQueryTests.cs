using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Encoding.Text;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.Text;

/// <summary>Search queries in the text encoder.</summary>
public sealed class SearchQueryTests
{
    private static readonly (string User, string? Item, string? Query)[] _events =
    [
        ("gardener", "garden hose", null), ("drinker", "red wine glasses", null), ("parent", "baby blanket", null),
        ("looker", "garden hose", "champagne and wine"), ("looker", null, "wine glasses for a party"), ("other", "lawn mower", null),
    ];

    [Fact]
    public void Searches_move_a_user_towards_users_of_matching_items()
    {
        var set = Set(_events);
        var without = set with { Searches = null };
        using var model = EncoderRun.Fit(TextEncoder.Descriptor, set, dimensions: 8, Catalogue(set));
        var (with, withoutSearches) = (model.Encode(set, TestContext.Current.CancellationToken), model.Encode(without, TestContext.Current.CancellationToken));
        int drinker = User(set, "drinker"), looker = User(set, "looker");
        Assert.True(EncoderRun.Cosine(with, looker, drinker) > EncoderRun.Cosine(withoutSearches, looker, drinker) + .2);
        Assert.Equal("red wine glasses", set.Events.ItemIds[EncoderRun.Best(model.Score(set, [looker]), 0, except: set.Events.ItemIds.IndexOf("garden hose"))]);
        Assert.Equal(set.ItemCount, model.Score(set, [looker]).Columns);
    }

    [Fact]
    public void An_unseen_query_is_encoded_by_its_text()
    {
        var trained = Set([.. _events.Where(e => e.Query is null)]);
        using var model = EncoderRun.Fit(TextEncoder.Descriptor, trained, dimensions: 8, Catalogue(trained));
        using var saved = new MemoryStream();
        model.Save(saved);
        saved.Position = 0;
        using var read = TextEncoder.Load(saved, new EncoderShape(trained.ItemCount, [], "cpu", Threads: 1), new TextOptions { Dimensions = 8 });
        var log = Log(("new", "lawn mower", null), ("new", null, "champagne flutes"));
        log = log with { ItemIds = trained.Events.ItemIds, Items = [trained.Events.ItemIds.IndexOf("lawn mower"), EventLog.NoItem] };
        var (clean, _) = EventCleaner.Clean(log, new CleaningOptions { MinimumItemUsers = 1 }, new EventUse(Searches: SearchUse.Alone));
        var unseen = TestEvents.Weight(clean with { ItemIds = trained.Events.ItemIds, Items = [trained.Events.ItemIds.IndexOf("lawn mower")] });
        Assert.Equal("red wine glasses", trained.Events.ItemIds[EncoderRun.Best(read.Score(unseen, [0]), 0, except: unseen.Columns[0])]);
    }

    [Fact]
    public void A_saved_model_holds_no_text_that_a_user_searched_for_and_places_the_same_searches_as_before()
    {
        var set = Set(_events);
        using var model = EncoderRun.Fit(TextEncoder.Descriptor, set, dimensions: 8, Catalogue(set));
        using var saved = new MemoryStream();
        model.Save(saved);
        byte[] content = saved.ToArray();
        foreach (string query in _events.Select(e => e.Query).OfType<string>())
        {
            foreach (string word in query.Split(' ').Where(word => word.Length > 3).Append(query))
                Assert.Equal(-1, content.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(word)));
        }

        // Earlier versions stored the texts.
        string[] texts = set.Searches!.Texts;
        byte[] json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(texts);
        byte[] earlier = [.. BitConverter.GetBytes(json.Length), .. json, .. content[(sizeof(int) + "[]"u8.Length)..]];
        foreach (byte[] stored in new[] { content, earlier }) AssertEncodesAlike(stored);

        void AssertEncodesAlike(byte[] stored)
        {
            using var stream = new MemoryStream(stored);
            using var read = TextEncoder.Load(stream, new EncoderShape(set.ItemCount, [], "cpu", Threads: 1), new TextOptions { Dimensions = 8 });
            Assert.Equal(model.Encode(set, TestContext.Current.CancellationToken).Values, read.Encode(set, TestContext.Current.CancellationToken).Values);
        }
    }

    private static int User(InteractionSet set, string user) => set.Events.UserIds.IndexOf(user);

    private static ItemDescription[] Catalogue(InteractionSet set) => [.. set.Events.ItemIds.Select(title => new ItemDescription(title, []))];

    private static InteractionSet Set((string User, string? Item, string? Query)[] events) =>
        TestEvents.Weight(EventCleaner.Clean(Log(events), new CleaningOptions { MinimumItemUsers = 1 }, new EventUse(Searches: SearchUse.Alone)).Log);

    private static EventLog Log(params (string User, string? Item, string? Query)[] events)
    {
        var builder = new EventLogBuilder();
        foreach (var (user, item, query) in events) builder.Add(user, item, query is null ? "view" : "search", 0, query);
        return builder.Build();
    }
}
