using InterestService.Pipeline.Encoding.Topics;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Encoding.Topics;

public sealed class CommunityEncoderTests() : EncoderContract("communities")
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Planted_blocks_are_separated()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(3, 40, 10, 8, seed: 2));
        using var model = EncoderRun.Fit(CommunityEncoder.Descriptor, set, dimensions: 6);
        EncoderRun.AssertBlocksSeparate(model, set);
    }

    [Fact]
    public void Users_absent_from_training_are_near_their_block()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(2, 40, 10, 8, seed: 5));
        using var model = EncoderRun.Fit(CommunityEncoder.Descriptor, set, dimensions: 2);
        EncoderRun.AssertUnseenUsersAreNearTheirBlock(model, set);
    }

    [Fact]
    public void A_vector_has_the_shares_of_the_communities()
    {
        // Three blocks of users with all three items of a block, and a user with two items of one block and one of another.
        var events = from user in Enumerable.Range(0, 30)
                     from item in Enumerable.Range(0, 3)
                     select ($"u{user:00}", (string?)$"i-{user % 3}-{item}", "view", (double)item);
        var set = TestEvents.Weight(TestEvents.Log([.. events, ("v", "i-0-0", "view", 0), ("v", "i-0-1", "view", 0), ("v", "i-1-0", "view", 0)]));
        using var model = EncoderRun.Fit(CommunityEncoder.Descriptor, set, dimensions: 3);
        float weight = set.WeightsOf(30)[0];
        var vector = model.Encode(set, Cancellation).Row(30).ToArray().Order().ToArray();
        double[] prior = [30 / 93.0, 31 / 93.0, 32 / 93.0], expected = [prior[0], weight + prior[1], (2 * weight) + prior[2]];
        double length = Math.Sqrt(expected.Sum(share => share * share));
        Assert.All(vector.Zip(expected), pair => Assert.Equal(pair.Second / length, pair.First, 1e-5));
    }

    [Fact]
    public void More_communities_than_dimensions_are_projected()
    {
        var set = TestEvents.Weight(TestEvents.Blocks(12, 30, 8, 6, seed: 3));
        using var model = EncoderRun.Fit(CommunityEncoder.Descriptor, set, dimensions: 5);
        var vectors = model.Encode(set, Cancellation);
        EncoderRun.AssertUnitLength(vectors, set.UserCount, 5);
        int[] blocks = TestEvents.BlockOf(set.Events.UserIds);
        for (int user = 1; user < set.UserCount; user++)
            if (blocks[user] == blocks[user - 1]) Assert.True(EncoderRun.Cosine(vectors, user, user - 1) > .95);
    }

    [Fact]
    public void The_numbering_of_the_items_does_not_matter()
    {
        var log = TestEvents.Blocks(4, 60, 20, 6, seed: 7, noise: .3);
        int[] order = [.. Enumerable.Range(0, log.ItemIds.Length)];
        new Random(1).Shuffle(order); // new number of each item
        string[] ids = new string[order.Length];
        for (int item = 0; item < order.Length; item++) ids[order[item]] = log.ItemIds[item];
        var renumbered = TestEvents.Blocks(4, 60, 20, 6, seed: 7, noise: .3) with { ItemIds = ids, Items = [.. log.Items.Select(item => order[item])] };
        float[] vectors = Vectors(TestEvents.Weight(log)), others = Vectors(TestEvents.Weight(renumbered));
        Assert.Equal(vectors, others, (a, b) => Math.Abs(a - b) < 1e-4f);

        static float[] Vectors(InteractionSet set)
        {
            using var model = EncoderRun.Fit(CommunityEncoder.Descriptor, set, dimensions: 16);
            return model.Encode(set, Cancellation).Values;
        }
    }

    [Fact]
    public void Later_items_count_more_where_they_predict_the_next_one()
    {
        // Every user deals with one block of items, then with another one.
        var random = new Random(1);
        var changing = TestEvents.Weight(Phases(random, user => (user % 5, (user + 1 + (user / 5 % 4)) % 5)));
        var steady = TestEvents.Weight(Phases(random, user => (user % 5, user % 5)));
        Assert.True(Share(changing) > .7, $"{Share(changing)}"); // the last of 10 items of the first phase are followed by 10 of the second
        Assert.InRange(Share(TestEvents.Weight(Phases(random, user => (user % 5, user % 5)))), .99, 1);
        Assert.True(Halves(changing) && !Halves(steady));

        static EventLog Phases(Random random, Func<int, (int First, int Second)> blocks) => TestEvents.Log(
            [.. from user in Enumerable.Range(0, 1_000)
                from e in Enumerable.Range(0, 20)
                let block = e < 10 ? blocks(user).First : blocks(user).Second
                select ($"u{user:0000}", (string?)$"i-{block}-{random.Next(40)}", "view", e * 3600.0)]);

        // The largest component of the mean vector's users.
        static double Share(InteractionSet set)
        {
            using var model = EncoderRun.Fit(CommunityEncoder.Descriptor, set, dimensions: 16);
            var vectors = model.Encode(set, Cancellation);
            return Enumerable.Range(0, set.UserCount).Average(user => (double)vectors.Row(user).ToArray().Max());
        }

        // Whether the order of a user's items matters.
        static bool Halves(InteractionSet set)
        {
            using var model = EncoderRun.Fit(CommunityEncoder.Descriptor, set, dimensions: 16);
            int[] items = [.. set.Events.Items];
            for (int user = 0; user < set.UserCount; user++)
                Array.Reverse(items, set.Events.UserOffsets[user], set.Events.UserOffsets[user + 1] - set.Events.UserOffsets[user]);
            var reversed = set with { Events = set.Events with { Items = [.. items] } };
            return !model.Encode(set, Cancellation).Values.SequenceEqual(model.Encode(reversed, Cancellation).Values);
        }
    }

    [Fact]
    public void A_user_of_very_many_items_does_not_slow_the_graph_down_or_connect_everything()
    {
        // 60,000 items of one user would be 3.6 billion pairs.
        var random = new Random(2);
        var events = from block in Enumerable.Range(0, 3)
                     from user in Enumerable.Range(0, 40)
                     from e in Enumerable.Range(0, 10)
                     select ($"{block}-{user:00}", (string?)$"i-{block}-{random.Next(20)}", "view", (double)e);
        var everything = Enumerable.Range(0, 60_000).Select(item => ("everything", (string?)(item < 60 ? $"i-{item % 3}-{item / 3}" : $"rare-{item}"), "view", (double)item));
        var set = TestEvents.Weight(TestEvents.Log([.. events, .. everything]));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var model = EncoderRun.Fit(CommunityEncoder.Descriptor, set, dimensions: 8);
        Assert.True(watch.Elapsed.TotalSeconds < 10, $"{watch.Elapsed}");
        var vectors = model.Encode(set, Cancellation);
        int[] users = [.. Enumerable.Range(0, set.UserCount).Where(user => set.Events.UserIds[user] != "everything")];
        int[] largest = [.. users.Select(user => { float[] row = vectors.Row(user).ToArray(); return Array.IndexOf(row, row.Max()); })];
        Assert.Equal(1, AdjustedRandIndex.Compute(TestEvents.BlockOf(users.Select(user => set.Events.UserIds[user])), largest));
    }
}
