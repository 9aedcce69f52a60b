using InterestService.Pipeline.Events;
using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.Profiling;

/// <summary>Something that events speak of and in which users may be interested.</summary>
/// <param name="dimension"><c>category</c>, <c>item</c>, <c>term</c> or <c>community</c>.</param>
/// <param name="name">The <see cref="CategoryNames.Key"/> of the category, the item's id, the term, or the name of the community.</param>
/// <param name="title">The item's title, where there is one.</param>
public sealed class InterestFeature(string dimension, string name, string? title)
{
    public string Dimension { get; } = dimension;

    public string Name { get; } = name;

    public string? Title { get; } = title;

    /// <summary>Share of attention among all users; null, the default, when unknown.</summary>
    public double? Share { get; set; }
}

/// <summary>What an event speaks of.</summary>
/// <param name="Features">Without duplicates.</param>
/// <param name="Spellings">Each name of a category, as it is written, with the category.</param>
public sealed record EventSubject(IReadOnlyList<InterestFeature> Features, IReadOnlyList<(InterestFeature Category, string Spelling)> Spellings);

/// <summary>The features of some events, each one object, and those that are new. Not thread-safe; what it returns may be read by other threads.</summary>
public sealed class InterestFeatures
{
    private const string Category = "category";

    private readonly Dictionary<(string Dimension, string Name), InterestFeature> _features = [];
    private List<InterestFeature> _new = [];

    /// <summary>Number of features.</summary>
    public int Count => _features.Count;

    /// <summary>Describes what an event speaks of.</summary>
    /// <param name="itemId">The item; null for a search without one.</param>
    /// <param name="item">Its catalogue entry.</param>
    /// <param name="query">What the user searched for, if anything.</param>
    /// <param name="community">The item's community in the published clustering, if it has one.</param>
    public EventSubject Describe(string? itemId, ItemDescription item, string? query, string? community)
    {
        (InterestFeature Category, string Spelling)[] spellings =
            [.. item.Categories.Select(name => (Key: CategoryNames.Key(name), name)).Where(category => category.Key.Length > 0)
                .Select(category => (Of(Category, category.Key), CategoryNames.Clean(category.name)))];
        var features = new List<InterestFeature>(spellings.Select(spelling => spelling.Category).Distinct());
        if (itemId is not null) features.Add(Of("item", itemId, item.Title));
        if (community is not null) features.Add(Of("community", community));
        features.AddRange(Terms.Extract($"{item.Title} . {query}").Select(term => Of(UserInterests.Term, term)));
        return new EventSubject(features, spellings);
    }

    /// <summary>Returns the features that no earlier call has returned.</summary>
    public IReadOnlyList<InterestFeature> TakeNew()
    {
        var taken = _new;
        _new = [];
        return taken;
    }

    private InterestFeature Of(string dimension, string name, string? title = null)
    {
        if (_features.TryGetValue((dimension, name), out var known)) return known;
        var feature = new InterestFeature(dimension, name, title);
        _features.Add((dimension, name), feature);
        _new.Add(feature);
        return feature;
    }
}
