using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Events;

namespace InterestService.Benchmarks.Planted;

/// <summary>Sizes and laws of <see cref="PlantedInterests"/>. The same options give the same events, byte for byte.</summary>
internal sealed record PlantedInterestsOptions
{
    public int Users { get; init; } = 50_000;

    /// <summary>A multiple of <see cref="Interests"/>.</summary>
    public int Items { get; init; } = 20_000;

    /// <summary>Aimed at, and met within a per cent.</summary>
    public int Events { get; init; } = 1_000_000;

    /// <summary>At least two, alike in users and in items.</summary>
    public int Interests { get; init; } = 20;

    /// <summary>
    /// Shape of the Pareto law of a user's events. The default value, 2.8, makes as many users with a few events as let an oracle
    /// reach an adjusted Rand index of .85: at 1.8 it is .82, at 3 .86.
    /// </summary>
    public double ActivityExponent { get; init; } = 2.8;

    /// <summary>
    /// An item of rank r inside its interest has the weight r to the minus this. The default value, .8, is a little flatter than Zipf's
    /// own 1, and makes the data as hard as intended: scikit-learn's LDA reaches .70, its TF-IDF, SVD and K-means .70 (at 1: .62, .71).
    /// </summary>
    public double PopularityExponent { get; init; } = .8;

    public int Seed { get; init; } = 1;
}

/// <summary>
/// Events with known groups: 70 % of a user's events are about the main interest, 20 % about a second one, and 10 % about any item of
/// all, over 90 days.
/// </summary>
/// <param name="Log">The events.</param>
/// <param name="MainInterests">What a clustering should find again, <c>[users]</c>.</param>
/// <param name="ItemInterests"><c>[items]</c></param>
internal sealed record PlantedInterests(EventLog Log, int[] MainInterests, int[] ItemInterests)
{
    private const double MainShare = .7;
    private const double SecondShare = .2;
    private const int Days = 90;

    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <exception cref="ArgumentException">The items cannot be shared out evenly, or there are too few interests.</exception>
    public static PlantedInterests Generate(PlantedInterestsOptions options)
    {
        if (options.Interests < 2 || options.Items % options.Interests != 0)
        {
            throw new ArgumentException(
                $"{options.Items} items cannot be shared out evenly to {options.Interests} interests.", nameof(options));
        }

        var random = new Random(options.Seed);
        int perInterest = options.Items / options.Interests;
        double[] popularity = RunningSums(Enumerable.Range(1, perInterest).Select(rank => Math.Pow(rank, -options.PopularityExponent)));
        int[] activity = Activity(options, random), mains = new int[options.Users], itemInterests = new int[options.Items];
        var (builder, itemOf) = (new EventLogBuilder(), new Dictionary<string, int>());
        for (int user = 0; user < options.Users; user++)
        {
            int main = mains[user] = random.Next(options.Interests);
            int second = (main + 1 + random.Next(options.Interests - 1)) % options.Interests;
            foreach (long time in Times(activity[user], random))
            {
                int item = random.NextDouble() switch
                {
                    < MainShare => ItemOf(main),
                    < MainShare + SecondShare => ItemOf(second),
                    _ => random.Next(options.Items),
                };
                builder.Add($"user-{user:D6}", $"item-{item:D6}", "view", time);
                itemOf.TryAdd($"item-{item:D6}", item);
            }
        }

        var log = builder.Build();
        return new PlantedInterests(log, mains, [.. log.ItemIds.Select(id => itemOf[id] / perInterest)]);

        int ItemOf(int interest)
        {
            int rank = Array.BinarySearch(popularity, random.NextDouble() * popularity[^1]);
            return (interest * perInterest) + (rank < 0 ? ~rank : rank);
        }
    }

    /// <summary>
    /// What somebody reaches who sees the interest of every item: the most frequent one of each user, the first on a tie.
    /// </summary>
    /// <returns>Its adjusted Rand index.</returns>
    public double Oracle() => AdjustedRandIndex.Compute(MainInterests, [.. Enumerable.Range(0, MainInterests.Length).Select(Majority)]);

    private int Majority(int user) =>
        Log.Items[Log.UserOffsets[user]..Log.UserOffsets[user + 1]].CountBy(item => ItemInterests[item]).MaxBy(group => group.Value).Key;

    /// <summary>From one up (Pareto type II, Lomax, which unlike type I does not put half of the users at the very minimum).</summary>
    private static int[] Activity(PlantedInterestsOptions options, Random random)
    {
        double[] draws = [.. Enumerable.Range(0, options.Users)
            .Select(_ => Math.Pow(1 - random.NextDouble(), -1 / options.ActivityExponent) - 1)];
        double scale = Math.Max(0, options.Events - options.Users) / draws.Sum();
        return [.. draws.Select(draw => 1 + (int)Math.Round(draw * scale))];
    }

    private static long[] Times(int count, Random random)
    {
        long[] times = [.. Enumerable.Range(0, count).Select(_ => _start.AddDays(Days * random.NextDouble()).ToUnixTimeMilliseconds())];
        Array.Sort(times);
        return times;
    }

    private static double[] RunningSums(IEnumerable<double> weights)
    {
        double sum = 0;
        return [.. weights.Select(weight => sum += weight)];
    }
}
