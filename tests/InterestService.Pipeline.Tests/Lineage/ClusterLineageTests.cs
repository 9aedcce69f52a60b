using CsCheck;
using InterestService.Pipeline.Lineage;

namespace InterestService.Pipeline.Tests.Lineage;

public sealed class ClusterLineageTests
{
    private static readonly Gen<ClusterOverlap[]> _overlaps =
        Gen.Select(Gen.Int[0, 6].Nullable(), Gen.Int[0, 6].Nullable(), Gen.Int[1, 50]).Array[0, 40].Select(cells => cells
            .Where(cell => cell.Item1 is not null || cell.Item2 is not null)
            .DistinctBy(cell => (cell.Item1, cell.Item2))
            .Select(cell => new ClusterOverlap(cell.Item1, cell.Item2, cell.Item3)).ToArray());

    [Fact]
    public void The_same_clusters_under_other_numbers_all_persist()
    {
        var lineage = ClusterLineage.Between([new(1, 3, 40), new(2, 1, 30), new(3, 2, 20)]);
        Assert.Equal([(2, 1), (3, 2), (1, 3)], lineage.Matched.Select(match => (match.Previous, match.Current)));
        Assert.All(lineage.Matched, match => Assert.Equal(1, match.Jaccard));
        Assert.Empty(lineage.Born.Concat(lineage.Dead));
        Assert.Empty(lineage.Split);
        Assert.Empty(lineage.Merged);
        Assert.Equal(new UserFlow(90, 0, 0, 0), lineage.Users);
    }

    [Fact]
    public void A_split_cluster_persists_as_its_larger_part()
    {
        var lineage = ClusterLineage.Between([new(1, 1, 60), new(1, 2, 40), new(2, 3, 50)]);
        Assert.Equal([(1, 1), (2, 3)], lineage.Matched.Select(match => (match.Previous, match.Current)));
        Assert.Equal([2], lineage.Born);
        Assert.Empty(lineage.Dead);
        var split = Assert.Single(lineage.Split);
        Assert.Equal(1, split.Previous);
        Assert.Equal([1, 2], split.Into);
        Assert.Empty(lineage.Merged);
        Assert.Equal(new UserFlow(110, 40, 0, 0), lineage.Users);
    }

    [Fact]
    public void Merged_clusters_persist_as_the_largest_of_them()
    {
        var lineage = ClusterLineage.Between([new(1, 1, 60), new(2, 1, 40), new(3, 2, 50)]);
        Assert.Equal([(1, 1), (3, 2)], lineage.Matched.Select(match => (match.Previous, match.Current)));
        Assert.Equal([2], lineage.Dead);
        Assert.Empty(lineage.Born);
        var merge = Assert.Single(lineage.Merged);
        Assert.Equal([1, 2], merge.From);
        Assert.Equal(1, merge.Current);
    }

    [Fact]
    public void A_cluster_whose_users_scatter_is_dead_and_the_resulting_clusters_are_born()
    {
        // A cluster persists with a Jaccard index of a third, but not with a lower one.
        var lineage = ClusterLineage.Between(
            [new(1, 1, 10), new(1, 2, 10), new(1, 3, 10), new(2, 4, 9), new(2, 5, 9), new(2, 6, 9), new(2, 7, 9)]);
        Assert.Equal((1, 1, 1.0 / 3), (lineage.Matched[0].Previous, lineage.Matched[0].Current, lineage.Matched[0].Jaccard));
        Assert.Equal([2], lineage.Dead);
        Assert.Equal([2, 3, 4, 5, 6, 7], lineage.Born);
    }

    [Fact]
    public void New_and_departed_users_do_not_affect_the_match()
    {
        var lineage = ClusterLineage.Between([new(1, 1, 10), new(1, null, 990), new(null, 1, 490), new(2, null, 7), new(null, 2, 8)]);
        Assert.Equal(new ClusterMatch(1, 1, 1000, 500, 10, 1), Assert.Single(lineage.Matched));
        Assert.Equal([2], lineage.Born);
        Assert.Equal([2], lineage.Dead);
        Assert.Equal(new UserFlow(10, 0, 498, 997), lineage.Users);
    }

    [Fact]
    public void Without_previous_clusters_all_clusters_are_born()
    {
        var lineage = ClusterLineage.Between([new(null, 1, 3), new(null, 2, 2)]);
        Assert.Equal([1, 2], lineage.Born);
        Assert.Empty(lineage.Matched);
        Assert.Equal(new UserFlow(0, 0, 5, 0), lineage.Users);
    }

    [Fact]
    public void Every_cluster_and_every_user_is_counted_once()
    {
        _overlaps.Sample(overlaps =>
        {
            var lineage = ClusterLineage.Between(overlaps);
            int[] previous = [.. overlaps.Where(o => o.Previous is not null).Select(o => o.Previous!.Value).Distinct().Order()];
            int[] current = [.. overlaps.Where(o => o.Current is not null).Select(o => o.Current!.Value).Distinct().Order()];
            Assert.Equal(previous, lineage.Matched.Select(match => match.Previous).Concat(lineage.Dead).Order());
            Assert.Equal(current, lineage.Matched.Select(match => match.Current).Concat(lineage.Born).Order());
            Assert.All(lineage.Matched, match => Assert.InRange(match.Jaccard, ClusterLineage.MinimumJaccard, 1));
            var (stayed, moved, joined, left) = lineage.Users;
            Assert.Equal(overlaps.Sum(o => o.Users), stayed + moved + joined + left);
            Assert.Equal(overlaps.Where(o => o.Previous is null).Sum(o => o.Users), joined);
            Assert.Equal(overlaps.Where(o => o.Current is null).Sum(o => o.Users), left);
        });
    }

    [Fact]
    public void In_reverse_order_splits_are_merges()
    {
        _overlaps.Sample(overlaps =>
        {
            var forward = ClusterLineage.Between(overlaps);
            var reverse = ClusterLineage.Between([.. overlaps.Select(o => new ClusterOverlap(o.Current, o.Previous, o.Users))]);
            // Several matchings may be optimal; the same number of users stay in each.
            Assert.Equal(forward.Users.Stayed, reverse.Users.Stayed);
            Assert.Equal(Splits(forward), Merges(reverse));
            Assert.Equal(Merges(forward), Splits(reverse));
        });
    }

    [Fact]
    public void Renaming_changes_only_the_numbers()
    {
        _overlaps.Sample(overlaps =>
        {
            var lineage = ClusterLineage.Between(overlaps);
            var renamed = lineage.Renamed(cluster => cluster + 100, cluster => cluster + 200);
            int[] previous = [.. renamed.Matched.Select(match => match.Previous), .. renamed.Dead, .. renamed.Merged.SelectMany(merge => merge.From)];
            int[] current = [.. renamed.Matched.Select(match => match.Current), .. renamed.Born, .. renamed.Split.SelectMany(split => split.Into)];
            Assert.All(previous, cluster => Assert.InRange(cluster, 100, 106));
            Assert.All(current, cluster => Assert.InRange(cluster, 200, 206));
            Assert.Equivalent(lineage, renamed.Renamed(cluster => cluster - 100, cluster => cluster - 200), strict: true);
        });
    }

    private static IEnumerable<(int, string)> Splits(ClusterLineage lineage) =>
        lineage.Split.Select(split => (split.Previous, string.Join(',', split.Into)));

    private static IEnumerable<(int, string)> Merges(ClusterLineage lineage) =>
        lineage.Merged.Select(merge => (merge.Current, string.Join(',', merge.From)));
}
