using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Encoding.Topics;

/// <summary>
/// How fine communities are and how fast a user's items are forgotten, chosen by what predicts the items of users that the communities were
/// not learned from: the <see cref="ItemCommunities.Gain"/> of a tenth of the users. Of the resolutions, and then of the half-lives, the
/// coarsest and the longest count that reach nine tenths of the best gain: finer communities are parts of an interest, and a shorter memory is
/// the last visit.
/// </summary>
/// <param name="Resolution">Resolution of the communities.</param>
/// <param name="HalfLife">Later items after which an item counts half; infinite where all count alike.</param>
internal sealed record CommunityChoice(double Resolution, double HalfLife)
{
    private const double Enough = .9;
    private const double HeldOutShare = .1;

    /// <summary>Minimum number of held-out users; with fewer, or without any gain, there is nothing to choose by.</summary>
    private const int MinHeldOut = 50;

    private static readonly double[] _resolutions = [.5, 1, 2, 4, 8, 16];
    private static readonly double[] _halfLives = [double.PositiveInfinity, 32, 16, 8, 4, 2, 1];

    /// <summary>What is taken when there is nothing to choose by: modularity, and all items alike.</summary>
    private static readonly CommunityChoice _plain = new(1, double.PositiveInfinity);

    /// <summary>Chooses what the options leave open.</summary>
    /// <param name="input">The training.</param>
    /// <param name="options">Options of the encoder.</param>
    /// <param name="nodes">Node of each item, <c>[items]</c>.</param>
    /// <param name="itemUsers">Number of users of each item, <c>[items]</c>.</param>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public static CommunityChoice Make(EncoderInput input, CommunityOptions options, int[] nodes, float[] itemUsers)
    {
        double[] resolutions = options.Resolution is { } resolution ? [resolution] : _resolutions;
        double[] halfLives = options.ItemHalfLife is { } only ? [only] : _halfLives;
        var (learned, heldOut) = Divide(input.Training, input.Seed);
        var best = new CommunityChoice(options.Resolution ?? _plain.Resolution, options.ItemHalfLife ?? _plain.HalfLife);
        if (resolutions.Length * halfLives.Length == 1 || heldOut.Length < MinHeldOut) return best;

        using var neighbours = ItemGraph.Find(input.Training, learned, options.Neighbours, input.Threads, input.Cancellation);
        var graph = ItemGraph.Connect(neighbours, nodes);
        double[][] gains = [.. resolutions.Select(Gains)]; // [resolutions][half-lives]
        double most = gains.Max(row => row.Max());
        if (!(most > 0)) return best;
        int chosen = Array.FindIndex(gains, row => row.Max() >= Enough * most);
        return new CommunityChoice(
            resolutions[chosen], halfLives[Array.FindIndex(gains[chosen], gain => gain >= Enough * gains[chosen].Max())]);

        double[] Gains(double each)
        {
            var communities = ItemCommunities.Find(graph, nodes, itemUsers, each, input.Seed, input.Cancellation, maxRuns: 1);
            double[] sums = new double[communities.Count];
            return [.. halfLives.Select(halfLife => heldOut.Average(history => communities.Gain(history, halfLife, sums) ?? 0))];
        }
    }

    /// <summary>Holds out a tenth of the users with several items.</summary>
    private static (int[] Learned, ItemHistory[] HeldOut) Divide(InteractionSet set, int seed)
    {
        int[] several = [.. Enumerable.Range(0, set.UserCount).Where(user => set.ColumnsOf(user).Length > 1)];
        new Random(seed).Shuffle(several);
        var heldOut = several.Take((int)(several.Length * HeldOutShare)).ToHashSet();
        return ([.. set.AllUsers().Where(user => !heldOut.Contains(user))], [.. heldOut.Order().Select(user => ItemHistory.Create(set, user))]);
    }
}
