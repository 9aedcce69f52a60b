using CsCheck;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Clustering.Hierarchical;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Clustering;

public sealed class AgglomerativeTests() : ClusteringAlgorithmContract("agglomerative")
{
    public static TheoryData<Linkage> Linkages => [.. Enum.GetValues<Linkage>()];

    [Theory]
    [InlineData(Linkage.Ward, 238.2211232082592, "0241024102410231024102410241024102410231",
        new[] { 10.54879237, 11.08750409, 11.71199659, 22.12434347, 29.79370241, 37.92906098 })]
    [InlineData(Linkage.Average, 149.19917167290342, "2104210321032103210321032103210321032103",
        new[] { 6.00636517, 7.47979568, 7.58649406, 9.73961929, 11.1204375, 11.46250971 })]
    [InlineData(Linkage.Complete, 188.88271490135236, "2104210321032103210321032103210321032103",
        new[] { 8.29191077, 10.84416272, 11.37389263, 12.71596826, 16.05829136, 20.10584959 })]
    [InlineData(Linkage.Single, 102.62817489748414, "0004000001000030000000000000000000000020",
        new[] { 3.76913967, 3.78098646, 4.21571387, 4.39271617, 5.02566991, 6.48838985 })]
    public void Trees_and_cuts_match_scipy(Linkage linkage, double sumOfHeights, string labels, double[] lastHeights)
    {
        Matrix points = ReferencePoints.Groups(40, 3, 4, 7, 0, 2);
        AgglomerativeResult result = Fit(points, new() { Clusters = 5, Linkage = linkage });
        float[] heights = Array.ConvertAll(result.Tree.Merges, merge => merge.Height);
        Assert.Equal(sumOfHeights, heights.Sum(height => (double)height), 1e-3);
        Assert.All(heights[^6..].Zip(lastHeights), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        Assert.Equal(1, AdjustedRandIndex.Compute(ReferencePoints.Labels(labels), result.Partition.Labels));
    }

    [Fact]
    public void Four_points_on_a_line_match_the_hand_computation()
    {
        var points = new Matrix(4, 1, [0, 1, 10, 13]);
        MergeTree tree = Fit(points, new() { Clusters = 2, Linkage = Linkage.Average }).Tree;
        Assert.Equal([new(0, 1, 1, 2), new(2, 3, 3, 2), new(4, 5, 11, 4)], tree.Merges);
        Assert.Equal([0, 0, 1, 2], tree.Cut(3));
        Assert.Equal([0, 0, 0, 0], tree.Cut(1));
        // Means .5 and 11.5: sqrt(2 * 2 * 2 / 4) * 11.
        Assert.Equal(15.5563, Fit(points, new() { Clusters = 2 }).Tree.Merges[^1].Height, 1e-4);
    }

    [Fact]
    public void Every_tree_contains_every_point_once_and_its_heights_never_decrease()
    {
        Gen.Select(Gen.Int[1, 120], Gen.Int[1, 20], Gen.Int[0, 3], Gen.Int[0, 1_000_000], Gen.Enum<Linkage>())
            .Sample((rows, columns, grid, seed, linkage) =>
            {
                Matrix points = TestPoints.Uniform(rows, columns, seed, grid);
                MergeTree tree = Fit(points, new() { Clusters = 1, Linkage = linkage }).Tree;
                Assert.Equal(rows, tree.Leaves);
                Assert.Equal(
                    Enumerable.Range(0, (2 * rows) - 2), tree.Merges.SelectMany(merge => new[] { merge.A, merge.B }).Order());
                Assert.All(tree.Merges.Index(), at => Assert.True(at.Item.A < at.Item.B && at.Item.B < rows + at.Index));
                Assert.All(tree.Merges.Zip(tree.Merges.Skip(1)), pair => Assert.True(pair.First.Height <= pair.Second.Height));
                if (rows > 1)
                    Assert.Equal(rows, tree.Merges[^1].Size);
                for (int clusters = 1; clusters <= rows; clusters += 7)
                    Assert.Equal(clusters, tree.Cut(clusters).Max() + 1);
            });
    }

    [Fact]
    public void A_permutation_of_the_points_permutes_the_clusters()
    {
        Gen.Select(Gen.Int[2, 80], Gen.Int[1, 8], Gen.Int[0, 1_000_000], Gen.Enum<Linkage>()).Sample((rows, columns, seed, linkage) =>
        {
            Matrix points = TestPoints.Uniform(rows, columns, seed);
            int[] order = [.. Enumerable.Range(0, rows)];
            new Random(seed).Shuffle(order);
            var options = new AgglomerativeOptions { Clusters = (rows + 1) / 2, Linkage = linkage };
            int[] labels = Fit(points, options).Partition.Labels;
            int[] permuted = Fit(TestPoints.Rows(points, order), options).Partition.Labels;
            Assert.Equal(1, AdjustedRandIndex.Compute(Array.ConvertAll(order, row => labels[row]), permuted));
        });
    }

    [Fact]
    public void Single_linkage_joins_all_points_closer_than_the_cut()
    {
        Gen.Select(Gen.Int[3, 80], Gen.Int[1, 4], Gen.Int[0, 1_000_000]).Sample((rows, columns, seed) =>
        {
            Matrix points = TestPoints.Uniform(rows, columns, seed);
            int clusters = 1 + (rows / 3);
            MergeTree tree = Fit(points, new() { Clusters = clusters, Linkage = Linkage.Single }).Tree;
            int[] labels = tree.Cut(clusters);
            float lastUsed = tree.Merges[rows - clusters - 1].Height;
            for (int a = 0; a < rows; a++)
                for (int b = 0; b < a; b++)
                    if (labels[a] != labels[b])
                        Assert.True(Math.Sqrt(TestPoints.SquaredDistance(points.Row(a), points.Row(b))) >= lastUsed * .9999);
        });
    }

    [Fact]
    public void Duplicates_merge_first_at_height_0()
    {
        Matrix points = TestPoints.Rows(TestPoints.Uniform(5, 3, 1), [.. Enumerable.Range(0, 20).Select(row => row % 5)]);
        foreach (Linkage linkage in Enum.GetValues<Linkage>())
        {
            AgglomerativeResult result = Fit(points, new() { Clusters = 5, Linkage = linkage });
            Assert.All(result.Tree.Merges[..15], merge => Assert.Equal(0, merge.Height, 1e-6f));
            Assert.Equal(Enumerable.Range(0, 20).Select(row => row % 5), result.Partition.Labels);
        }
    }

    [Theory]
    [MemberData(nameof(Linkages))]
    public void Micro_clusters_represent_more_points_than_the_maximum(Linkage linkage)
    {
        Matrix points = TestPoints.Blobs(3_000, 6, 5, 3, .3);
        AgglomerativeResult result = Fit(
            points, new() { Clusters = 5, Linkage = linkage, MaximumPoints = 1_000, MicroClusters = 150 });
        Assert.InRange(result.Tree.Leaves, 100, 150);
        Assert.Equal(3_000, result.Tree.Merges[^1].Size);
        Assert.Equal(Enumerable.Range(0, 3_000).Select(row => row % 5), result.Partition.Labels);
        Assert.Same(result.Partition.Labels, result.Partition.Nearest);
    }

    [Theory]
    [MemberData(nameof(Linkages))]
    public void The_number_of_threads_does_not_change_the_bytes(Linkage linkage)
    {
        Matrix points = TestPoints.Uniform(700, 20, 1);
        MergeTree[] trees = [.. new[] { 1, 2, 7 }.Select(threads =>
            Fit(points, new() { Clusters = 9, Linkage = linkage, Threads = threads }).Tree)];
        Assert.Equal(trees[0].Merges, trees[1].Merges);
        Assert.Equal(trees[0].Merges, trees[2].Merges);
    }

    [Fact]
    public void Distance_from_the_origin_does_not_change_the_partition()
    {
        Matrix points = TestPoints.Blobs(300, 4, 6, 2, .2), far = new(300, 4, [.. points.Values.Select(value => value + 1_000)]);
        AgglomerativeOptions options = new() { Clusters = 6 };
        Assert.Equal(Fit(points, options).Partition.Labels, Fit(far, options).Partition.Labels);
    }

    [Fact]
    public void Invalid_arguments_are_rejected()
    {
        Matrix points = TestPoints.Uniform(10, 2, 1);
        AgglomerativeOptions[] wrong =
        [
            new() { Clusters = 0 },
            new() { Clusters = 11 },
            new() { Clusters = 2, Threads = 0 },
            new() { Clusters = 2, MaximumPoints = 1 },
            new() { Clusters = 2, MaximumPoints = 70_000 },
            new() { Clusters = 5, MaximumPoints = 6, MicroClusters = 4 },
            new() { Clusters = 5, MaximumPoints = 6, MicroClusters = 7 },
        ];
        Assert.All(wrong, options => Assert.ThrowsAny<ArgumentException>(() => Fit(points, options)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(points, new() { Clusters = 2 }).Tree.Cut(11));
        Assert.Throws<ArgumentException>(() => Fit(new Matrix(9, 2), new() { Clusters = 3, MaximumPoints = 5, MicroClusters = 4 }));
        points.Row(3)[1] = float.NaN;
        var error = Assert.Throws<ArgumentException>(() => Fit(points, new() { Clusters = 2 }));
        Assert.Contains("Row 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_increases_to_1_and_cancellation_stops()
    {
        Matrix points = TestPoints.Uniform(600, 2, 1);
        foreach (Linkage linkage in Enum.GetValues<Linkage>())
        {
            var reports = new List<double>();
            AgglomerativeOptions options = new() { Clusters = 2, Linkage = linkage };
            Agglomerative.Fit(points, options, reports.Add, TestContext.Current.CancellationToken);
            Assert.Equal(reports.Order(), reports);
            Assert.Equal(1, reports[^1]);
            using var source = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() =>
                Agglomerative.Fit(points, options, _ => source.Cancel(), source.Token));
        }
    }

    private static AgglomerativeResult Fit(Matrix points, AgglomerativeOptions options) =>
        Agglomerative.Fit(points, options, null, TestContext.Current.CancellationToken);
}
