using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Clustering;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Aggregation;

/// <summary>What comes of users in chunks is what comes of all of them at once.</summary>
public sealed class UserChunkTests
{
    private const int Clusters = 3;

    [Fact]
    public void Chunks_are_tallied_as_the_whole_set()
    {
        using var set = Weigh();
        var (vectors, centroids) = (Vectors(set), Centroids());
        int[] labels = Labels(vectors, centroids), telling = [.. labels.Select((label, user) => Counts(user) ? label : -1)];
        var whole = ClusterTally.Count(set, vectors, labels, telling, centroids);
        var parts = new ClusterTally(Clusters, set.ItemCount, whole.Attention.Texts);
        foreach (var chunk in Chunks(set, vectors)) parts.Add(Written(chunk, Tally(chunk, set.ItemCount, texts: null, centroids)));
        Assert.Equal(whole.Sizes, parts.Sizes);
        for (int cluster = 0; cluster < Clusters; cluster++)
        {
            Assert.Equal(whole.MedoidsOf(cluster), parts.MedoidsOf(cluster));
            Assert.Equal(whole.CohesionOf(cluster), parts.CohesionOf(cluster), 1e-9);
        }

        for (int group = 0; group <= Clusters; group++)
        {
            Assert.Equal(whole.Attention.Users[group], parts.Attention.Users[group]);
            AssertSame(whole.Attention.Of(group), parts.Attention.Of(group));
        }

        Assert.NotEmpty(whole.Attention.Texts);
        Assert.Contains(whole.Attention.Of(0).ToArray(), cell => cell.Row >= set.ItemCount);
    }

    [Fact]
    public void A_tally_of_given_texts_leaves_out_others()
    {
        using var set = Weigh();
        var tally = new ClusterTally(Clusters, set.ItemCount, ["tent 1"]);
        foreach (var chunk in Chunks(set, Vectors(set))) tally.Add(Tally(chunk, set.ItemCount, texts: null, Centroids()));
        Assert.Equal(["tent 1"], tally.Attention.Texts);
        for (int group = 0; group <= Clusters; group++)
            Assert.DoesNotContain(tally.Attention.Of(group).ToArray(), cell => cell.Row > set.ItemCount);
    }

    [Fact]
    public void Many_users_of_few_items_are_counted_once_each()
    {
        var tally = new AttentionTally(2, 3, []);
        for (int user = 0; user < 200_000; user++) tally.Add(user % 2, (ulong)user, [user % 3], [1]); // more than are pending at a time
        foreach (int group in (int[])[0, 1])
        {
            var cells = tally.Of(group).ToArray();
            Assert.Equal([0, 1, 2], cells.Select(cell => cell.Row));
            Assert.Equal(100_000, cells.Sum(cell => cell.Users));
            Assert.Equal(100_000, cells.Sum(cell => cell.Attention));
        }
    }

    [Fact]
    public void Rounds_of_sums_end_where_Lloyds_iterations_end()
    {
        using var set = Weigh();
        var vectors = Vectors(set);
        var whole = KMeansClustering.Fit(vectors, new KMeansOptions { Clusters = Clusters, InitialCentroids = Centroids() }, null, TestContext.Current.CancellationToken);
        var centroids = Centroids();
        for (int round = 0; round < 100; round++)
        {
            var sums = new VectorSums(Clusters, vectors.Columns);
            foreach (var chunk in Chunks(set, vectors, everyone: true))
            {
                var own = new VectorSums(Clusters, vectors.Columns);
                own.Add(chunk, Nearest(chunk, centroids));
                sums.Add(VectorSums.Read(own.Write()));
            }

            centroids = sums.Directions(centroids);
        }

        for (int cluster = 0; cluster < Clusters; cluster++) Assert.Equal(whole.Centroids.Row(cluster).ToArray(), centroids.Row(cluster).ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void The_separation_of_chunks_is_that_of_all_points()
    {
        using var set = Weigh();
        var (vectors, centroids) = (Vectors(set), Centroids());
        int[] labels = [.. Labels(vectors, centroids).Select((label, user) => user % 7 == 0 ? -1 : label)];
        var counted = Enumerable.Range(0, labels.Length).Select(user => Counts(user) ? labels[user] : -1).ToArray();
        var sums = new VectorSums(Clusters, vectors.Columns);
        foreach (var chunk in Chunks(set, vectors, given: Given)) sums.Add(chunk, Nearest(chunk, centroids));
        var all = new SeparationSums(sums.Means(), sums.Counts);
        foreach (var chunk in Chunks(set, vectors, given: Given))
        {
            var own = new SeparationSums(sums.Means(), sums.Counts);
            var nearest = Nearest(chunk, centroids);
            for (int user = 0; user < nearest.Length; user++)
                own.Add(chunk.Vectors.Row(user), nearest[user].Cluster, nearest[user].IsNoise, chunk.Counts[user]);
            using var stream = new MemoryStream();
            own.Write(new BinaryWriter(stream));
            stream.Position = 0;
            all.AddFrom(new BinaryReader(stream));
        }

        var metrics = new ClusteringMetrics { SimplifiedSilhouette = 0 }.WithSeparation(all);
        Assert.Equal(SimplifiedSilhouette.Compute(vectors, counted, 1, CancellationToken.None), metrics.SimplifiedSilhouette!.Value, 1e-6);
        Assert.Equal(CalinskiHarabasz.Compute(vectors, counted)!.Value, metrics.CalinskiHarabasz!.Value, 1e-3);
        Assert.Equal(DaviesBouldin.Compute(vectors, counted), metrics.DaviesBouldin!.Value, 1e-6);
        Assert.Equal(labels.Count(label => label < 0) / (double)labels.Length, metrics.Noise, 1e-12);

        int Given(int user) => user % 7 == 0 ? ~Labels(vectors, centroids)[user] : UserChunk.Free;
    }

    [Fact]
    public void A_chunk_is_read_as_it_was_written()
    {
        using var set = Weigh();
        var chunk = UserChunk.Create(set, Vectors(set), [1, 4, 5], Counts, user => user == 4 ? ~2 : UserChunk.Free);
        var read = UserChunk.Read(chunk.Write());
        Assert.Equal(chunk.UserIds, read.UserIds);
        Assert.Equal(chunk.Activity, read.Activity);
        Assert.Equal(chunk.Counts, read.Counts);
        Assert.Equal(chunk.Vectors.Values, read.Vectors.Values);
        Assert.Equal(chunk.Texts, read.Texts);
        Assert.Equal(chunk.RowOffsets, read.RowOffsets);
        Assert.Equal(chunk.Rows, read.Rows);
        Assert.Equal(chunk.Weights, read.Weights);
        Assert.Equal([UserChunk.Free, ~2, UserChunk.Free], read.Fixed);
    }

    private static InteractionSet Weigh()
    {
        var builder = new EventLogBuilder();
        var random = new Random(5);
        for (int user = 0; user < 90; user++)
            for (int e = 0; e < 6; e++)
            {
                bool searches = e == 5 && user % 3 == 0;
                builder.Add(
                    $"u-{user:D2}", searches ? null : $"i-{random.Next(12)}", searches ? "search" : "view",
                    TestEvents.Start.AddHours(e).ToUnixTimeMilliseconds(), searches ? $"tent {user % 5}" : null);
            }

        using var log = builder.Build();
        var (clean, _) = EventCleaner.Clean(log, new CleaningOptions { MinimumItemUsers = 1, MinimumUserItems = 1 }, new EventUse(Searches: SearchUse.Alone));
        return InteractionWeighting.Apply(clean, new EventMeanings(), new WeightingOptions());
    }

    /// <summary>Some users count for nothing.</summary>
    private static bool Counts(int user) => user % 10 != 0;

    private static Matrix Vectors(InteractionSet set) => Unit(TestPoints.Uniform(set.UserCount, 4, 1));

    private static Matrix Centroids() => Unit(TestPoints.Uniform(Clusters, 4, 2));

    private static Matrix Unit(Matrix rows)
    {
        for (int row = 0; row < rows.Rows; row++)
        {
            float length = (float)Math.Sqrt(RowMath.SquaredNorm(rows.Row(row)));
            foreach (ref float value in rows.Row(row)) value /= length;
        }

        return rows;
    }

    private static int[] Labels(Matrix vectors, Matrix centroids) => [.. Enumerable.Range(0, vectors.Rows).Select(user =>
        Enumerable.Range(0, Clusters).MinBy(cluster => RowMath.SquaredDistance(vectors.Row(user), centroids.Row(cluster))))];

    private static IEnumerable<UserChunk> Chunks(InteractionSet set, Matrix vectors, bool everyone = false, Func<int, int>? given = null) =>
        set.AllUsers().Chunk(40).Select(users => UserChunk.Read(UserChunk.Create(set, vectors, users, user => everyone || Counts(user), given).Write()));

    private static NearestCluster[] Nearest(UserChunk chunk, Matrix centroids) => chunk.Nearest(centroids, (_, _, _) => false);

    private static ClusterTally Tally(UserChunk chunk, int items, string[]? texts, Matrix centroids)
    {
        var tally = new ClusterTally(Clusters, items, texts);
        chunk.CountIn(tally, Nearest(chunk, centroids), centroids);
        return tally;
    }

    private static ClusterTally Written(UserChunk chunk, ClusterTally tally)
    {
        Assert.NotEmpty(chunk.UserIds);
        using var stream = new MemoryStream();
        tally.Write(new BinaryWriter(stream));
        stream.Position = 0;
        return ClusterTally.Read(new BinaryReader(stream));
    }

    private static void AssertSame(ReadOnlySpan<AttentionTally.Cell> expected, ReadOnlySpan<AttentionTally.Cell> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal((expected[i].Row, expected[i].Users), (actual[i].Row, actual[i].Users));
            Assert.Equal(expected[i].Attention, actual[i].Attention, 1e-9);
        }
    }
}
