using System.Globalization;
using System.IO.Compression;
using InterestService.Demo.Scenarios;
using InterestService.Demo.Scenarios.Generation;
using InterestService.Pipeline;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Language;
using Sylvan.Data.Csv;

namespace InterestService.Api.Tests.Profiling;

/// <summary>Events, the titles and categories of their items, and their clusters by a quick encoder.</summary>
internal sealed class ProfiledData
{
    private readonly Dictionary<string, HashSet<string>> _itemsOfUser = [];
    private readonly Dictionary<string, ItemDescription> _items;
    private readonly Dictionary<string, IReadOnlyCollection<string>> _terms = [];

    private ProfiledData(IEnumerable<Row> rows, Dictionary<string, ItemDescription> items, int clusters, int minimumItemUsers)
    {
        _items = items;
        var log = new EventLogBuilder();
        foreach (var row in rows.OrderBy(row => row.User, StringComparer.Ordinal).ThenBy(row => row.Time))
        {
            log.Add(row.User, row.Item, row.Type, row.Time);
            if (!_itemsOfUser.TryGetValue(row.User, out var own)) _itemsOfUser.Add(row.User, own = []);
            if (row.Item is not null) own.Add(row.Item);
        }

        var options = new PipelineOptions
        {
            Encoder = "svd",
            Clusters = clusters,
            Threads = 1,
            Device = "cpu",
            Cleaning = new CleaningOptions { MinimumItemUsers = minimumItemUsers },
        };
        Result = InterestPipeline.Run(log.Build(), new ReferenceData(items, new Dictionary<string, string>()), options, _ => { }, CancellationToken.None);
    }

    public PipelineResult Result { get; }

    /// <summary>Returns the terms of an item's title.</summary>
    public IReadOnlyCollection<string> TermsOf(string item)
    {
        if (!_terms.TryGetValue(item, out var terms)) _terms.Add(item, terms = Terms.Extract(_items[item].Title ?? ""));
        return terms;
    }

    /// <summary>Items of each user of a cluster.</summary>
    public IEnumerable<IReadOnlySet<string>> UsersOf(int cluster) =>
        Result.UserIds.Index().Where(user => Result.Partition.Nearest[user.Index] == cluster).Select(user => _itemsOfUser[user.Item]);

    /// <summary>Clusters a file of events.</summary>
    public static ProfiledData Read(string file, int clusters, int minimumItemUsers)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        using var csv = CsvDataReader.Create(text, new CsvDataReaderOptions { BufferSize = 1 << 20 });
        var (rows, items) = (new List<Row>(), new Dictionary<string, ItemDescription>());
        while (csv.Read())
        {
            string item = csv.GetString(1);
            var time = DateTimeOffset.Parse(csv.GetString(3), CultureInfo.InvariantCulture);
            rows.Add(new Row(csv.GetString(0), item, csv.GetString(2), time.ToUnixTimeMilliseconds()));
            if (items.ContainsKey(item)) continue;
            string[] categories = csv.GetString(4).Split('|', StringSplitOptions.RemoveEmptyEntries);
            items.Add(item, new ItemDescription(csv.GetString(5) is { Length: > 0 } title ? title : null, categories));
        }

        return new ProfiledData(rows, items, clusters, minimumItemUsers);
    }

    /// <summary>Clusters a small scenario of the demo, whose interests are known, without its categories where asked for.</summary>
    public static ProfiledData Generate(string scenario, bool categories)
    {
        var domain = AllScenarios.ByName[scenario];
        var generated = ScenarioGenerator.Generate(domain, new ScenarioOptions { Users = 900, Items = 500, Events = 27_000 });
        return new ProfiledData(
            generated.Events.Select(row => new Row(row.UserId, row.ItemId, row.EventType, row.Timestamp.ToUnixTimeMilliseconds())),
            generated.Items.ToDictionary(item => item.ItemId, item => new ItemDescription(item.Title, categories ? item.Categories : [])),
            domain.Interests.Count, minimumItemUsers: 2);
    }

    private readonly record struct Row(string User, string? Item, string Type, long Time);
}
