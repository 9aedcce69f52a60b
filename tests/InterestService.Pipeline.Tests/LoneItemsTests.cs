using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests;

/// <summary>A forum: every post is an item of its own, and many posts have no text.</summary>
public sealed class LoneItemsTests
{
    private const int Authors = 12, Silent = 60;
    private const string Nothing = ". ";

    /// <summary>Words of four topics in English and in Chinese; a post has two of its topic.</summary>
    private static readonly string[][] _english =
        [["goalkeeper", "football", "penalty", "referee"], ["oven", "recipe", "flour", "dough"], ["telescope", "planet", "galaxy", "orbit"], ["violin", "concert", "orchestra", "piano"]];

    private static readonly string[][] _chinese =
        [["足球", "守门员", "点球", "裁判"], ["烤箱", "食谱", "面粉", "面团"], ["望远镜", "行星", "银河", "轨道"], ["小提琴", "音乐会", "乐团", "钢琴"]];

    public static TheoryData<bool, string> Forums => new(
        from chinese in (bool[])[false, true] from algorithm in (string[])["kmeans", "hdbscan", "agglomerative"] select (chinese, algorithm));

    [Theory]
    [MemberData(nameof(Forums))]
    public void Authors_cluster_by_the_texts_of_their_posts_and_those_without_texts_are_noise(bool chinese, string algorithm)
    {
        var (log, reference) = Forum(chinese ? _chinese : _english);
        var result = InterestPipeline.Run(
            log, reference, new PipelineOptions { Encoder = "text", Algorithm = algorithm, Clusters = 4, Device = "cpu" }, _ => { },
            TestContext.Current.CancellationToken);

        Assert.Equal((4 * Authors) + Silent, result.UserIds.Length);
        int[] silent = [.. Enumerable.Range(0, result.UserIds.Length).Where(user => result.UserIds[user][0] == 's')];
        int[] authors = [.. Enumerable.Range(0, result.UserIds.Length).Except(silent)];
        Assert.All(silent, user => Assert.Equal(Partition.NoiseLabel, result.Partition.Labels[user]));
        Assert.All(result.Partition.Nearest, cluster => Assert.InRange(cluster, 0, result.Partition.Clusters - 1));
        Assert.InRange(result.Metrics.Noise, Silent / (double)result.UserIds.Length, 1);
        double agreement = AdjustedRandIndex.Compute(
            [.. authors.Select(user => result.Partition.Nearest[user])], [.. authors.Select(user => (int)result.UserIds[user][0])]);
        if (algorithm != "hdbscan") Assert.InRange(agreement, .9, 1);
        if (algorithm == "agglomerative") Assert.Equal(result.UserIds.Length, result.Tree!.Leaf.Length);

        // Authors without texts are assigned to the nearest cluster, but their posts do not count in its profile.
        string[] silentPosts = [.. reference.Items.Where(item => item.Value.Title == Nothing).Select(item => item.Key)];
        Assert.Empty(result.Popularity.Clusters.SelectMany(cluster => cluster).Select(item => item.ItemId).Intersect(silentPosts));
        Assert.Equal(Silent, result.Popularity.Everyone.Select(item => item.ItemId).Intersect(silentPosts).Count());
        Assert.Equal(result.UserIds.Length, result.Clusters.Sum(cluster => cluster.Users));
        Assert.All(result.Clusters, cluster => Assert.DoesNotContain(cluster.Profile.Medoids, user => user[0] == 's'));
    }

    [Fact]
    public void Encoders_that_learn_from_common_items_leave_lone_items_out()
    {
        var (log, _) = Forum(_english);
        var exception = Assert.Throws<PipelineException>(() => new InterestPipeline(
            new PipelineOptions { Encoder = "text", Clusters = 4, Device = "cpu" }, _ => { }, TestContext.Current.CancellationToken).Clean(log, ["text", "svd"]));
        Assert.Equal(FailureCode.NothingLeft, exception.Code);
    }

    private static (EventLog Log, ReferenceData Reference) Forum(string[][] topics)
    {
        var random = new Random(5);
        var events = new List<(string, string?, string, double)>();
        var items = new Dictionary<string, ItemDescription>();
        for (int topic = 0; topic < topics.Length; topic++)
            for (int author = 0; author < Authors; author++)
                for (int post = 0; post < 4; post++)
                {
                    string[] words = random.GetItems(topics[topic], 2);
                    Post($"{topic}-{author}", $"{string.Join(' ', words)} {author * 10 + post}");
                }

        for (int author = 0; author < Silent; author++) Post($"s-{author}", Nothing);
        return (TestEvents.Log([.. events]), ReferenceData.Empty with { Items = items });

        void Post(string user, string title)
        {
            string item = $"post{events.Count}";
            events.Add((user, item, "post", events.Count * 60));
            items.Add(item, new ItemDescription(title, []));
        }
    }
}
