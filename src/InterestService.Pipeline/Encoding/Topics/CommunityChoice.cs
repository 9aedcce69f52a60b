using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Encoding.Topics;

/// <summary>
/// How fine communities are and how fast a user's items are forgotten, chosen by what predicts the items of users that the communities were
/// not learned from: the <see cref="ItemCommunities.Gain"/> of a tenth of the users. Of the resolutions, and then of the half-lives, the
/// coarsest and the longest count that reach nine tenths of the best gain: finer communities are parts of an interest, and a shorter memory is
/// the last visit. They replace modularity and equal items only where they predict clearly better. The prior has the strength that predicts
/// best: with a weak one, communities learned from few common users lose to a single community, which says nothing and is never wrong.
/// </summary>
/// <param name="Resolution">Resolution of the communities.</param>
/// <param name="HalfLife">Later items after which an item counts half; infinite where all count alike.</param>
internal sealed record CommunityChoice(double Resolution, double HalfLife)
{
    private const double Enough = .9;
    private const double HeldOutShare = .1;

    /// <summary>Minimum number of held-out users; with fewer there is nothing to choose by.</summary>
    private const int MinHeldOut = 50;

    /// <summary>By how many standard errors the best gain exceeds the plain choice's; a smaller difference is the luck of many trials.</summary>
    private const double MinErrors = 3;

    private static readonly double[] _resolutions = [.5, 1, 2, 4, 8, 16];
    private static readonly double[] _halfLives = [double.PositiveInfinity, 32, 16, 8, 4, 2, 1];

    /// <summary>Strengths of the prior, in items of weight 1. With an infinite one nothing is predicted, and the gain is 0.</summary>
    private static readonly double[] _strengths = [1, 4, 16, 64];

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
        var plain = new CommunityChoice(options.Resolution ?? _plain.Resolution, options.ItemHalfLife ?? _plain.HalfLife);
        if (resolutions.Length * halfLives.Length == 1 || heldOut.Length < MinHeldOut) return plain;

        using var neighbours = ItemGraph.Find(input.Training, learned, options.Neighbours, input.Threads, input.Cancellation);
        var graph = ItemGraph.Connect(neighbours, nodes);
        Estimate[][] gains = [.. resolutions.Select(Gains)]; // [resolutions][half-lives]
        var most = gains.Select(Best).MaxBy(gain => gain.Mean);
        var without = gains[Array.IndexOf(resolutions, plain.Resolution)][Array.IndexOf(halfLives, plain.HalfLife)];
        if (!(most.Mean - without.Mean > MinErrors * most.Error)) return plain;
        int chosen = Array.FindIndex(gains, row => Best(row).Mean >= Enough * most.Mean);
        return new CommunityChoice(
            resolutions[chosen], halfLives[Array.FindIndex(gains[chosen], gain => gain.Mean >= Enough * Best(gains[chosen]).Mean)]);

        Estimate[] Gains(double each)
        {
            var communities = ItemCommunities.Find(graph, nodes, itemUsers, each, input.Seed, input.Cancellation, maxRuns: 1);
            double[] sums = new double[communities.Count];
            return [.. halfLives.Select(halfLife => Best(_strengths
                .Select(strength => Estimate.Of([.. heldOut.Select(history => communities.Gain(history, halfLife, strength, sums) ?? 0)]))
                .Append(new Estimate(Mean: 0, Error: 0))))];
        }
    }

    private static Estimate Best(IEnumerable<Estimate> gains) => gains.MaxBy(gain => gain.Mean);

    /// <summary>Holds out a tenth of the users with several items.</summary>
    private static (int[] Learned, ItemHistory[] HeldOut) Divide(InteractionSet set, int seed)
    {
        int[] several = [.. Enumerable.Range(0, set.UserCount).Where(user => set.ColumnsOf(user).Length > 1)];
        new Random(seed).Shuffle(several);
        var heldOut = several.Take((int)(several.Length * HeldOutShare)).ToHashSet();
        return ([.. set.AllUsers().Where(user => !heldOut.Contains(user))], [.. heldOut.Order().Select(user => ItemHistory.Create(set, user))]);
    }

    /// <summary>Mean of what was found for the held-out users, with its standard error.</summary>
    private readonly record struct Estimate(double Mean, double Error)
    {
        public static Estimate Of(double[] values)
        {
            double mean = values.Average();
            return new Estimate(mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean)) / values.Length));
        }
    }
}
