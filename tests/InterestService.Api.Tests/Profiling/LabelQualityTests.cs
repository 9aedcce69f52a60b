using InterestService.Api.Tests.Support;
using InterestService.Demo.Scenarios;
using InterestService.Pipeline.Profiling;

namespace InterestService.Api.Tests.Profiling;

/// <summary>Labels and terms of public data, where it is present, and of the demo read well.</summary>
public sealed class LabelQualityTests
{
    /// <summary>Words that say nothing about an interest; not taken from the lists that the product uses.</summary>
    private static readonly HashSet<string> _empty =
    [
        .. """
            a about after again all also am an and any are aren as at be because been before being but by can cannot could couldn did didn do does doesn
            doing don don't down during each else few for from further had has have having he he's her here hers him his how i i'd i'll i'm i've if in
            into is isn it it's its just ll may me might more most must my nor not now of off on once only or other our out over own re said same shall
            she should so some such t than that that's the their them then there these they this those through to too under until up us ve very was we
            were what when where which while who whom why will with won would wouldn you you're your yours
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
    ];

    private static readonly (string Name, int Clusters, int MinimumItemUsers)[] _files =
        [("forum", 10, 1), ("online_retail", 10, 2), ("se_dump", 8, 2), ("completejourney_400", 6, 2), ("edu_mooced_dlt", 6, 2)];

    public static TheoryData<string, int, int> Files { get; } = [.. _files.Where(file => PublicData.Find(file.Name) is not null)];

    public static TheoryData<string> Scenarios { get; } = [.. AllScenarios.ByName.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Public_data_gets_readable_labels(string name, int clusters, int minimumItemUsers) =>
        AssertReadable(ProfiledData.Read(PublicData.Find(name)!, clusters, minimumItemUsers));

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Scenarios_get_readable_labels_with_and_without_categories(string name)
    {
        AssertReadable(ProfiledData.Generate(name, categories: true));
        AssertReadable(ProfiledData.Generate(name, categories: false));
    }

    private static void AssertReadable(ProfiledData data)
    {
        foreach (var (cluster, description) in data.Result.Clusters.Index())
        {
            TestContext.Current.SendDiagnosticMessage($"{description.Label}  ({string.Join(", ", description.Profile.TopTerms.Select(term => term.Name))})");
            Assert.False(string.IsNullOrWhiteSpace(description.Label));
            string[] words = [.. description.Profile.TopTerms.SelectMany(term => term.Name.Split(' ')).Distinct()];
            Assert.DoesNotContain(words, word => _empty.Contains(word) || word.Count(char.IsLetterOrDigit) < 2 && !char.IsDigit(word[0]));
            Assert.All(description.Profile.TopTerms, term => Assert.Contains(term.Name, char.IsLetter));
            AssertNoPlurals(words);
            AssertNoPlurals([.. description.Label.ToLowerInvariant().Split([" · ", " "], StringSplitOptions.None)]);
            foreach (var term in description.Profile.TopTerms) AssertSupported(data, cluster, term);
        }

        Assert.Distinct(data.Result.Clusters.Select(cluster => cluster.Label));
    }

    private static void AssertNoPlurals(string[] words)
    {
        foreach (string word in words.Where(word => word.Length > 2))
            foreach (string plural in new[] { $"{word}s", $"{word}es", $"{word[..^1]}ies" })
                Assert.False(plural != word && words.Contains(plural), $"{word}, {plural}");
    }

    /// <summary>At least two users of the cluster, and two of their items, speak of each term.</summary>
    private static void AssertSupported(ProfiledData data, int cluster, InterestShare term)
    {
        string[][] users =
        [
            .. data.UsersOf(cluster)
                .Select(items => items.Where(item => data.TermsOf(item).Contains(term.Name)).ToArray())
                .Where(items => items.Length > 0),
        ];
        Assert.True(users.Length >= 2 && users.SelectMany(items => items).Distinct().Count() >= 2, $"{term.Name}: {users.Length} users");
    }
}
