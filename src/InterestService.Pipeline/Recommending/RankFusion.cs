namespace InterestService.Pipeline.Recommending;

/// <summary>
/// Combines the encoder's ranking with popularity inside the user's clusters by reciprocal ranks (Cormack, Clarke and Büttcher,
/// "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009): ranks need no calibration, which
/// the scores of half the encoders lack.
/// </summary>
public static class RankFusion
{
    /// <summary>
    /// Weight of the clusters' ranking, that of the encoder's being 1: enough to decide between items that the encoder ranks similarly, too
    /// little to promote a popular item that it ranks low. On a year of a gift shop (4,080 users, 4,000 items, leave-one-out) recall@10
    /// does not change: transformer .297 with 0, .301 with .1, .290 with .3, .151 with 1; SVD .144, .142, .141, .125.
    /// </summary>
    public const double ClusterWeight = .1;

    /// <summary>The constant of the paper: with a larger one the value of a rank falls more slowly.</summary>
    private const double Constant = 60;

    /// <summary>Ranks items.</summary>
    /// <param name="encoder">The encoder's scores, <c>[items]</c>.</param>
    /// <param name="clusters">Popularity in the user's clusters, 0 for items that are unknown there; <c>[items]</c>.</param>
    /// <param name="excluded">Whether an item is excluded, <c>[items]</c>.</param>
    /// <param name="limit">Maximum number of items.</param>
    /// <param name="clusterWeight">Weight of the clusters' ranking, 0 or more.</param>
    /// <returns>Items, the best first.</returns>
    public static IReadOnlyList<RankedItem> Fuse(float[] encoder, float[] clusters, bool[] excluded, int limit, double clusterWeight = ClusterWeight)
    {
        int[] candidates = [.. Enumerable.Range(0, encoder.Length).Where(item => !excluded[item])];
        int[] first = [.. candidates.OrderByDescending(item => encoder[item]).Take(Depth(limit, clusterWeight))];
        double max = Value(0) * (1 + clusterWeight);
        return [.. first.Select(Place).OrderByDescending(item => item.Score).Take(limit)];

        RankedItem Place(int item, int rank)
        {
            double byEncoder = Value(rank);
            double byClusters = clusters[item] > 0 ? clusterWeight * Value(candidates.Count(other => clusters[other] > clusters[item])) : 0;
            return new RankedItem(item, (byEncoder + byClusters) / max, byClusters > byEncoder);
        }
    }

    private static double Value(int rank) => 1 / (Constant + 1 + rank);

    /// <summary>Computes the rank by the encoder beyond which no popularity brings an item among the first.</summary>
    private static int Depth(int limit, double clusterWeight)
    {
        double min = Value(limit - 1) - (clusterWeight * Value(0));
        return min <= 0 ? int.MaxValue : (int)Math.Ceiling(1 / min - Constant);
    }
}

/// <summary>A place in a ranking.</summary>
/// <param name="Item">Index of the item.</param>
/// <param name="Score">0 to 1; 1 for the first by the encoder and in the clusters.</param>
/// <param name="ByClusters">True when the clusters contribute more to the score than the encoder.</param>
public readonly record struct RankedItem(int Item, double Score, bool ByClusters);
